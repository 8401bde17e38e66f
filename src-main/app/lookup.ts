import { idSchema } from '../domain/identifier.ts'
import { memberNameKey, roleAtLeast, type MemberRow } from '../domain/member.ts'
import { maySeeTool, maySeeVersion, type Actor, type ToolStanding } from '../domain/policy.ts'
import { failed, notFound, success, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import type { Version } from '../domain/version.ts'
import { standing } from './actor.ts'
import type { Context } from './context.ts'

/** References as people write them. What the actor may not see is not found (RB-6), in the same words as what isn't there. */

export interface SeenTool {
  tool: ToolRow
  standing: ToolStanding
}

export interface SeenVersion extends SeenTool {
  version: Version
}

/** A slug or an id. */
export function findTool(context: Context, actor: Actor, reference: string): Result<SeenTool> {
  const { state } = context.store
  const tool = state.toolBySlug(reference) ?? state.tool(reference)
  if (tool === null) return failed(notFound('tool'))
  const toolStanding = standing(context, actor, tool.id)
  return maySeeTool(actor, tool, toolStanding) ? success({ tool, standing: toolStanding }) : failed(notFound('tool'))
}

/** An id, `slug@number`, `slug@head` or `slug@active`. */
export function findVersion(context: Context, actor: Actor, reference: string): Result<SeenVersion> {
  const version = idSchema.safeParse(reference).success
    ? context.store.state.version(reference)
    : versionBySelector(context, actor, reference)
  const tool = version === null ? null : context.store.state.tool(version.tool_id)
  if (version === null || tool === null) return failed(notFound('version'))
  const toolStanding = standing(context, actor, tool.id)
  if (!maySeeVersion(actor, version, toolStanding)) return failed(notFound('version'))
  return success({ tool, version, standing: toolStanding })
}

function versionBySelector(context: Context, actor: Actor, reference: string): Version | null {
  const separator = reference.lastIndexOf('@')
  if (separator < 0) return null
  const { state, reads } = context.store
  const name = reference.slice(0, separator)
  const selector = reference.slice(separator + 1)
  const tool = state.toolBySlug(name) ?? state.tool(name)
  if (tool === null) return null
  if (selector === 'active') return tool.active_version_id === null ? null : state.version(tool.active_version_id)
  if (selector === 'head') return reads.newestHead(tool.id, ownDraftsOnly(actor))
  return /^[1-9][0-9]{0,9}$/.test(selector) ? reads.versionByNumber(tool.id, Number(selector)) : null
}

/** A contributor sees drafts of their own only; null means everybody's. */
export function ownDraftsOnly(actor: Actor): string | null {
  return roleAtLeast(actor.role, 'admin') ? null : actor.id
}

/** A name or an id. */
export function findMember(context: Context, reference: string): Result<MemberRow> {
  const { state } = context.store
  const member = state.member(reference) ?? state.memberByNameKey(memberNameKey(reference))
  return member === null ? failed(notFound('member', reference)) : success(member)
}
