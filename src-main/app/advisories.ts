import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { AdvisoryView } from '../../src-preload/contract/evidence.ts'
import { advisoryTextProblem, approvalNotes, isOverridable, type Advisory } from '../domain/advisory.ts'
import { roleAtLeast } from '../domain/member.ts'
import { mayAttachAdvisory, maySeeRun, type Actor } from '../domain/policy.ts'
import { failed, failure, invalidField, notFound, success, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findEndedRun } from './runs/read-runs.ts'
import { memberName } from './views.ts'

/** AD-1: append-only, idempotent by id, in order. */

export function attachAdvisory(
  context: Context,
  session: Session,
  input: ParsedInput<'advisories.attach'>,
): Result<Output<'advisories.attach'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const { state } = context.store
    const found = findEndedRun(context, actor.value, input.run)
    if (!found.ok) return found
    const run = found.value
    if (!mayAttachAdvisory(actor.value, run, input.kind)) {
      return failed(
        failure('FORBIDDEN', 'not_allowed', 'Only contributors and above may attach notes and suggestions.'),
      )
    }
    const textProblem = advisoryTextProblem(input.kind, input.text)
    if (textProblem !== null) return failed(invalidField('text', textProblem))
    if (input.kind === 'override_request' && !isOverridable(run.record)) {
      return failed(
        failure(
          'CONFLICT',
          'not_blocked',
          'This run was not blocked by its decision, so there is nothing to override.',
        ),
      )
    }
    const id = input.id ?? context.ids.next()
    const known = state.advisory(id)
    if (known !== null) {
      const isSame =
        known.run_id === input.run &&
        known.kind === input.kind &&
        known.text === input.text &&
        known.created_by === actor.value.id
      return isSame ? success(view(context, known)) : failed(invalidField('id', 'is in use by another advisory'))
    }
    const event = commitEvent(context, { memberId: actor.value.id }, 'advisory.attached', {
      advisory_id: id,
      run_id: input.run,
      kind: input.kind,
      text: input.text,
      request_id: input.request_id,
    })
    return event.ok ? answer(context, id) : event
  })
}

export function listAdvisories(
  context: Context,
  session: Session,
  input: ParsedInput<'advisories.list'>,
): Result<Output<'advisories.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (input.run !== null) {
    const run = findEndedRun(context, actor.value, input.run)
    if (!run.ok) return run
  }
  // RN-10: of production runs, those who may only run see no more than whether they are let through.
  const seesAll = roleAtLeast(actor.value.role, 'contributor')
  if (!seesAll && input.kind !== null && input.kind !== 'override_request') return success({ items: [], next: null })
  const page = context.store.reads.advisories({
    ...input,
    kind: seesAll ? input.kind : 'override_request',
    runId: input.run,
    reviewedBy: input.reviewed_by,
    automaticNotes: input.policy === null ? null : approvalNotes(input.policy, 'system:'),
    requestedBy: roleAtLeast(actor.value.role, 'admin') ? null : actor.value.id,
  })
  return success({ items: page.items.map((row) => view(context, row)), next: page.next })
}

export function reviewAdvisory(
  context: Context,
  session: Session,
  input: ParsedInput<'advisories.review'>,
): Result<Output<'advisories.review'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const advisory = seenAdvisory(context, actor.value, input.advisory_id)
    if (!advisory.ok) return advisory
    const event = commitEvent(context, { memberId: actor.value.id }, 'advisory.reviewed', {
      advisory_id: advisory.value.id,
      run_id: advisory.value.run_id,
      is_approved: input.approve,
      notes: input.notes,
      based_on: { reviewed: false },
    })
    return event.ok ? answer(context, advisory.value.id) : event
  })
}

function seenAdvisory(context: Context, actor: Actor, id: string): Result<Advisory> {
  const advisory = context.store.state.advisory(id)
  const run = advisory === null ? null : context.store.state.run(advisory.run_id)
  return advisory === null || run === null || !maySeeRun(actor, run) ? failed(notFound('advisory')) : success(advisory)
}

function answer(context: Context, id: string): Result<AdvisoryView> {
  const row = context.store.state.advisory(id)
  return row === null ? failed(notFound('advisory')) : success(view(context, row))
}

function view(context: Context, row: Advisory): AdvisoryView {
  const { state } = context.store
  const reviewer = row.reviewed_by
  const run = state.run(row.run_id)
  const tool = run === null ? null : state.tool(run.tool_id)
  return {
    ...row,
    created_by_name: memberName(context, row.created_by),
    tool_slug: tool?.slug ?? '',
    tool_title: tool?.title ?? '(unknown)',
    reviewed_by_name: reviewer === null || reviewer.startsWith('system:') ? reviewer : memberName(context, reviewer),
  }
}
