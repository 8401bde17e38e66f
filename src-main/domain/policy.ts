import type { RiskLevel } from './decision/decision.ts'
import { roleAtLeast, type Role } from './member.ts'
import type { Settings } from './setting.ts'
import type { Tool } from './tool.ts'
import type { Version } from './version.ts'

/**
 * Who may do what: the matrix of section 2 as pure functions over (actor, subject, settings). Every entry point asks
 * here (RB-1), and `apply` asks here again at the event's place in the order (TR-3).
 */

export interface Actor {
  id: string
  role: Role
}

/** A tool as seen by an actor: whether they are listed as its maintainer. */
export interface ToolStanding {
  isMaintainer: boolean
}

type Authorship = Pick<Version, 'created_by' | 'state'>

const isAdmin = (actor: Actor): boolean => roleAtLeast(actor.role, 'admin')
const isSuperuser = (actor: Actor): boolean => actor.role === 'superuser'
/** A contributor acts on a tool only when listed as its maintainer. */
const maintains = (actor: Actor, standing: ToolStanding): boolean =>
  roleAtLeast(actor.role, 'contributor') && standing.isMaintainer

/** Runnable by members: published, with an active version (TL-1). */
export function isRunnable(tool: Pick<Tool, 'is_published' | 'active_version_id'>): boolean {
  return tool.is_published && tool.active_version_id !== null
}

export function maySeeTool(
  actor: Actor,
  tool: Pick<Tool, 'is_published' | 'active_version_id'>,
  standing: ToolStanding,
): boolean {
  return isAdmin(actor) || maintains(actor, standing) || isRunnable(tool)
}

/** Create or edit metadata, publish or depublish, set maintainers. */
export function mayManageTools(actor: Actor): boolean {
  return isAdmin(actor)
}

export function mayListVersions(actor: Actor, standing: ToolStanding): boolean {
  return isAdmin(actor) || maintains(actor, standing)
}

export function maySeeVersion(actor: Actor, version: Authorship, standing: ToolStanding): boolean {
  if (isAdmin(actor)) return true
  if (!roleAtLeast(actor.role, 'contributor')) return false
  if (version.created_by === actor.id) return true
  return standing.isMaintainer && (version.state === 'active' || version.state === 'archived')
}

export function mayCreateDraft(actor: Actor, standing: ToolStanding): boolean {
  return isAdmin(actor) || maintains(actor, standing)
}

/** Save over a draft, submit it, withdraw it. */
export function mayWorkOnVersion(actor: Actor, version: Authorship, standing: ToolStanding): boolean {
  return isAdmin(actor) || (maintains(actor, standing) && version.created_by === actor.id)
}

/** Admins may sandbox-run a version in any state (VR-11). */
export function maySandboxRun(actor: Actor, version: Authorship, standing: ToolStanding): boolean {
  return mayWorkOnVersion(actor, version, standing)
}

export function mayReview(actor: Actor): boolean {
  return isAdmin(actor)
}

/** RB-5: whoever created or submitted a version can't publish it. */
export function isDistinctReviewer(
  actor: Actor,
  version: Pick<Version, 'created_by' | 'submitted_for_review_by'>,
): boolean {
  return version.created_by !== actor.id && version.submitted_for_review_by !== actor.id
}

export function mayPublishVersion(
  actor: Actor,
  version: Pick<Version, 'created_by' | 'submitted_for_review_by'>,
  settings: Pick<Settings, 'require_distinct_reviewer'>,
): boolean {
  return isAdmin(actor) && (!settings.require_distinct_reviewer || isDistinctReviewer(actor, version))
}

export function mayRollBack(actor: Actor): boolean {
  return isSuperuser(actor)
}

type RunOwnership = { requested_by: string; context: 'sandbox' | 'production' }

export function maySeeRun(actor: Actor, run: RunOwnership): boolean {
  return isAdmin(actor) || run.requested_by === actor.id
}

/** RN-10: logs of production runs are for admins; of sandbox runs also for the contributor who ran them. */
export function maySeeRunLogs(actor: Actor, run: RunOwnership): boolean {
  if (isAdmin(actor)) return true
  return roleAtLeast(actor.role, 'contributor') && run.requested_by === actor.id && run.context === 'sandbox'
}

export function mayCancelRun(actor: Actor, run: RunOwnership): boolean {
  return maySeeRun(actor, run)
}

/** Saved inputs are personal: nobody else sees them, whatever their role. */
export function maySeeCase(actor: Actor, stored: { member_id: string }): boolean {
  return stored.member_id === actor.id
}

/** What somebody else put into a run is not for keeping. */
export function mayKeepInputsOf(actor: Actor, run: RunOwnership): boolean {
  return run.requested_by === actor.id
}

/** What one may see, one may comment on while it is in review. */
export function mayComment(actor: Actor, version: Authorship, standing: ToolStanding): boolean {
  return roleAtLeast(actor.role, 'contributor') && maySeeVersion(actor, version, standing)
}

export function maySuggest(actor: Actor): boolean {
  return roleAtLeast(actor.role, 'contributor')
}

export function mayDecideSuggestions(actor: Actor): boolean {
  return isAdmin(actor)
}

/** Contributors see the suggestions that they made themselves; admins see all. */
export function maySeeSuggestion(actor: Actor, suggestion: { submitted_by: string }): boolean {
  return isAdmin(actor) || (maySuggest(actor) && suggestion.submitted_by === actor.id)
}

/** RB-3. */
export function mayNominate(actor: Actor): boolean {
  return isAdmin(actor)
}

export function mayDecideNominations(actor: Actor): boolean {
  return isSuperuser(actor)
}

/** Restore, sequencer, going on with a copied folder. */
export function mayRestore(actor: Actor): boolean {
  return isSuperuser(actor)
}

/** Add a member, change a role, revoke. */
export function mayManageMembers(actor: Actor): boolean {
  return isSuperuser(actor)
}

export function mayChangeSetting(actor: Actor, changedBy: Role): boolean {
  return roleAtLeast(actor.role, changedBy)
}

/** EV-3: anyone who may run may ask for an override of their own run; other advisories are for contributors and above. */
export function mayAttachAdvisory(
  actor: Actor,
  run: RunOwnership,
  kind: 'suggestion' | 'note' | 'override_request',
): boolean {
  return maySeeRun(actor, run) && (kind === 'override_request' || roleAtLeast(actor.role, 'contributor'))
}

/** Explain, reverify, pin, patch meta: contributors on what they may see, and admins. */
export function mayAnnotateRun(actor: Actor, run: RunOwnership): boolean {
  return maySeeRun(actor, run) && roleAtLeast(actor.role, 'contributor')
}

/** Review an advisory that isn't an override. */
export function mayReviewAdvisories(actor: Actor): boolean {
  return isAdmin(actor)
}

/** EV-3: an admin approves the override of a YELLOW block, a superuser that of a RED one where the setting allows it. */
export function mayApproveOverride(actor: Actor, level: RiskLevel, allowRedOverride: boolean): boolean {
  if (level === 'RED' || level === 'ERROR') return isSuperuser(actor) && allowRedOverride
  return isAdmin(actor)
}

/** Image, prune, backup, script bank, audit. */
export function mayOperate(actor: Actor): boolean {
  return isAdmin(actor)
}
