import type { TableName, Tables } from '../domain/state.ts'
import type { StoredEvent } from '../domain/stored-event.ts'

/** What looking through the history and checking it need from outside. */

/** An entry of the order with its event as it is kept, for checking a history. */
export interface StoredEntry {
  order_number: number
  event_id: string
  head_hash: string
  outcome: 'applied' | 'conflict' | 'invalid'
  /** The JSON text of the failure. */
  failure: string | null
  /** Null when the order names an event that isn't there. */
  event: StoredEvent | null
}

/** One moment of a database, whatever is written to it meanwhile: what a long check reads. Close it. */
export interface Snapshot {
  /** The name of a table, index or trigger that isn't what the app made; null when all are. */
  schemaDifference(): Promise<string | null>
  /** In order, some at a time. */
  entries(): Iterable<StoredEntry[]>
  /** Events that no entry of the order names; there are none in a sound history. */
  unorderedEvents(): number
  /** The number of an entry that the list which people look through has otherwise; null for each page before it. */
  mislistedEntries(): Iterable<number | null>
  /** A row that can't be what was written has a column that equals nothing. */
  foldedRows<T extends TableName>(table: T): Iterable<Tables[T]>
  contents(): Iterable<{ sha256: string; body: Uint8Array }>
  close(): void
}

/** What is left of an entry once it was walked over. */
export type PlaceInOrder = Pick<StoredEntry, 'order_number' | 'event_id'>

/** A signature that is to be verified: by which key (base64), over which text. */
export interface SignatureClaim {
  public_key: string
  text: string
  signature: string
}

/** Verifies many signatures on several threads, the calling one among them. Close it when done. */
export interface SignatureThreads {
  readonly threads: number
  /** Gives one to verify, or verifies some meanwhile where the other threads have enough to do. */
  add(claim: SignatureClaim, place: PlaceInOrder): void
  /** The first of those added whose signature was found wrong so far; to be asked before more are added. */
  firstWrong(): PlaceInOrder | null
  /** Comes back when all that were added are verified. */
  finish(): void
  close(): Promise<void>
}

export interface AuditFilter {
  limit: number
  after: string | null
  toolId: string | null
  memberId: string | null
  type: string | null
  since: string | null
  until: string | null
  /** Words, each of them in the event's sentence as people read it or in its body; empty for any. */
  text: string
}

export interface AuditRow {
  id: string
  order_number: number
  at: string
  type: string
  outcome: StoredEntry['outcome']
  failure: string | null
  body: string
  hash: string
  key_id: string
  tool_id: string | null
  member_id: string | null
  device_id: string | null
}
