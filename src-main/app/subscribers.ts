import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Actor } from '../domain/policy.ts'
import type { Session } from './core.ts'
import type { Store } from './ports.ts'

/** Who listens in this process. Each hears only what their member may see, as of that moment. */
export interface Subscribers {
  add(session: Session, listener: (event: PushedEvent) => void): () => void
  publish(event: PushedEvent, mayHear?: (actor: Actor) => boolean): void
  count(): number
}

/** `isLocked` tells whether a member's key on this device is locked: who can't act can't listen either (RB-2). */
export function createSubscribers(store: Store, isLocked: (memberId: string) => boolean): Subscribers {
  const listeners = new Set<{ session: Session; listener: (event: PushedEvent) => void }>()
  return {
    add(session, listener) {
      const entry = { session, listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    publish(event, mayHear) {
      for (const { session, listener } of listeners) {
        if (mayHear !== undefined) {
          const member = session.memberId === null ? null : store.state.member(session.memberId)
          if (member?.status !== 'active' || isLocked(member.id) || !mayHear(member)) continue
        }
        listener(event)
      }
    },
    count: () => listeners.size,
  }
}
