import { z } from 'zod'
import { type EventBody, type EventType } from './event-bodies.ts'
import { idSchema, sha256Schema, timeSchema, type Sha256 } from './identifier.ts'
import { canonicalJson } from './canonical-json.ts'

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

/** 64 bytes in base64, in the one way to write them: the last digit before the padding holds two bits only. */
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/

export const signedEventSchema = z.strictObject({
  id: idSchema,
  workspace_id: idSchema,
  key_id: sha256Schema,
  key_seq: z.int().min(1),
  prev_hash: sha256Schema.nullable(),
  at: timeSchema,
  type: z.string().max(100),
  body: z.json(),
  seen: z.strictObject({ order: z.int().min(0), head_hash: sha256Schema.nullable() }),
  hash: sha256Schema,
  signature: z.string().regex(SIGNATURE, 'is not a signature in base64'),
})

/** An event whose form was checked: type and body belong together. */
export type TypedEvent = {
  [T in EventType]: Omit<SignedEvent, 'type' | 'body'> & { type: T; body: EventBody<T> }
}[EventType]

/** SHA-256 over the canonical JSON of the event without hash and signature. */
export function eventHash(event: UnsignedEvent, sha256: Sha256): string {
  const { id, workspace_id, key_id, key_seq, prev_hash, at, type, body, seen } = event
  return sha256(canonicalJson({ id, workspace_id, key_id, key_seq, prev_hash, at, type, body, seen }))
}

/** What the signature covers. The prefix keeps a signature made here from meaning anything elsewhere. */
export function signedText(hash: string): string {
  return `scriptorium event v1\n${hash}`
}

/** The head hash after one more event: a chain over the order itself, so that a cut or swapped order shows (TR-7). */
export function nextHeadHash(previous: string | null, order: number, event: string, sha256: Sha256): string {
  return sha256(`scriptorium order v1\n${previous ?? 'genesis'}\n${order}\n${event}`)
}
