import { sql, type JoinBuilder } from 'kysely'
import type { StoredEntry } from '../../app/history-port.ts'
import type { EventLog, OrderEntry } from '../../app/ports.ts'
import type { StoredEvent } from '../../domain/stored-event.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** All but `tool_id`, which SQLite computes from the body and can't where that was damaged. */
export const EVENT_COLUMNS = [
  'events.id',
  'workspace_id',
  'key_id',
  'key_seq',
  'prev_hash',
  'at',
  'type',
  'body',
  'seen_order',
  'seen_head_hash',
  'hash',
  'signature',
] as const

type EventRow = Omit<Schema['events'], 'tool_id'>
type EntryRow = Schema['order_entries']
const EVENT_VALUES = EVENT_COLUMNS.map((column) => column.replace('events.', '')) as (keyof EventRow)[]
const ENTRY_VALUES: (keyof EntryRow)[] = ['order_number', 'event_id', 'head_hash', 'outcome', 'failure']

/** By name, since the stand-ins of a template can't be spread. */
function pick<V extends object>(values: V, names: readonly (keyof V)[]): V {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as V
}

/** The append-only log and its order (TR-1, TR-2). Bodies are kept as the canonical JSON that was hashed. */
export function createEventLog(statements: Statements): EventLog {
  const { build, template } = statements
  const head = template(() =>
    build.selectFrom('order_entries').select(['order_number', 'head_hash']).orderBy('order_number', 'desc').limit(1),
  )
  const chainHead = template(({ keyId }: { keyId: string }) =>
    build
      .selectFrom('events')
      .select(['key_seq', 'hash'])
      .where('key_id', '=', keyId)
      .orderBy('key_seq', 'desc')
      .limit(1),
  )
  const insertEvent = template((values: EventRow) => build.insertInto('events').values(pick(values, EVENT_VALUES)))
  const insertEntry = template((values: EntryRow) =>
    build.insertInto('order_entries').values(pick(values, ENTRY_VALUES)),
  )

  return {
    head() {
      const row = head.first({})
      return row === undefined ? { order: 0, head_hash: null } : { order: row.order_number, head_hash: row.head_hash }
    },
    chainHead: (keyId) => chainHead.first({ keyId }) ?? { key_seq: 0, hash: null },
    append(event, entry) {
      insertEvent.run(event)
      insertEntry.run({ ...entry, failure: entry.failure === null ? null : JSON.stringify(entry.failure) })
    },
  }
}

/**
 * Finds an event by its index but reads it from its table: joined in the ordinary way, SQLite would answer with the id
 * that stands in the index, and a changed one in the table would not be seen.
 */
const byRow = (
  join: JoinBuilder<Schema, 'order_entries' | 'events'>,
): JoinBuilder<Schema, 'order_entries' | 'events'> =>
  join.on(
    sql<boolean>`events.rowid = (SELECT named.rowid FROM events AS named WHERE named.id = order_entries.event_id)`,
  )

const STORED_COLUMNS = ['order_number', 'event_id', 'head_hash', 'outcome', 'failure', ...EVENT_COLUMNS] as const

/** Entries in order, after a number of it; at most `limit`. */
export type StoredReader = (after: number, limit: number) => StoredEntry[]

/** From the order's own table, so that an entry whose event is gone shows. What is damaged may be of any type. */
export function createStoredReader({ build, template }: Statements): StoredReader {
  const page = template(({ after, limit }: { after: number; limit: number }) =>
    build
      .selectFrom('order_entries')
      .leftJoin('events', byRow)
      .select(STORED_COLUMNS)
      .where('order_number', '>', after)
      .orderBy('order_number')
      .limit(limit),
  )
  return (after, limit) => page.arrays({ after, limit }).map(storedEntry)
}

function storedEntry(row: unknown[]): StoredEntry {
  return {
    order_number: row[0] as number,
    event_id: row[1] as string,
    head_hash: row[2] as string,
    outcome: row[3] as OrderEntry['outcome'],
    failure: row[4] as string | null,
    event: row[5] === null ? null : storedEvent(row),
  }
}

function storedEvent(row: unknown[]): StoredEvent {
  return {
    id: row[5] as string,
    workspace_id: row[6] as string,
    key_id: row[7] as string,
    key_seq: row[8] as number,
    prev_hash: row[9] as string | null,
    at: row[10] as string,
    type: row[11] as string,
    body: row[12] as string,
    seen_order: row[13] as number,
    seen_head_hash: row[14] as string | null,
    hash: row[15] as string,
    signature: row[16] as string,
  }
}
