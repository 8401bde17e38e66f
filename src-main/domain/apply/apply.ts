import { eventBodies, type EventType } from '../event-bodies.ts'
import type { SignedEvent, TypedEvent } from '../event.ts'
import type { Sha256 } from '../identifier.ts'
import { unreachable } from '../result.ts'
import type { KeyRow, StateView } from '../state.ts'
import {
  applyAdvisoryAttached,
  applyAdvisoryReviewed,
  applyRunExplained,
  applyRunMetaPatched,
  applyRunPinned,
} from './advisories.ts'
import { makerOf, type Maker } from './maker.ts'
import { applyDeviceRevoked, applyKeyClaimed, applyKeyRevoked, applyKeyRotated, applyWorkspaceResumed } from './keys.ts'
import { applyMemberAdded, applyMemberRevoked, applyMemberRoleChanged } from './members.ts'
import { invalid, missing, unauthorised, type Outcome } from './outcome.ts'
import { applyMemberNominated, applyNominationDecided } from './nominations.ts'
import {
  applyChangesRequested,
  applyVersionCommented,
  applyVersionPublished,
  applyVersionRolledBack,
} from './reviews.ts'
import { applyRunRecorded } from './runs.ts'
import { applySuggestionDecided, applySuggestionSubmitted } from './suggestions.ts'
import {
  applyToolCreated,
  applyToolDepublished,
  applyToolEdited,
  applyToolMaintainersChanged,
  applyToolPublished,
} from './tools.ts'
import { applyVersionSaved, applyVersionSubmitted, applyVersionWithdrawn } from './versions.ts'
import { applySettingChanged, applyWorkspaceCreated } from './workspace.ts'

/** An event of one type with the member who made it, as the state at its place knows them. */
export type Applying<T extends EventType> = Extract<TypedEvent, { type: T }> & {
  maker: Extract<Maker, { kind: 'member' }>
}

/**
 * The one place where the rules meet (TR-3): what becomes of an event at its place in the order. Pure; the same state
 * and event give the same outcome on every device. The envelope (hash, chain, signature) was checked before;
 * commands come through here too, before anything is written.
 */
export function apply(state: StateView, signed: SignedEvent, sha256: Sha256): Outcome {
  const event = typed(signed)
  if ('outcome' in event) return event
  if (event.type === 'workspace.created')
    return applyWorkspaceCreated(state, event as Applying<'workspace.created'>, sha256)
  const workspace = state.workspace()
  if (workspace === null || workspace.id !== event.workspace_id) {
    return invalid('other_workspace', 'The event belongs to another workspace.')
  }
  const key = state.key(event.key_id)
  if (key === null) return missing('key', event.key_id)
  const maker = makerOf(key, state)
  if (maker === null) return invalid('unknown_maker', 'The key belongs to nobody in this workspace.')
  const revoked = refuseRevoked(state, key, maker)
  if (revoked !== null) return revoked
  if (event.type === 'run.recorded') return applyRunRecorded(state, { ...event, maker })
  if (event.type === 'run.explained') return applyRunExplained(state, { ...event, maker }, sha256)
  if (maker.kind === 'system') return invalid('system_claim', `A device’s system key can't make ${event.type}.`)
  return applyByMember(state, { ...event, maker } as Exclude<AnyApplying, Applying<Special>>, sha256)
}

/** Types that a member's key alone doesn't make, or that come before there are members. */
type Special = 'workspace.created' | 'run.recorded' | 'run.explained'

type AnyApplying = { [T in EventType]: Applying<T> }[EventType]

function applyByMember(state: StateView, event: Exclude<AnyApplying, Applying<Special>>, sha256: Sha256): Outcome {
  switch (event.type) {
    case 'member.added':
      return applyMemberAdded(state, event, sha256)
    case 'member.role_changed':
      return applyMemberRoleChanged(state, event)
    case 'member.nominated':
      return applyMemberNominated(state, event)
    case 'member.nomination_decided':
      return applyNominationDecided(state, event)
    case 'key.claimed':
      return applyKeyClaimed(state, event)
    case 'key.rotated':
      return applyKeyRotated(state, event, sha256)
    case 'key.revoked':
      return applyKeyRevoked(state, event)
    case 'device.revoked':
      return applyDeviceRevoked(state, event)
    case 'workspace.resumed':
      return applyWorkspaceResumed(state, event)
    case 'suggestion.submitted':
      return applySuggestionSubmitted(state, event)
    case 'suggestion.decided':
      return applySuggestionDecided(state, event)
    case 'version.commented':
      return applyVersionCommented(state, event)
    case 'advisory.attached':
      return applyAdvisoryAttached(state, event)
    case 'advisory.reviewed':
      return applyAdvisoryReviewed(state, event)
    case 'run.meta_patched':
      return applyRunMetaPatched(state, event)
    case 'run.pinned':
      return applyRunPinned(state, event)
    case 'member.revoked':
      return applyMemberRevoked(state, event)
    case 'setting.changed':
      return applySettingChanged(state, event)
    case 'tool.created':
      return applyToolCreated(state, event)
    case 'tool.edited':
      return applyToolEdited(state, event)
    case 'tool.published':
      return applyToolPublished(state, event)
    case 'tool.depublished':
      return applyToolDepublished(state, event)
    case 'tool.maintainers_changed':
      return applyToolMaintainersChanged(state, event)
    case 'version.saved':
      return applyVersionSaved(state, event, sha256)
    case 'version.submitted':
      return applyVersionSubmitted(state, event)
    case 'version.withdrawn':
      return applyVersionWithdrawn(state, event)
    case 'version.changes_requested':
      return applyChangesRequested(state, event)
    case 'version.published':
      return applyVersionPublished(state, event)
    case 'version.rolled_back':
      return applyVersionRolledBack(state, event)
    default:
      return unreachable(event)
  }
}

/** What was signed before a revocation stays valid; what is signed after does not take effect. */
function refuseRevoked(state: StateView, key: KeyRow, maker: Maker): Outcome | null {
  if (key.status === 'revoked') return unauthorised(true, 'The key that signed this was revoked.', 'key_revoked')
  if (state.device(key.device_id)?.status === 'revoked') {
    return unauthorised(true, 'The device that signed this was revoked.', 'device_revoked')
  }
  if (maker.kind === 'member' && maker.member.status === 'revoked') {
    return unauthorised(true, 'The member who made this was revoked.', 'member_revoked')
  }
  return null
}

function typed(signed: SignedEvent): TypedEvent | Outcome {
  if (!Object.hasOwn(eventBodies, signed.type)) {
    return invalid('unknown_type', `There is no event type ${signed.type} in this version of the app.`)
  }
  const body = eventBodies[signed.type as EventType].safeParse(signed.body)
  if (!body.success) {
    const issue = body.error.issues[0]
    return invalid('malformed', `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'is malformed'}`, {
      field: issue?.path.join('.') ?? 'body',
    })
  }
  return { ...signed, body: body.data } as TypedEvent
}
