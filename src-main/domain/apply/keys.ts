import { keyIdOf } from '../event-bodies.ts'
import type { Sha256 } from '../identifier.ts'
import { mayManageMembers } from '../policy.ts'
import type { KeyRow, StateView } from '../state.ts'
import type { Applying } from './apply.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'

/**
 * Keys and devices. What was signed before a revocation stays valid, since it stands before it in the order; what is
 * signed after does not take effect.
 */

export function applyKeyClaimed(state: StateView, event: Applying<'key.claimed'>): Outcome {
  const { body } = event
  if (event.key_id !== body.key_id) return invalid('not_own_key', 'A key is claimed by itself only.')
  const key = state.key(body.key_id)
  if (key === null) return missing('key', body.key_id)
  return applied({ table: 'keys', row: { ...key, is_unclaimed: false } })
}

export function applyKeyRotated(state: StateView, event: Applying<'key.rotated'>, sha256: Sha256): Outcome {
  const { body, maker } = event
  if (event.key_id !== body.key_id) return invalid('not_own_key', 'A key is replaced by its owner, who signs with it.')
  const { new_key: newKey } = body
  if (newKey.kind !== 'member' || newKey.member_id !== maker.member.id || newKey.device_id !== maker.key.device_id) {
    return invalid('malformed_key', 'new_key: must be the same member’s on the same device.')
  }
  if (newKey.key_id !== keyIdOf(newKey.public_key, sha256)) {
    return invalid('malformed_key', 'new_key: key_id is not its fingerprint.')
  }
  if (state.key(newKey.key_id) !== null) return invalid('id_taken', 'new_key: is in use.')
  return applied(
    { table: 'keys', row: { ...maker.key, status: 'revoked', revoked_at: event.at } },
    {
      table: 'keys',
      row: {
        ...newKey,
        status: 'active',
        is_unclaimed: maker.key.is_unclaimed,
        admitted_at: event.at,
        revoked_at: null,
      },
    },
  )
}

/** RB-4 in its deeper form: a workspace whose last superuser has no key left can't be governed by anyone. */
export function applyKeyRevoked(state: StateView, event: Applying<'key.revoked'>): Outcome {
  const { body, maker } = event
  const key = state.key(body.key_id)
  if (key === null) return missing('key', body.key_id)
  const isOwn = key.member_id === maker.member.id
  if (!isOwn && !mayManageMembers(maker.actor)) {
    return unauthorised(mayManageMembers(maker.once), 'Only its owner and superusers may revoke a key.')
  }
  if (key.kind === 'system')
    return invalid('system_key', 'A device’s own key ends with the device. Revoke the device instead.')
  if (key.status === 'revoked') return conflict('key_revoked', 'This key is revoked already.')
  if (leavesNoSuperuserKey(state, (other) => other.key_id === key.key_id)) return lastKey()
  return applied({ table: 'keys', row: { ...key, status: 'revoked', revoked_at: event.at } })
}

export function applyDeviceRevoked(state: StateView, event: Applying<'device.revoked'>): Outcome {
  const { body, maker } = event
  if (!mayManageMembers(maker.actor))
    return unauthorised(mayManageMembers(maker.once), 'Only a superuser may revoke a device.')
  const device = state.device(body.device_id)
  if (device === null) return missing('device', body.device_id)
  if (device.status === 'revoked') return conflict('device_revoked', 'This device is revoked already.')
  if (leavesNoSuperuserKey(state, (key) => key.device_id === device.id)) return lastKey()
  return applied({ table: 'devices', row: { ...device, status: 'revoked' } })
}

/** TR-11. It only states; what it rests on is the head that it names. */
export function applyWorkspaceResumed(_state: StateView, event: Applying<'workspace.resumed'>): Outcome {
  const { maker, body } = event
  if (!mayManageMembers(maker.actor)) {
    return unauthorised(mayManageMembers(maker.once), 'Only a superuser may go on with a restored or copied folder.')
  }
  if (body.based_on.order !== event.seen.order || body.based_on.head_hash !== event.seen.head_hash) {
    return invalid('malformed', 'based_on: must name the head that the maker saw.')
  }
  return applied()
}

function leavesNoSuperuserKey(state: StateView, isGone: (key: KeyRow) => boolean): boolean {
  return state.superusers().every((id) => usableKeys(state, id).every(isGone))
}

export function hasUsableKey(state: StateView, memberId: string): boolean {
  return usableKeys(state, memberId).length > 0
}

function usableKeys(state: StateView, memberId: string): KeyRow[] {
  const keys = state.keysOf(memberId)
  return keys.filter((key) => key.status === 'active' && state.device(key.device_id)?.status === 'active')
}

function lastKey(): Outcome {
  return conflict('last_superuser_key', 'No superuser would have a usable key left. Add or rotate a key first.')
}
