import type { Member } from '../domain/member.ts'
import type { Actor, ToolStanding } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { ownKeyId } from './own-keys.ts'

/** Who acts comes from the session, never from a message (RB-2); their role is read anew for every call. */
export function actingMember(context: Context, session: Session): Result<Member> {
  if (context.store.state.workspace() === null) {
    return failed(
      failure('CONFLICT', 'no_workspace', 'There is no workspace in this data folder yet. Make one first (init).'),
    )
  }
  const member = activeMember(context, session.memberId)
  if (!member.ok) return member
  const keyId = ownKeyId(context, member.value.id)
  const key = keyId === null ? null : context.store.state.key(keyId)
  if (key?.status === 'revoked')
    return failed(failure('FORBIDDEN', 'key_revoked', 'Your key on this device was revoked.'))
  if (key !== null && context.store.state.device(key.device_id)?.status === 'revoked') {
    return failed(failure('FORBIDDEN', 'device_revoked', 'This device was revoked.'))
  }
  if (keyId !== null && context.keys.isLocked(keyId)) {
    return failed(failure('FORBIDDEN', 'locked', 'Your key is locked. Unlock it with your passphrase first.'))
  }
  return member
}

/** The same member as of now, for work that takes so long that much may happen meanwhile. */
export function activeMember(context: Context, id: string | null): Result<Member> {
  const member = id === null ? null : context.store.state.member(id)
  if (member === null) return failed(failure('FORBIDDEN', 'no_session', 'Choose who you are first (member use).'))
  if (member.status === 'revoked') return failed(failure('FORBIDDEN', 'member_revoked', 'Your membership was revoked.'))
  return success(member)
}

export function standing(context: Context, actor: Actor, toolId: string): ToolStanding {
  return { isMaintainer: context.store.state.maintainer(toolId, actor.id)?.is_current ?? false }
}
