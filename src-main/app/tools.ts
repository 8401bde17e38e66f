import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { roleAtLeast } from '../domain/member.ts'
import { isRunnable, mayManageTools, type Actor } from '../domain/policy.ts'
import { failed, failure, notFound, success, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import { actingMember, standing } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool, ownDraftsOnly } from './lookup.ts'
import { toolView } from './views.ts'

type ToolAnswer = Output<'tools.get'>

export function listTools(
  context: Context,
  session: Session,
  input: ParsedInput<'tools.list'>,
): Result<Output<'tools.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const isAdmin = roleAtLeast(actor.value.role, 'admin')
  const isContributor = roleAtLeast(actor.value.role, 'contributor')
  const page = context.store.reads.tools({
    limit: input.limit,
    after: input.after,
    text: input.text,
    published: input.published,
    maintainedBy: input.mine || (isContributor && !isAdmin) ? actor.value.id : null,
    orRunnable: !input.mine,
    onlyRunnable: !input.mine && !isContributor,
    draftsOf: ownDraftsOnly(actor.value),
  })
  return success({
    items: page.items.map((item) => toolView(context, actor.value, item, standing(context, actor.value, item.id))),
    next: page.next,
  })
}

export function getTool(context: Context, session: Session, input: ParsedInput<'tools.get'>): Result<ToolAnswer> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  return found.ok ? answer(context, actor.value, found.value.tool.id) : found
}

export function createTool(context: Context, session: Session, input: ParsedInput<'tools.create'>): Result<ToolAnswer> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const toolId = context.ids.next()
  const event = commitEvent(context, { memberId: actor.value.id }, 'tool.created', {
    tool_id: toolId,
    ...input,
    maintainers: [actor.value.id],
  })
  return event.ok ? answer(context, actor.value, toolId) : event
}

export function editTool(context: Context, session: Session, input: ParsedInput<'tools.edit'>): Result<ToolAnswer> {
  return manage(context, session, input.tool, (actor, tool) =>
    commitEvent(context, { memberId: actor.id }, 'tool.edited', {
      tool_id: tool.id,
      title: input.title ?? tool.title,
      summary: input.summary ?? tool.summary,
      tags: input.tags ?? tool.tags,
      based_on: { metadata_event_id: input.expected_metadata_event_id ?? tool.metadata_event_id },
    }),
  )
}

export function publishTool(
  context: Context,
  session: Session,
  input: ParsedInput<'tools.publish'>,
): Result<ToolAnswer> {
  return manage(context, session, input.tool, (actor, tool) =>
    commitEvent(context, { memberId: actor.id }, 'tool.published', {
      tool_id: tool.id,
      based_on: { is_published: false, active_version_id: tool.active_version_id },
    }),
  )
}

export function depublishTool(
  context: Context,
  session: Session,
  input: ParsedInput<'tools.depublish'>,
): Result<ToolAnswer> {
  return manage(context, session, input.tool, (actor, tool) =>
    commitEvent(context, { memberId: actor.id }, 'tool.depublished', {
      tool_id: tool.id,
      based_on: { is_published: true },
    }),
  )
}

export function setMaintainers(
  context: Context,
  session: Session,
  input: ParsedInput<'tools.setMaintainers'>,
): Result<ToolAnswer> {
  return manage(context, session, input.tool, (actor, tool) =>
    commitEvent(context, { memberId: actor.id }, 'tool.maintainers_changed', {
      tool_id: tool.id,
      add: input.add,
      remove: input.remove,
      based_on: { maintainers: context.store.state.maintainers(tool.id) },
    }),
  )
}

export function listCatalogue(
  context: Context,
  session: Session,
  input: ParsedInput<'catalogue.list'>,
): Result<Output<'catalogue.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const page = context.store.reads.tools({
    ...input,
    maintainedBy: null,
    orRunnable: false,
    onlyRunnable: true,
    published: null,
    draftsOf: actor.value.id,
  })
  return success({
    items: page.items.map(({ id, slug, title, summary, tags, active_version_number, active_published_at }) => ({
      id,
      slug,
      title,
      summary,
      tags,
      version_number: active_version_number ?? 0,
      published_at: active_published_at,
    })),
    next: page.next,
  })
}

/** TL-1: whatever the cause, a tool that can't be run is not found here. */
export function getCatalogueEntry(
  context: Context,
  session: Session,
  input: ParsedInput<'catalogue.get'>,
): Result<Output<'catalogue.get'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const runnable = findRunnable(context, input.tool)
  if (!runnable.ok) return runnable
  const { tool, version } = runnable.value
  const content = context.store.reads.content(version.manifest_hash)
  if (content === null) return failed(notFound('tool'))
  return success({
    id: tool.id,
    slug: tool.slug,
    title: tool.title,
    summary: tool.summary,
    tags: tool.tags,
    version_number: version.version_number ?? 0,
    published_at: version.published_at,
    version_id: version.id,
    input_schema: content.input_schema,
    settings_schema: content.settings_schema,
    usage_instructions: content.usage_instructions,
    packages: content.runtime?.packages ?? [],
  })
}

/** Runnable by members only while published, with an active version that exists, belongs to the tool and is active (TL-1). */
export function findRunnable(context: Context, reference: string) {
  const { state } = context.store
  const tool = state.toolBySlug(reference) ?? state.tool(reference)
  if (tool === null || !isRunnable(tool) || tool.active_version_id === null) return failed(notFound('tool'))
  const version = state.version(tool.active_version_id)
  if (version === null || version.tool_id !== tool.id || version.state !== 'active') return failed(notFound('tool'))
  return success({ tool, version })
}

function manage(
  context: Context,
  session: Session,
  reference: string,
  commit: (actor: Actor, tool: ToolRow) => Result<unknown>,
): Result<ToolAnswer> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findTool(context, actor.value, reference)
    if (!found.ok) return found
    if (!mayManageTools(actor.value)) {
      return failed(
        failure(
          'FORBIDDEN',
          'not_allowed',
          'Only an admin may edit, publish or depublish a tool, or set its maintainers.',
        ),
      )
    }
    const event = commit(actor.value, found.value.tool)
    return event.ok ? answer(context, actor.value, found.value.tool.id) : event
  })
}

function answer(context: Context, actor: Actor, toolId: string): Result<ToolAnswer> {
  const item = context.store.reads.tool(toolId, ownDraftsOnly(actor))
  if (item === null) return failed(notFound('tool'))
  return success(toolView(context, actor, item, standing(context, actor, toolId)))
}
