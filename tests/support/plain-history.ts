import type Database from 'better-sqlite3'
import { apply } from '../../src-main/domain/apply/apply.ts'
import { eventBodies } from '../../src-main/domain/event-bodies.ts'
import { nextHeadHash, type SignedEvent } from '../../src-main/domain/event.ts'
import { createMemoryState, rowKey, type MemoryState } from '../../src-main/domain/memory-state.ts'
import { TABLE_NAMES, type TableName, type Tables } from '../../src-main/domain/state.ts'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import type { Keys } from '../../src-main/app/ports.ts'
import { checkEnvelope } from './plain-envelope.ts'

/**
 * The plain way to check a history (TR-7), slow and without tricks. The app's own is quicker; what this one says of the
 * folders that tests leave behind doesn't rest on the code that it judges.
 */

/** The first thing that is wrong with a history. */
export interface HistoryProblem {
  order: number
  event_id: string | null
  reason: string
  message: string
}

export type CheckedHistory =
  { sound: true; events: number; state: MemoryState } | { sound: false; events: number; problem: HistoryProblem }

const READ_AT_ONCE = 500
/** An event is found by its id but read from its table, where an index may say otherwise. */
const READ = `
  SELECT order_number, event_id, head_hash, outcome, failure, id, workspace_id, key_id, key_seq, prev_hash, at, type, body,
    seen_order, seen_head_hash, hash, signature
  FROM order_entries
  JOIN events ON events.rowid = (SELECT named.rowid FROM events AS named WHERE named.id = event_id)
  WHERE order_number > :order ORDER BY order_number LIMIT :limit`

type LogRow = Omit<SignedEvent, 'seen' | 'body'> & {
  body: string
  seen_order: number
  seen_head_hash: string | null
  order_number: number
  event_id: string
  head_hash: string
  outcome: string
  failure: string | null
}

/** The text is what was hashed: one that was changed, even by a space, has no body and fails its check. */
function readRow(row: LogRow): {
  event: SignedEvent
  entry: Pick<LogRow, 'order_number' | 'head_hash' | 'outcome'> & {
    failure: { code?: unknown; reason?: unknown } | null
  }
} {
  const { order_number, event_id: _, head_hash, outcome, failure, body, seen_order, seen_head_hash, ...envelope } = row
  const parsed = readJson(body)
  const isCanonical = parsed !== undefined && canonicalJson(parsed) === body
  return {
    event: {
      ...envelope,
      body: isCanonical ? parsed : undefined,
      seen: { order: seen_order, head_hash: seen_head_hash },
    },
    entry: {
      order_number,
      head_hash,
      outcome,
      failure: failure === null ? null : ((readJson(failure) ?? {}) as object),
    },
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A check that stops where the log ends and goes on from there once there is more. */
export interface HistoryCheck {
  /** Walks on: form, hash, chain, signature, the order's own chain, and the outcome as computed here against the kept one. */
  goOn(): CheckedHistory
  /** Takes the names of the tables that the events of the last walk changed. */
  takeTouched(): Set<TableName>
}

/** Walks the log from the genesis event on. Answers with the folded state, or with the first thing that is wrong. */
export function checkHistory(database: Database.Database, keys: Keys): CheckedHistory {
  return startHistoryCheck(database, keys).goOn()
}

export function startHistoryCheck(database: Database.Database, keys: Keys): HistoryCheck {
  const read = database.prepare(READ)
  const state = createMemoryState()
  const chains = new Map<string, { key_seq: number; hash: string | null }>()
  let touched = new Set<TableName>()
  let order = 0
  let head: string | null = null

  function goOn(): CheckedHistory {
    for (;;) {
      const batch = (read.all({ order, limit: READ_AT_ONCE }) as LogRow[]).map(readRow)
      if (batch.length === 0) return strayProblem(database, order) ?? { sound: true, events: order, state }
      for (const { event, entry } of batch) {
        const problem = (reason: string, message: string): CheckedHistory => ({
          sound: false,
          events: order,
          problem: { order: entry.order_number, event_id: event.id, reason, message },
        })
        if (entry.order_number !== order + 1) {
          return problem('order_gap', `Number ${order + 1} of the order is missing.`)
        }
        const publicKey = state.key(event.key_id)?.public_key ?? genesisKey(event)
        if (publicKey === null) return problem('unknown_key', 'The event is signed by a key that was never admitted.')
        const checked = checkEnvelope(event, publicKey, chains.get(event.key_id) ?? { key_seq: 0, hash: null }, keys)
        if (!checked.ok) return problem(checked.failure.reason, checked.failure.message)
        const next = nextHeadHash(head, entry.order_number, event.hash, keys.sha256)
        if (entry.head_hash !== next) {
          return problem('order_hash_mismatch', 'The order’s hash does not follow from the one before.')
        }
        const outcome = apply(state, event, keys.sha256)
        if (outcome.outcome !== entry.outcome) {
          return problem('outcome_mismatch', `The event was kept as ${entry.outcome}, but it is ${outcome.outcome}.`)
        }
        const failure = outcome.outcome === 'applied' ? null : outcome.failure
        // The wording may change from one version of the app to the next; code and reason don't.
        const isSame = entry.failure?.code === failure?.code && entry.failure?.reason === failure?.reason
        if ((entry.failure === null) !== (failure === null) || !isSame) {
          return problem('outcome_mismatch', 'The event was kept with another reason than it has.')
        }
        for (const change of outcome.outcome === 'applied' ? outcome.changes : []) {
          state.put(change)
          touched.add(change.table)
        }
        chains.set(event.key_id, { key_seq: event.key_seq, hash: event.hash })
        head = next
        order = entry.order_number
      }
    }
  }

  return {
    goOn,
    takeTouched() {
      const taken = touched
      touched = new Set()
      return taken
    },
  }
}

/** An event without its order entry, or an entry without its event, is not met on the walk. */
function strayProblem(database: Database.Database, order: number): CheckedHistory | null {
  const count = (table: string): unknown => database.prepare(`SELECT count(*) FROM ${table} NOT INDEXED`).pluck().get()
  const [events, entries] = [count('events'), count('order_entries')]
  if (events === order && entries === order) return null
  const message = `There are ${events} events and ${entries} order entries, but ${order} that belong together.`
  return { sound: false, events: order, problem: { order: order + 1, event_id: null, reason: 'stray_entry', message } }
}

/** The genesis event admits the key that signs it. */
function genesisKey(event: SignedEvent): string | null {
  if (event.type !== 'workspace.created') return null
  const body = eventBodies['workspace.created'].safeParse(event.body)
  return body.success ? (body.data.keys.find((key) => key.key_id === event.key_id)?.public_key ?? null) : null
}

/** Compares kept tables with what the events give, row by row and column by column (TR-1). Null when they are equal. */
export function differenceFromFold(
  folded: MemoryState,
  rowsOf: <T extends TableName>(table: T) => Iterable<Tables[T]>,
  tables: Iterable<TableName> = TABLE_NAMES,
): { table: TableName; key: string; message: string } | null {
  for (const table of tables) {
    const expected = folded.rows(table)
    const seen = new Set<string>()
    for (const row of rowsOf(table)) {
      const key = rowKey(table, row as never)
      seen.add(key)
      const wanted = expected.get(key)
      if (wanted === undefined) return { table, key, message: 'is in the table, but no event made it' }
      if (canonicalJson(wanted) !== canonicalJson(row)) return { table, key, message: 'is not what the events give' }
    }
    const absent = [...expected.keys()].find((key) => !seen.has(key))
    if (absent !== undefined) return { table, key: absent, message: 'is missing in the table' }
  }
  return null
}
