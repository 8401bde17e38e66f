import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayListVersions, mayReview, mayRollBack, maySeeVersion, type Actor } from '../domain/policy.ts'
import { failed, failure, success, type Failure, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import type { Version } from '../domain/version.ts'
import { actingMember, standing } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { blockReason, decideContent } from './decide-version.ts'
import { findTool, findVersion, ownDraftsOnly, type SeenVersion } from './lookup.ts'
import { memberName } from './views.ts'
import { versionAnswer, viewOf } from './versions.ts'

/** The review queue and its verdicts. */

export function listReviews(
  context: Context,
  session: Session,
  input: ParsedInput<'reviews.list'>,
): Result<Output<'reviews.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const page = context.store.reads.versionsInReview({ ...input, visibleTo: ownDraftsOnly(actor.value) })
  return success({
    items: page.items.flatMap((version) => {
      const tool = context.store.state.tool(version.tool_id)
      if (tool === null) return []
      const seen = { tool, standing: standing(context, actor.value, tool.id) }
      // The store narrows to the caller's own; someone who lost their role may not see even those (RB-6).
      if (!maySeeVersion(actor.value, version, seen.standing)) return []
      return [{ ...viewOf(context, actor.value, seen, version), tool_title: tool.title }]
    }),
    next: page.next,
  })
}

/** VR-6. */
export function publishVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.publish'>,
): Result<Output<'versions.publish'>> {
  const newVersionId = context.ids.next()
  return verdict(context, session, input.version, (actor, { version, tool }) => {
    const blocked = version.state === 'in_review' ? activationBlock(context, tool, version) : null
    if (blocked !== null) return failed(blocked)
    const previous = tool.active_version_id
    const event = commitEvent(context, { memberId: actor.id }, 'version.published', {
      tool_id: tool.id,
      version_id: version.id,
      new_version_id: newVersionId,
      change_summary: input.change_summary,
      based_on: {
        state: 'in_review',
        manifest_hash: version.manifest_hash,
        active_version_id: input.expected_active_version_id,
      },
    })
    if (!event.ok) return event
    return success({
      tool_id: tool.id,
      previous_active_version_id: previous,
      new_active_version_id: newVersionId,
      archived_version_ids: previous === null ? [version.id] : [previous, version.id],
    })
  })
}

/** EV-3: RED and ERROR block what makes a content active, published or rolled back to, until an override is approved. */
function activationBlock(context: Context, tool: ToolRow, version: Version): Failure | null {
  const content = context.store.reads.content(version.manifest_hash)
  if (content === null) return null
  const decision = decideContent(context, tool, content)
  if (decision.risk_level !== 'RED' && decision.risk_level !== 'ERROR') return null
  // A version is tried out before it is published, so an override of either context counts.
  const reasons = (['sandbox', 'production'] as const).map((runContext) =>
    blockReason(context, decision, version.manifest_hash, runContext),
  )
  const [reason] = reasons
  if (reason === null || reason === undefined || reasons.includes(null)) return null
  return failure('CONFLICT', 'blocked', `This version may not become active: ${reason}`, {
    risk_level: decision.risk_level,
  })
}

/** VR-7. */
export function requestChanges(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.requestChanges'>,
): Result<Output<'versions.requestChanges'>> {
  const newVersionId = context.ids.next()
  return verdict(context, session, input.version, (actor, { version, tool }) => {
    const event = commitEvent(context, { memberId: actor.id }, 'version.changes_requested', {
      tool_id: tool.id,
      version_id: version.id,
      new_version_id: newVersionId,
      message: input.message,
      based_on: { state: 'in_review', manifest_hash: version.manifest_hash },
    })
    return event.ok ? versionAnswer(context, actor, newVersionId) : event
  })
}

function verdict<T>(
  context: Context,
  session: Session,
  reference: string,
  give: (actor: Actor, seen: SeenVersion) => Result<T>,
): Result<T> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findVersion(context, actor.value, reference)
    if (!found.ok) return found
    if (!mayReview(actor.value)) {
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only an admin may give a verdict on a version.'))
    }
    return give(actor.value, found.value)
  })
}

/** VR-8. What was active once is judged anew (EV-2): the rules may have learned since. */
export function rollBack(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.rollback'>,
): Result<Output<'versions.rollback'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findTool(context, actor.value, input.tool)
    if (!found.ok) return found
    if (!mayRollBack(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may roll back.'))
    const target = findVersion(context, actor.value, input.to_version)
    if (!target.ok) return target
    const { tool } = found.value
    const { version } = target.value
    const isEligible = version.tool_id === tool.id && version.was_active && version.state !== 'active'
    const blocked = isEligible ? activationBlock(context, tool, version) : null
    if (blocked !== null) return failed(blocked)
    const newVersionId = context.ids.next()
    const previous = tool.active_version_id
    const event = commitEvent(context, { memberId: actor.value.id }, 'version.rolled_back', {
      tool_id: tool.id,
      to_version_id: version.id,
      new_version_id: newVersionId,
      reason: input.reason,
      based_on: {
        manifest_hash: version.manifest_hash,
        active_version_id: input.expected_active_version_id,
      },
    })
    if (!event.ok) return event
    return success({
      tool_id: tool.id,
      previous_active_version_id: previous,
      new_active_version_id: newVersionId,
      archived_version_ids: previous === null ? [] : [previous],
    })
  })
}

export function listDecisions(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.decisions'>,
): Result<Output<'versions.decisions'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  if (!mayListVersions(actor.value, found.value.standing)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins and this tool’s maintainers see its reviews.'))
  }
  const page = context.store.reads.decisions({
    toolId: found.value.tool.id,
    visibleTo: ownDraftsOnly(actor.value),
    limit: input.limit,
    after: input.after,
  })
  return success({
    items: page.items.map(({ id, version_id, verdict: kind, by, at, message, resulting_version_id }) => ({
      id,
      version_id,
      verdict: kind,
      by_name: memberName(context, by),
      at,
      message,
      resulting_version_id,
    })),
    next: page.next,
  })
}
