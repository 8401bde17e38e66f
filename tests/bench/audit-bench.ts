import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { createKeys } from '../../src-main/adapters/keys/keys.ts'
import { createSignatureThreads } from '../../src-main/adapters/keys/signature-threads.ts'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { openSnapshot } from '../../src-main/adapters/sqlite/snapshot.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import { reserveWal } from '../../src-main/adapters/sqlite/wal-reserve.ts'
import { systemClock, systemIds } from '../../src-main/adapters/system/system.ts'
import { commitEvent } from '../../src-main/app/commit.ts'
import type { Context } from '../../src-main/app/context.ts'
import type { StoredEntry } from '../../src-main/app/history-port.ts'
import { createHistoryWalk } from '../../src-main/app/history-walk.ts'
import { compareTables, walkHistory, type Verifying } from '../../src-main/app/verify-history.ts'
import { signedText } from '../../src-main/domain/event.ts'
import { figures, summarise, type Figure } from './figure.ts'
import { fillWithVersions, fillWithWork, savedBody, scriptNumber } from './made-history.ts'

/** How fast a history is checked, beside the bare verification of as many signatures on as many threads. */

const root = path.join(import.meta.dirname, '..', '..')
const EVENTS = 100_000
const ROUNDS = 5
/**
 * A round alternates between as many events and as many bare verifications: the speed of a processor that is shared
 * changes from one second to the next, and what is compared has to meet the same one.
 */
const PIECE = 50_000
const WANTED_OF_BARE = 0.8

export async function benchAudit(events = EVENTS): Promise<Figure[]> {
  return [...(await benchVerify(events)), ...(await benchAppend(events))]
}

async function benchVerify(events: number): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-'))
  try {
    mkdirSync(path.join(folder, 'data'))
    const database = await openDatabase(path.join(folder, 'data'))
    if (!database.ok) throw new Error(database.failure.message)
    database.value.exec('BEGIN')
    const { count } = fillWithWork(database.value, events)
    database.value.exec('COMMIT')
    const verifying: Verifying = {
      keys: createKeys(createStatements(database.value), null),
      clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
      openSignatureThreads: () =>
        createSignatureThreads(path.join(root, 'src-main', 'adapters', 'keys', 'signature-worker.mjs')),
    }
    const pool = verifying.openSignatureThreads()
    const bare = await createBare(Math.min(PIECE, count - (count % pool.threads)), pool.threads)
    // One pool for all pieces, as one check of the whole has.
    const onPool: Verifying = { ...verifying, openSignatureThreads: () => ({ ...pool, close: async () => {} }) }
    const rates: Record<'bare' | 'audit' | 'tables', number[]> = { bare: [], audit: [], tables: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      const snapshot = openSnapshot(database.value.name)
      const walk = createHistoryWalk(verifying.keys)
      const pages = snapshot.entries()[Symbol.iterator]()
      while (walk.order < count) {
        const before = walk.order
        const seconds = await secondsOf(async () => mustBeSound(await walkHistory(onPool, walk, pieceOf(pages))))
        const walked = walk.order - before
        // What is left at the end is too short to compare.
        if (walked < bare.count) continue
        rates.audit.push(walked / seconds)
        rates.bare.push(bare.count / (await secondsOf(bare.run)))
      }
      const tables = async (): Promise<void> =>
        mustBeSound(await compareTables(verifying.keys, walk, snapshot, () => undefined))
      rates.tables.push(count / (await secondsOf(tables)))
      snapshot.close()
    }
    await pool.close()
    await bare.close()
    database.value.close()
    const bareRate = summarise(rates.bare)
    return [
      ...figures(`bare Ed25519 verification, ${pool.threads} threads`, 'events/s', bareRate, [], true),
      ...figures(
        `audit verify of ${count} events, ${pool.threads} threads`,
        'events/s',
        summarise(rates.audit),
        [{ with: 'bare Ed25519 verification', median: bareRate.median, wantedRatio: WANTED_OF_BARE }],
        true,
      ),
      ...figures('comparison of the tables with the fold', 'events/s', summarise(rates.tables), [], true),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The next pages of a history that has some left, up to a piece. */
function* pieceOf(pages: Iterator<StoredEntry[]>): Generator<StoredEntry[]> {
  let given = 0
  while (given < PIECE) {
    const page = pages.next()
    if (page.done === true) return
    given += page.value.length
    yield page.value
  }
}

const APPENDS = 300
const WARM_UP_APPENDS = 50
const FEW_VERSIONS = 100
const WANTED_APPEND_MS = 1
const WANTED_OF_FEW = 1.3

/** Event, order entry and folded rows of a saved version, durable, at few and at many versions of the tool. */
async function benchAppend(many: number): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-'))
  const shelves: Awaited<ReturnType<typeof openShelfWith>>[] = []
  try {
    for (const versions of [FEW_VERSIONS, many]) {
      shelves.push(await openShelfWith(path.join(folder, String(versions)), versions))
    }
    const timings: number[][] = [[], []]
    for (let round = -WARM_UP_APPENDS; round < APPENDS; round += 1) {
      for (const [index, shelf] of shelves.entries()) {
        const startMs = performance.now()
        shelf.append(round)
        if (round >= 0) timings[index]?.push(performance.now() - startMs)
      }
    }
    const [few = { median: Number.NaN, spread: 0 }, atMany = { median: Number.NaN, spread: 0 }] = timings.map(summarise)
    const bound = { with: 'the bound of 1 ms', median: WANTED_APPEND_MS, wantedRatio: 1 }
    return [
      ...figures(`append with fold at ${FEW_VERSIONS} versions of a tool`, 'ms', few, [bound]),
      ...figures(`append with fold at ${many} versions of a tool`, 'ms', atMany, [
        bound,
        { with: `at ${FEW_VERSIONS} versions`, median: few.median, wantedRatio: WANTED_OF_FEW },
      ]),
    ]
  } finally {
    for (const shelf of shelves) shelf.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The append alone, as in a window: the event is built, signed, applied and written with its rows; no door, no view. */
async function openShelfWith(
  dataDir: string,
  versions: number,
): Promise<{ append(round: number): void; close(): void }> {
  mkdirSync(dataDir)
  const database = await openDatabase(dataDir)
  if (!database.ok) throw new Error(database.failure.message)
  database.value.exec('BEGIN')
  const maker = fillWithVersions(database.value, versions)
  maker.settle()
  database.value.exec('COMMIT')
  await reserveWal(database.value.name)
  const statements = createStatements(database.value)
  const store = createSqliteStore(database.value, statements)
  const keys = createKeys(statements, null)
  const parts = { store, keys, clock: systemClock, ids: systemIds, publish: () => {} }
  // What an append needs of it.
  const context = parts as Partial<Context> as Context
  const tool = store.state.toolBySlug('one')
  if (tool === null) throw new Error('the tool is not there')
  let parent = store.reads.draftHeads(tool.id, null)[0]?.id ?? null
  return {
    append(round) {
      const body = { ...savedBody(maker, tool.id, scriptNumber(-1 - round), parent), version_id: systemIds.next() }
      const committed = commitEvent(context, { memberId: maker.memberId('root') }, 'version.saved', body)
      if (!committed.ok) throw new Error(committed.failure.message)
      parent = body.version_id
    },
    close: store.close,
  }
}

interface Bare {
  count: number
  run(): Promise<void>
  close(): Promise<void>
}

async function createBare(count: number, threads: number): Promise<Bare> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const workers: Worker[] = []
  for (let thread = 0; thread < threads; thread += 1) {
    const share = Math.ceil(count / threads)
    const messages = Array.from({ length: share }, (_, index) =>
      signedText(hash('sha256', `${thread} ${index}`, 'hex')),
    )
    const signatures = messages.map((text) => sign(null, Buffer.from(text), privateKey).toString('base64'))
    const workerData = { publicKey: publicKey.export({ format: 'der', type: 'spki' }), messages, signatures }
    workers.push(new Worker(path.join(import.meta.dirname, 'bare-verify.mjs'), { workerData }))
  }
  const heard = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', () => {
        worker.off('error', reject)
        resolve()
      })
    })
  await Promise.all(workers.map(heard))
  return {
    count: Math.ceil(count / threads) * threads,
    async run() {
      const done = Promise.all(workers.map(heard))
      for (const worker of workers) worker.postMessage('go')
      await done
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function mustBeSound(problem: { message: string } | null): void {
  if (problem !== null) throw new Error(problem.message)
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1000
}
