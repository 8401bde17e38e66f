import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { SuggestionView } from '../../src-preload/contract/suggestions.ts'
import { roleAtLeast } from '../domain/member.ts'
import { mayDecideSuggestions, maySeeSuggestion, maySuggest } from '../domain/policy.ts'
import { failed, failure, invalidField, notFound, success, type Result } from '../domain/result.ts'
import type { Suggestion } from '../domain/suggestion.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { memberName } from './views.ts'

/** TL-4: from a proposal to the tool that it becomes. */

export function submitSuggestion(
  context: Context,
  session: Session,
  input: ParsedInput<'suggestions.submit'>,
): Result<Output<'suggestions.submit'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const id = context.ids.next()
  const event = commitEvent(context, { memberId: actor.value.id }, 'suggestion.submitted', {
    suggestion_id: id,
    content: input,
  })
  return event.ok ? answer(context, id) : event
}

export function listSuggestions(
  context: Context,
  session: Session,
  input: ParsedInput<'suggestions.list'>,
): Result<Output<'suggestions.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!maySuggest(actor.value))
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only contributors and above see suggestions.'))
  const seesAll = roleAtLeast(actor.value.role, 'admin')
  const page = context.store.reads.suggestions({ ...input, submittedBy: seesAll ? null : actor.value.id })
  return success({ items: page.items.map((row) => view(context, row)), next: page.next })
}

export function decideSuggestion(
  context: Context,
  session: Session,
  input: ParsedInput<'suggestions.decide'>,
): Result<Output<'suggestions.decide'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const suggestion = context.store.state.suggestion(input.suggestion_id)
    if (suggestion === null || !maySeeSuggestion(actor.value, suggestion)) return failed(notFound('suggestion'))
    if (!mayDecideSuggestions(actor.value)) {
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only an admin may decide a suggestion.'))
    }
    const isDenied = input.decision === 'denied'
    if (!isDenied && input.slug === null) return failed(invalidField('slug', 'must be given: it names the new tool'))
    if (isDenied && input.slug !== null) return failed(invalidField('slug', 'goes with an accepted suggestion only'))
    if ((input.decision === 'modified') !== (input.modified !== null)) {
      return failed(invalidField('modified', 'goes with the decision "modified", and only with it'))
    }
    const event = commitEvent(context, { memberId: actor.value.id }, 'suggestion.decided', {
      suggestion_id: suggestion.id,
      decision: input.decision,
      rationale: input.rationale,
      modified: input.modified,
      tool: input.slug === null ? null : { tool_id: context.ids.next(), slug: input.slug },
      based_on: { status: 'pending' },
    })
    return event.ok ? answer(context, suggestion.id) : event
  })
}

function answer(context: Context, id: string): Result<SuggestionView> {
  const row = context.store.state.suggestion(id)
  return row === null ? failed(notFound('suggestion')) : success(view(context, row))
}

function view(context: Context, row: Suggestion): SuggestionView {
  return {
    ...row,
    submitted_by_name: memberName(context, row.submitted_by),
    decided_by_name: memberName(context, row.decided_by),
    tool_slug: row.tool_id === null ? null : (context.store.state.tool(row.tool_id)?.slug ?? null),
  }
}
