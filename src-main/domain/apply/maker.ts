import type { MemberRow, Role } from '../member.ts'
import type { Actor, ToolStanding } from '../policy.ts'
import type { KeyRow, StateView } from '../state.ts'

/** Who made an event, as the state at its place in the order knows them. */
export type Maker =
  { kind: 'member'; key: KeyRow; member: MemberRow; actor: Actor; once: Actor } | { kind: 'system'; key: KeyRow }

/** The member's standing on a tool now, and the best they ever had (for telling a conflict from an invalid event). */
export interface Standing extends ToolStanding {
  wasMaintainer: boolean
}

export function makerOf(key: KeyRow, state: StateView): Maker | null {
  if (key.kind === 'system') return { kind: 'system', key }
  const member = key.member_id === null ? null : state.member(key.member_id)
  if (member === null) return null
  return {
    kind: 'member',
    key,
    member,
    actor: actorAs(member, member.role),
    once: actorAs(member, member.highest_role),
  }
}

export function standingOn(state: StateView, toolId: string, memberId: string): Standing {
  const row = state.maintainer(toolId, memberId)
  return { isMaintainer: row?.is_current ?? false, wasMaintainer: row !== null }
}

function actorAs(member: MemberRow, role: Role): Actor {
  return { id: member.id, role }
}
