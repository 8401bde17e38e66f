import { mayDecideSuggestions, maySuggest } from '../policy.ts'
import type { Change, StateView } from '../state.ts'
import type { Applying } from './apply.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'
import { createdTool } from './tools.ts'

/** TL-4: from a proposal to the tool that it becomes. */

export function applySuggestionSubmitted(state: StateView, event: Applying<'suggestion.submitted'>): Outcome {
  const { body, maker } = event
  if (!maySuggest(maker.actor))
    return unauthorised(maySuggest(maker.once), 'Only contributors and above may suggest a tool.')
  if (state.suggestion(body.suggestion_id) !== null) return invalid('id_taken', 'suggestion_id is in use.')
  return applied({
    table: 'suggestions',
    row: {
      id: body.suggestion_id,
      ...body.content,
      status: 'pending',
      submitted_by: maker.member.id,
      submitted_at: event.at,
      decided_by: null,
      decided_at: null,
      rationale: null,
      modified: null,
      tool_id: null,
    },
  })
}

export function applySuggestionDecided(state: StateView, event: Applying<'suggestion.decided'>): Outcome {
  const { body, maker } = event
  if (!mayDecideSuggestions(maker.actor)) {
    return unauthorised(mayDecideSuggestions(maker.once), 'Only an admin may decide a suggestion.')
  }
  const suggestion = state.suggestion(body.suggestion_id)
  if (suggestion === null) return missing('suggestion', body.suggestion_id)
  if (suggestion.status !== 'pending') return conflict('decided', `This suggestion was ${suggestion.status} already.`)
  const isDenied = body.decision === 'denied'
  if (isDenied !== (body.tool === null))
    return invalid('malformed', 'tool: goes with an accepted suggestion, and only with one.')
  if ((body.decision === 'modified') !== (body.modified !== null)) {
    return invalid('malformed', 'modified: goes with the decision "modified", and only with it.')
  }
  const changes: Change[] = [
    {
      table: 'suggestions',
      row: {
        ...suggestion,
        status: body.decision,
        decided_by: maker.member.id,
        decided_at: event.at,
        rationale: body.rationale,
        modified: body.modified,
        tool_id: body.tool?.tool_id ?? null,
      },
    },
  ]
  if (body.tool !== null) {
    const content = body.modified ?? suggestion
    const tool = createdTool(state, event, {
      tool_id: body.tool.tool_id,
      slug: body.tool.slug,
      title: content.title,
      summary: cut(content.description, MAX_SUMMARY_CHARACTERS),
      tags: [...new Set(content.categories.map((category) => cut(category, MAX_TAG_CHARACTERS)))],
      maintainers: [suggestion.submitted_by],
      suggestion_id: suggestion.id,
    })
    if ('outcome' in tool) return tool
    changes.push(...tool.changes)
  }
  return applied(...changes)
}

/** Never between the two halves of a character: half of one has no form in UTF-8, and so none in a database. */
function cut(text: string, length: number): string {
  const start = text.slice(0, length)
  return /[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start
}

/** A tool's summary and tags are shorter than what a suggestion may hold. */
const MAX_SUMMARY_CHARACTERS = 2000
const MAX_TAG_CHARACTERS = 50
