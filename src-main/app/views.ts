import type { MemberRef, ToolView, VersionView } from '../../src-preload/contract/views.ts'
import type { Member, MemberRow } from '../domain/member.ts'
import {
  isRunnable,
  mayCreateDraft,
  mayListVersions,
  mayManageTools,
  mayPublishVersion,
  mayReview,
  mayRollBack,
  maySandboxRun,
  mayWorkOnVersion,
  type Actor,
  type ToolStanding,
} from '../domain/policy.ts'
import type { ToolRow } from '../domain/state.ts'
import type { Version } from '../domain/version.ts'
import { currentSettings, type Context } from './context.ts'
import type { ToolListItem } from './ports.ts'

/** Rows as screens want them: names joined, and what the actor may do by the policy functions. */

export function memberView(row: MemberRow): Member {
  const { id, name, role, status, created_at, created_by } = row
  return { id, name, role, status, created_at, created_by }
}

export function memberReference(context: Context, id: string): MemberRef {
  const member = context.store.state.member(id)
  return { id, name: member?.name ?? '(unknown)', role: member?.role ?? 'user' }
}

export function memberName(context: Context, id: string): string
export function memberName(context: Context, id: string | null): string | null
export function memberName(context: Context, id: string | null): string | null {
  return id === null ? null : memberReference(context, id).name
}

export function toolView(context: Context, actor: Actor, item: ToolListItem, standing: ToolStanding): ToolView {
  const { last_version_number: _, active_published_at: __, ...tool } = item
  const seesVersions = mayListVersions(actor, standing)
  return {
    ...tool,
    draft_count: seesVersions ? tool.draft_count : 0,
    in_review_count: seesVersions ? tool.in_review_count : 0,
    maintainers: context.store.state.maintainers(tool.id).map((id) => memberReference(context, id)),
    may: {
      edit: mayManageTools(actor),
      create_draft: mayCreateDraft(actor, standing),
      publish: mayManageTools(actor),
      roll_back: mayRollBack(actor),
      see_versions: seesVersions,
      run: isRunnable(tool),
    },
  }
}

export function versionView(
  context: Context,
  actor: Actor,
  tool: ToolRow,
  version: Version,
  standing: ToolStanding,
): VersionView {
  const worksOn = mayWorkOnVersion(actor, version, standing)
  const isDraftHead = version.state === 'draft' && version.is_head
  return {
    ...version,
    tool_slug: tool.slug,
    created_by_name: memberName(context, version.created_by),
    submitted_for_review_by_name: memberName(context, version.submitted_for_review_by),
    reviewed_by_name: memberName(context, version.reviewed_by),
    published_by_name: memberName(context, version.published_by),
    outcome: version.version_number === null ? 'pending' : 'applied',
    may: {
      save_over: isDraftHead && worksOn,
      submit: isDraftHead && worksOn,
      withdraw: version.state === 'in_review' && worksOn,
      run: maySandboxRun(actor, version, standing),
      publish: version.state === 'in_review' && mayPublishVersion(actor, version, currentSettings(context)),
      request_changes: version.state === 'in_review' && mayReview(actor),
      roll_back_to: version.was_active && version.state !== 'active' && mayRollBack(actor),
    },
  }
}
