import { keyIdOf } from '../event-bodies.ts'
import type { Sha256 } from '../identifier.ts'
import { higherRole, memberNameKey, type MemberRow } from '../member.ts'
import { mayManageMembers } from '../policy.ts'
import type { Json } from '../result.ts'
import type { Change, StateView } from '../state.ts'
import type { Applying } from './apply.ts'
import { hasUsableKey } from './keys.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'

export function applyMemberAdded(state: StateView, event: Applying<'member.added'>, sha256: Sha256): Outcome {
  const { body, maker } = event
  const refusal = refuseUnlessSuperuser(event)
  if (refusal !== null) return refusal
  if (state.member(body.member_id) !== null) return invalid('id_taken', 'member_id is in use.')
  const nameKey = memberNameKey(body.name)
  if (state.memberByNameKey(nameKey) !== null) {
    return conflict('name_taken', `name: there is a member called ${body.name} already. Choose another name.`, {
      field: 'name',
    })
  }
  const moved = superusersMoved(state, body.role === 'superuser', body.based_on.superusers)
  if (moved !== null) return moved
  const changes: Change[] = [
    {
      table: 'members',
      row: {
        id: body.member_id,
        name: body.name,
        name_key: nameKey,
        role: body.role,
        highest_role: body.role,
        status: 'active',
        created_at: event.at,
        created_by: maker.member.id,
      },
    },
  ]
  if (body.key !== null) {
    const { key } = body
    if (key.kind !== 'member' || key.member_id !== body.member_id)
      return invalid('malformed_key', 'key: is not a key of this member.')
    if (key.key_id !== keyIdOf(key.public_key, sha256))
      return invalid('malformed_key', 'key: key_id is not its fingerprint.')
    if (state.key(key.key_id) !== null) return invalid('id_taken', 'key: is in use.')
    if (state.device(key.device_id) === null) return missing('device', key.device_id)
    changes.push({
      table: 'keys',
      row: { ...key, status: 'active', is_unclaimed: true, admitted_at: event.at, revoked_at: null },
    })
  }
  return applied(...changes)
}

export function applyMemberRoleChanged(state: StateView, event: Applying<'member.role_changed'>): Outcome {
  const { body } = event
  const refusal = refuseUnlessSuperuser(event)
  if (refusal !== null) return refusal
  const member = state.member(body.member_id)
  if (member === null) return missing('member', body.member_id)
  if (member.status === 'revoked')
    return conflict('member_revoked', `${member.name} is revoked. Only active members have a role.`)
  if (member.role !== body.based_on.role) {
    return conflict('role_moved', `${member.name} is ${member.role} by now. Look again before changing it.`, {
      role: member.role,
    })
  }
  const moved = superusersMoved(state, touchesSuperusers(member, body.role), body.based_on.superusers)
  if (moved !== null) return moved
  const last = lastSuperuserProblem(state, member, body.role)
  if (last !== null) return last
  return applied({
    table: 'members',
    row: { ...member, role: body.role, highest_role: higherRole(member.highest_role, body.role) },
  })
}

export function applyMemberRevoked(state: StateView, event: Applying<'member.revoked'>): Outcome {
  const { body } = event
  const refusal = refuseUnlessSuperuser(event)
  if (refusal !== null) return refusal
  const member = state.member(body.member_id)
  if (member === null) return missing('member', body.member_id)
  if (member.status === 'revoked') return conflict('member_revoked', `${member.name} is revoked already.`)
  const moved = superusersMoved(state, member.role === 'superuser', body.based_on.superusers)
  if (moved !== null) return moved
  const last = lastSuperuserProblem(state, member, null)
  if (last !== null) return last
  return applied({ table: 'members', row: { ...member, status: 'revoked' } })
}

function refuseUnlessSuperuser(
  event: Applying<'member.added' | 'member.role_changed' | 'member.revoked'>,
): Outcome | null {
  const { actor, once } = event.maker
  if (mayManageMembers(actor)) return null
  return unauthorised(mayManageMembers(once), 'Only a superuser may add members, change roles or revoke.')
}

export function touchesSuperusers(member: MemberRow, role: MemberRow['role']): boolean {
  return member.role === 'superuser' || role === 'superuser'
}

/** RB-4: every change that touches a superuser is based on the set of superusers that its maker saw. */
export function superusersMoved(state: StateView, touches: boolean, seen: string[] | null): Outcome | null {
  if (!touches) return null
  const present = state.superusers()
  if (seen !== null && seen.length === present.length && seen.every((id, index) => id === present[index])) return null
  return conflict(
    'superusers_moved',
    'The set of superusers has changed meanwhile. Look at the members and decide again.',
    {
      superusers: present as Json[],
    },
  )
}

/** RB-4. `role` is what the member is to become; null when revoked. Somebody who can sign as a superuser must be left. */
export function lastSuperuserProblem(
  state: StateView,
  member: MemberRow,
  role: MemberRow['role'] | null,
): Outcome | null {
  const superusers = state.superusers()
  if (role === 'superuser' || !superusers.includes(member.id)) return null
  if (superusers.some((id) => id !== member.id && hasUsableKey(state, id))) return null
  return conflict('last_superuser', `${member.name} is the last superuser. Make somebody else a superuser first.`)
}
