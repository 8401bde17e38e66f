import { TABLE_NAMES, type TableName } from '../domain/state.ts'
import { createHistoryWalk, type HistoryProblem, type HistoryWalk } from './history-walk.ts'
import { rowKey } from '../domain/memory-state.ts'
import type { PlaceInOrder, Snapshot, StoredEntry } from './history-port.ts'
import type { Keys } from './ports.ts'
import type { Context } from './context.ts'
import { isShortened } from './shortened-row.ts'

/** `audit verify` (TR-7): everything from the genesis event on, in pieces short enough that the app stays awake. */

export interface VerifiedHistory {
  events: number
  root: string | null
  head_hash: string | null
  problem: HistoryProblem | null
}

export type Verifying = Pick<Context, 'keys' | 'clock' | 'openSignatureThreads'>

/** A piece of work between which others get their turn. */
const SLICE_MS = 15
/** The clock is not asked for each of them. */
const ENTRIES_BETWEEN_RESTS = 64

/** Walks a history with its signatures verified on several threads. `walk` ends up holding the folded state. */
export async function walkHistory(
  verifying: Verifying,
  walk: HistoryWalk,
  pages: Iterable<StoredEntry[]> | AsyncIterable<StoredEntry[]>,
): Promise<HistoryProblem | null> {
  const threads = verifying.openSignatureThreads()
  const rest = createRests(verifying)
  const wrongSignature = (): HistoryProblem | null => {
    threads.finish()
    const place = threads.firstWrong()
    return place === null ? null : signatureProblem(place)
  }
  try {
    for await (const page of pages) {
      for (const entry of page) {
        const { claim, problem } = walk.next(entry)
        const { order_number, event_id } = entry
        if (claim !== null) threads.add(claim, { order_number, event_id })
        if (problem !== null) return wrongSignature() ?? problem
        if (threads.firstWrong() !== null) return wrongSignature()
        if (order_number % ENTRIES_BETWEEN_RESTS === 0) await rest()
      }
    }
    return wrongSignature()
  } finally {
    await threads.close()
  }
}

function signatureProblem({ order_number, event_id }: PlaceInOrder): HistoryProblem {
  return {
    order: order_number,
    event_id,
    reason: 'signature_wrong',
    message: 'The signature is not by the key that the event names.',
  }
}

/** Lets others have their turn whenever a slice is over. */
function createRests(verifying: Pick<Context, 'clock'>): () => Promise<void> | undefined {
  let sliceEndsMs = verifying.clock.monotonicMs() + SLICE_MS
  return () => {
    if (verifying.clock.monotonicMs() < sliceEndsMs) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        sliceEndsMs = verifying.clock.monotonicMs() + SLICE_MS
        resolve()
      })
    })
  }
}

/** All that TR-7 asks of a database: the history, the tables that it gives, and the content beside it. */
export async function verifyDatabase(verifying: Verifying, snapshot: Snapshot): Promise<VerifiedHistory> {
  const walk = createHistoryWalk(verifying.keys)
  const done = (problem: HistoryProblem | null): VerifiedHistory => ({
    events: walk.order,
    root: walk.root,
    head_hash: walk.headHash,
    problem,
  })
  const wrong = await walkHistory(verifying, walk, snapshot.entries())
  if (wrong !== null) return done(wrong)
  const differing = await snapshot.schemaDifference()
  if (differing !== null)
    return done(beside('schema_differs', `The ${differing} of the database is not what the app made.`))
  const unordered = snapshot.unorderedEvents()
  if (unordered > 0) return done(beside('stray_event', `${unordered} events are in no place of the order.`))
  const rest = createRests(verifying)
  return done(
    (await compareTables(verifying.keys, walk, snapshot, rest)) ??
      (await compareList(snapshot, rest)) ??
      (await checkContents(verifying.keys, snapshot, rest)),
  )
}

/** Compares kept tables with what the events give, row by row and column by column (TR-1). */
export async function compareTables(
  keys: Keys,
  walk: HistoryWalk,
  snapshot: Snapshot,
  rest: () => Promise<void> | undefined,
): Promise<HistoryProblem | null> {
  for (const table of TABLE_NAMES) {
    const expected = walk.state.rows(table)
    await rest()
    for (const row of snapshot.foldedRows(table)) {
      const key = rowKey(table, row as never)
      const wanted = expected.get(key)
      if (wanted === undefined) return tableProblem(table, key, 'is in the table, but no event made it')
      if (!isShortened(table, wanted, row, keys.sha256)) return tableProblem(table, key, 'is not what the events give')
      expected.delete(key)
      await rest()
    }
    const [absent] = expected.keys()
    if (absent !== undefined) return tableProblem(table, absent, 'is missing in the table')
  }
  return null
}

/** People look for events in a list of its own; what is wrong there would be hidden from them. */
async function compareList(snapshot: Snapshot, rest: () => Promise<void> | undefined): Promise<HistoryProblem | null> {
  for (const order of snapshot.mislistedEntries()) {
    if (order !== null) return tableProblem('audit_entries', String(order), 'is not what the order gives')
    await rest()
  }
  return null
}

async function checkContents(
  keys: Keys,
  snapshot: Snapshot,
  rest: () => Promise<void> | undefined,
): Promise<HistoryProblem | null> {
  for (const { sha256, body } of snapshot.contents()) {
    if (keys.sha256OfBytes(body) !== sha256)
      return beside('content_changed', `The kept content ${sha256} is not what it was.`)
    await rest()
  }
  return null
}

export function beside(reason: string, message: string): HistoryProblem {
  return { order: 0, event_id: null, reason, message }
}

function tableProblem(table: TableName | 'audit_entries', key: string, what: string): HistoryProblem {
  return beside('table_differs', `${table} ${key} ${what}.`)
}
