import type { EventBody } from '../event-bodies.ts'
import { mayManageTools } from '../policy.ts'
import type { Json } from '../result.ts'
import type { Change, StateView, ToolRow } from '../state.ts'
import type { Applying } from './apply.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'

type ToolEvent = 'tool.created' | 'tool.edited' | 'tool.published' | 'tool.depublished' | 'tool.maintainers_changed'

export function applyToolCreated(state: StateView, event: Applying<'tool.created'>): Outcome {
  const refusal = refuseUnlessAdmin(event)
  if (refusal !== null) return refusal
  const tool = createdTool(state, event, { ...event.body, suggestion_id: null })
  return 'outcome' in tool ? tool : applied(...tool.changes)
}

type NewTool = EventBody<'tool.created'> & { suggestion_id: string | null }

/** The rows of a new, unpublished tool, or why there can't be one. */
export function createdTool(
  state: StateView,
  event: Applying<'tool.created' | 'suggestion.decided'>,
  given: NewTool,
): { changes: Change[] } | Outcome {
  const { tool_id: id, maintainers, ...metadata } = given
  if (state.tool(id) !== null) return invalid('id_taken', 'tool_id is in use.')
  if (state.toolBySlug(given.slug) !== null) {
    return conflict('slug_taken', `slug: there is a tool ${given.slug} already. Choose another slug.`, {
      field: 'slug',
    })
  }
  const stranger = maintainers.find((memberId) => state.member(memberId) === null)
  if (stranger !== undefined) return missing('member', stranger)
  const row: ToolRow = {
    id,
    ...metadata,
    is_published: false,
    active_version_id: null,
    created_by: event.maker.member.id,
    created_at: event.at,
    updated_at: event.at,
    last_version_number: 0,
    metadata_event_id: event.id,
  }
  return { changes: [{ table: 'tools', row }, ...maintainers.map((memberId) => maintainerChange(id, memberId, true))] }
}

export function applyToolEdited(state: StateView, event: Applying<'tool.edited'>): Outcome {
  const { body } = event
  return onTool(state, event, (tool) => {
    if (tool.metadata_event_id !== body.based_on.metadata_event_id) {
      return conflict('metadata_moved', `${tool.slug} was edited meanwhile. Look at it and edit again.`, {
        title: tool.title,
        summary: tool.summary,
        tags: tool.tags,
        metadata_event_id: tool.metadata_event_id,
      })
    }
    const { title, summary, tags } = body
    return applied({
      table: 'tools',
      row: { ...tool, title, summary, tags, updated_at: event.at, metadata_event_id: event.id },
    })
  })
}

/** TL-1: published implies runnable. */
export function applyToolPublished(state: StateView, event: Applying<'tool.published'>): Outcome {
  return onTool(state, event, (tool) => {
    if (tool.is_published) return conflict('already_published', `${tool.slug} is published already.`)
    if (tool.active_version_id === null) {
      return conflict('no_active_version', `${tool.slug} has no active version. Publish a version first.`)
    }
    if (tool.active_version_id !== event.body.based_on.active_version_id) {
      return conflict(
        'active_version_moved',
        `${tool.slug} has another active version by now. Look at it before publishing.`,
        {
          active_version_id: tool.active_version_id,
        },
      )
    }
    return applied({ table: 'tools', row: { ...tool, is_published: true, updated_at: event.at } })
  })
}

/** TL-2: hides; no version and no run is touched. */
export function applyToolDepublished(state: StateView, event: Applying<'tool.depublished'>): Outcome {
  return onTool(state, event, (tool) => {
    if (!tool.is_published) return conflict('not_published', `${tool.slug} is not published.`)
    return applied({ table: 'tools', row: { ...tool, is_published: false, updated_at: event.at } })
  })
}

export function applyToolMaintainersChanged(state: StateView, event: Applying<'tool.maintainers_changed'>): Outcome {
  const { body } = event
  return onTool(state, event, (tool) => {
    const present = state.maintainers(tool.id)
    const { maintainers: seen } = body.based_on
    if (seen.length !== present.length || seen.some((id, index) => id !== present[index])) {
      return conflict(
        'maintainers_moved',
        `The maintainers of ${tool.slug} have changed meanwhile. Look and decide again.`,
        {
          maintainers: present as Json[],
        },
      )
    }
    const unknown = body.add.find((id) => state.member(id)?.status !== 'active')
    if (unknown !== undefined) return missing('member', unknown)
    const notListed = body.remove.find((id) => !present.includes(id))
    if (notListed !== undefined)
      return conflict('not_a_maintainer', 'remove: that member is not a maintainer of this tool.')
    if (body.add.some((id) => body.remove.includes(id)))
      return invalid('invalid_input', 'add: names a member that remove names too.')
    return applied(
      ...body.add.map((id) => maintainerChange(tool.id, id, true)),
      ...body.remove.map((id) => maintainerChange(tool.id, id, false)),
    )
  })
}

function onTool(
  state: StateView,
  event: Applying<Exclude<ToolEvent, 'tool.created'>>,
  decide: (tool: ToolRow) => Outcome,
): Outcome {
  const refusal = refuseUnlessAdmin(event)
  if (refusal !== null) return refusal
  const tool = state.tool(event.body.tool_id)
  return tool === null ? missing('tool', event.body.tool_id) : decide(tool)
}

function refuseUnlessAdmin(event: Applying<ToolEvent>): Outcome | null {
  const { actor, once } = event.maker
  if (mayManageTools(actor)) return null
  return unauthorised(mayManageTools(once), 'Only an admin may create, edit, publish or depublish tools.')
}

function maintainerChange(toolId: string, memberId: string, isCurrent: boolean): Change {
  return { table: 'tool_maintainers', row: { tool_id: toolId, member_id: memberId, is_current: isCurrent } }
}
