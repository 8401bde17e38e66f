import type { EventBody, EventType } from './event-bodies.ts'
import type { Sha256 } from './identifier.ts'

/** The signed record of one change: its envelope (TR-2). What it may say is in `event-bodies.ts`. */

/** What is hashed: everything but the hash and the signature. */
export interface UnsignedEvent {
  id: string
  workspace_id: string
  key_id: string
  /** Counts this key's events from 1 without a gap. */
  key_seq: number
  /** Hash of this key's previous event; null for its first. */
  prev_hash: string | null
  at: string
  type: string
  body: unknown
  /** The last order number that the maker had seen, and the order's head hash there (null before the first event). */
  seen: { order: number; head_hash: string | null }
}

export interface SignedEvent extends UnsignedEvent {
  hash: string
  /** Ed25519 over `signedText(hash)`, in base64. */
  signature: string
}

/** The end of a key's chain: its last sequence number and hash; 0 and null before its first event. */
export interface ChainHead {
  key_seq: number
  hash: string | null
}

/** An event whose form was checked: type and body belong together. */
export type TypedEvent = {
  [T in EventType]: Omit<SignedEvent, 'type' | 'body'> & { type: T; body: EventBody<T> }
}[EventType]

/** What the signature covers. The prefix keeps a signature made here from meaning anything elsewhere. */
export function signedText(hash: string): string {
  return `scriptorium event v1\n${hash}`
}

/** The head hash after one more event: a chain over the order itself, so that a cut or swapped order shows (TR-7). */
export function nextHeadHash(previous: string | null, order: number, event: string, sha256: Sha256): string {
  return sha256(`scriptorium order v1\n${previous ?? 'genesis'}\n${order}\n${event}`)
}
