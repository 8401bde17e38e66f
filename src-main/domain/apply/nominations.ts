import { higherRole, roleAtLeast } from '../member.ts'
import { mayDecideNominations, mayNominate } from '../policy.ts'
import type { StateView } from '../state.ts'
import type { Applying } from './apply.ts'
import { lastSuperuserProblem, superusersMoved, touchesSuperusers } from './members.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'

/** RB-3: an admin nominates, a superuser decides; both are recorded with their reasons. */

export function applyMemberNominated(state: StateView, event: Applying<'member.nominated'>): Outcome {
  const { body, maker } = event
  if (!mayNominate(maker.actor)) return unauthorised(mayNominate(maker.once), 'Only an admin may nominate a member.')
  if (state.nomination(body.nomination_id) !== null) return invalid('id_taken', 'nomination_id is in use.')
  const member = state.member(body.member_id)
  if (member === null) return missing('member', body.member_id)
  if (member.status === 'revoked') return conflict('member_revoked', `${member.name} is revoked.`)
  if (member.role !== body.based_on.role) {
    return conflict('role_moved', `${member.name} is ${member.role} by now. Look again before nominating.`, {
      role: member.role,
    })
  }
  if (roleAtLeast(member.role, body.role)) {
    return conflict('not_higher', `role: ${member.name} is ${member.role} already. Nominate for a higher role.`, {
      field: 'role',
    })
  }
  return applied({
    table: 'nominations',
    row: {
      id: body.nomination_id,
      member_id: body.member_id,
      role: body.role,
      status: 'pending',
      reason: body.reason,
      nominated_by: maker.member.id,
      nominated_at: event.at,
      decided_by: null,
      decided_at: null,
      decision_reason: null,
    },
  })
}

export function applyNominationDecided(state: StateView, event: Applying<'member.nomination_decided'>): Outcome {
  const { body, maker } = event
  if (!mayDecideNominations(maker.actor)) {
    return unauthorised(mayDecideNominations(maker.once), 'Only a superuser may decide a nomination.')
  }
  const nomination = state.nomination(body.nomination_id)
  if (nomination === null || nomination.member_id !== body.member_id) return missing('nomination', body.nomination_id)
  if (nomination.status !== 'pending') return conflict('decided', `This nomination was ${nomination.status} already.`)
  const decided = {
    table: 'nominations' as const,
    row: {
      ...nomination,
      status: body.is_approved ? ('approved' as const) : ('declined' as const),
      decided_by: maker.member.id,
      decided_at: event.at,
      decision_reason: body.reason,
    },
  }
  if (!body.is_approved) return applied(decided)
  const member = state.member(nomination.member_id)
  if (member === null) return missing('member', nomination.member_id)
  if (member.status === 'revoked') return conflict('member_revoked', `${member.name} is revoked.`)
  if (member.role !== body.based_on.role) {
    return conflict('role_moved', `${member.name} is ${member.role} by now. Look again before deciding.`, {
      role: member.role,
    })
  }
  if (roleAtLeast(member.role, nomination.role)) {
    return conflict('not_higher', `${member.name} is ${member.role} already. Decline the nomination.`, {
      role: member.role,
    })
  }
  const moved =
    superusersMoved(state, touchesSuperusers(member, nomination.role), body.based_on.superusers) ??
    lastSuperuserProblem(state, member, nomination.role)
  if (moved !== null) return moved
  const role = nomination.role
  return applied(decided, {
    table: 'members',
    row: { ...member, role, highest_role: higherRole(member.highest_role, role) },
  })
}
