import { createContext, use, type ReactNode } from 'react'
import type { Member, Role } from '../src-main/domain/member.ts'
import type { Output } from '../src-preload/contract/contract.ts'

/** Who acts and where, for all screens below. It exists only where there is a workspace and somebody acts in it. */
export interface Session {
  status: Output<'system.status'>
  workspace: NonNullable<Output<'system.status'>['workspace']>
  member: Member
  /** Reads again who acts; everything below starts anew if that changed. */
  refresh(): void
}

const SessionContext = createContext<Session | null>(null)

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('useSession is for screens inside a session')
  return session
}

/** Typed by the domain's roles, without importing its schemas into the first script that the page loads. */
const RANKS: Record<Role, number> = { user: 0, contributor: 1, admin: 2, superuser: 3 }

/** For showing and hiding only; what a role may do is decided in the core (RB-1). */
export function useHasRole(wanted: Role): boolean {
  return RANKS[useSession().member.role] >= RANKS[wanted]
}
