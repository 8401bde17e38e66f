import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { MemberRow } from '../domain/member.ts'
import { mayManageMembers } from '../domain/policy.ts'
import { failed, failure, notFound, success, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { memberKeyName } from './own-keys.ts'
import { memberView } from './views.ts'
import { thisDeviceId } from './workspace.ts'

export function listMembers(context: Context, session: Session): Result<Output<'members.list'>> {
  const actor = actingMember(context, session)
  return actor.ok
    ? success({ items: context.store.reads.members().map((row) => memberView(row as MemberRow)), next: null })
    : actor
}

/** The key is made here and at once (TR-6): until devices meet, this is where the new member will sit. */
export function addMember(
  context: Context,
  session: Session,
  input: ParsedInput<'members.add'>,
): Result<Output<'members.add'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayManageMembers(actor.value))
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may add members.'))
  const { store, ids, keys } = context
  return store.transaction(() => {
    const memberId = ids.next()
    const deviceId = thisDeviceId(context)
    const key = keys.create(memberId)
    const event = commitEvent(context, { memberId: actor.value.id }, 'member.added', {
      member_id: memberId,
      name: input.name,
      role: input.role,
      key: { ...key, kind: 'member', member_id: memberId, device_id: deviceId },
      based_on: { superusers: input.role === 'superuser' ? store.state.superusers() : null },
    })
    if (!event.ok) {
      keys.discard(key.key_id)
      return event
    }
    store.local.set(memberKeyName(memberId), key.key_id)
    return answer(context, memberId)
  })
}

export function setMemberRole(
  context: Context,
  session: Session,
  input: ParsedInput<'members.setRole'>,
): Result<Output<'members.setRole'>> {
  return onMember(context, session, input.member_id, (actorId, member) =>
    commitEvent(context, { memberId: actorId }, 'member.role_changed', {
      member_id: member.id,
      role: input.role,
      based_on: {
        role: member.role,
        superusers: [member.role, input.role].includes('superuser') ? context.store.state.superusers() : null,
      },
    }),
  )
}

export function revokeMember(
  context: Context,
  session: Session,
  input: ParsedInput<'members.revoke'>,
): Result<Output<'members.revoke'>> {
  return onMember(context, session, input.member_id, (actorId, member) => {
    // Nobody can act as them again, so nobody could use or remove what they saved here.
    context.store.cases.removeOf(member.id)
    return commitEvent(context, { memberId: actorId }, 'member.revoked', {
      member_id: member.id,
      reason: input.reason,
      based_on: { superusers: member.role === 'superuser' ? context.store.state.superusers() : null },
    })
  })
}

function onMember(
  context: Context,
  session: Session,
  memberId: string,
  commit: (actorId: string, member: MemberRow) => Result<unknown>,
): Result<Output<'members.setRole'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const member = context.store.state.member(memberId)
    if (member === null) return failed(notFound('member'))
    const event = commit(actor.value.id, member)
    return event.ok ? answer(context, memberId) : event
  })
}

function answer(context: Context, memberId: string): Result<Output<'members.setRole'>> {
  const member = context.store.state.member(memberId)
  return member === null ? failed(notFound('member')) : success(memberView(member))
}
