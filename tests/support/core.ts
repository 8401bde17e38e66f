import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import type { Core, PreviewHost, Session, Shell } from '../../src-main/app/core.ts'
import { checkHistory, differenceFromFold } from './plain-history.ts'
import type { Keys, Store } from '../../src-main/app/ports.ts'
import { createKeys } from '../../src-main/adapters/keys/keys.ts'
import { DATABASE_FILE } from '../../src-main/adapters/sqlite/database.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import { openCore } from '../../src-main/compose.ts'
import type { Failure, Json } from '../../src-main/domain/result.ts'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Channel, Input, Output } from '../../src-preload/contract/contract.ts'

/** The real core over a data folder of its own, asked through its only door. All is closed and removed afterwards. */

// Every answer of the core is parsed against its declaration: a difference is a bug and fails the test that met it.
process.env['SCRIPTORIUM_CHECK_OUTPUT'] = '1'

export interface Caller {
  readonly session: Session
  /** Any channel and any input: what a hostile or older caller could send. */
  raw(channel: string, input: unknown): Promise<Envelope<Json>>
  call<C extends Channel>(channel: C, input: Input<C>): Promise<Envelope<Output<C>>>
  /** As `call`, for what must succeed. */
  must<C extends Channel>(channel: C, input: Input<C>): Promise<Output<C>>
  /** As `call`, for what must be refused. */
  refused<C extends Channel>(channel: C, input: Input<C>): Promise<Failure>
}

export interface TestCore {
  readonly core: Core
  readonly dataDir: string
  /** Opens a session as a member (name or id); without one, as the member that the device acts as. */
  as(member?: string): Caller
  close(): Promise<void>
}

const cleanUps: (() => void | Promise<void>)[] = []
afterAll(cleanUpAll)

/** Closes and removes everything that was opened so far, for tests that open thousands one after the other. */
export async function cleanUpAll(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
}

/** Memory-backed where there is such a place, so that thousands of durable commits don't wait for a disk. */
function temporaryRoot(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return os.tmpdir()
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(temporaryRoot(), 'scriptorium-test-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestCoreOptions {
  dataDir?: string
  asWindow?: boolean
  preview?: PreviewHost | null
}

export async function openTestCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const dataDir = options.dataDir ?? path.join(temporaryFolder(), 'data')
  const opened = await openCore({ dataDir, asWindow: options.asWindow ?? false, preview: options.preview ?? null })
  if (!opened.ok) throw new Error(`the core did not open: ${opened.failure.message}`)
  const core = opened.value
  cleanUps.push(() => core.close())
  return { core, dataDir, as: (member) => openCaller(core, member), close: () => core.close() }
}

/** The core with a workspace whose first member, a superuser, is called Root. */
export async function openWorkspace(options: TestCoreOptions = {}): Promise<TestCore & { root: Caller }> {
  const opened = await openTestCore(options)
  const root = opened.as()
  await root.must('workspace.init', { name: 'Shelf', member: 'Root' })
  return { ...opened, root }
}

export function openCaller(core: Core, member?: string, shell: Shell = 'cli'): Caller {
  const session = core.openSession({ shell, ...(member === undefined ? {} : { as: member }) })
  if (!session.ok) throw new Error(`no session as ${member}: ${session.failure.message}`)
  return callerOf(core, session.value)
}

export function callerOf(core: Core, session: Session): Caller {
  const raw = (channel: string, input: unknown): Promise<Envelope<Json>> => core.dispatch(session, channel, input)
  const call: Caller['call'] = async (channel, input) => (await raw(channel, input)) as never
  return {
    session,
    raw,
    call,
    async must(channel, input) {
      const answer = await call(channel, input)
      if (!answer.ok) throw new Error(`${channel}: ${JSON.stringify(answer.error)}`)
      return answer.data
    },
    async refused(channel, input) {
      const answer = await call(channel, input)
      if (answer.ok) throw new Error(`${channel} was not refused: ${JSON.stringify(answer.data)}`)
      return answer.error
    },
  }
}

/** A second connection to the folder's database, past the core and its checks. */
export function rawDatabase(dataDir: string): Database.Database {
  const database = new Database(path.join(dataDir, DATABASE_FILE))
  cleanUps.push(() => {
    database.close()
  })
  return database
}

interface OpenStore {
  database: Database.Database
  store: Store
  keys: Keys
}

/** Store and keys over a connection, for looking at a folder as the core would, with no core open. */
export function storeOver(database: Database.Database): OpenStore {
  const statements = createStatements(database)
  return { database, store: createSqliteStore(database, statements), keys: createKeys(statements, null) }
}

/** TR-1, TR-7: null when the history is sound and every folded table is what the events give; else what is wrong. */
export function whatIsWrong({ database, store, keys }: OpenStore): string | null {
  const history = checkHistory(database, keys)
  if (!history.sound) return `history: ${history.problem.reason}`
  const difference = differenceFromFold(history.state, store.foldedRows)
  return difference === null ? null : `tables: ${difference.table} ${difference.key} ${difference.message}`
}

export function whatIsWrongIn(dataDir: string): string | null {
  return whatIsWrong(storeOver(rawDatabase(dataDir)))
}

export function countEvents(database: Database.Database): number {
  return (database.prepare('SELECT count(*) AS count FROM events').get() as { count: number }).count
}

/** Hash of every file under a folder, by its path: for proving that nothing was written. */
export function hashesOf(folder: string): Record<string, string> {
  const hashes: Record<string, string> = {}
  if (!existsSync(folder)) return hashes
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const file = path.join(folder, name)
    if (statSync(file).isFile()) hashes[name] = createHash('sha256').update(readFileSync(file)).digest('hex')
  }
  return hashes
}

/** As if every file that is kept so far had been kept so many days ago. */
export function ageKeptFiles(dataDir: string, days: number): void {
  const ago = new Date(Date.now() - days * 24 * 60 * 60 * 1000)
  rawDatabase(dataDir).prepare('UPDATE attachments SET created_at = ?').run(ago.toISOString())
  const files = path.join(dataDir, 'files')
  for (const name of Object.keys(hashesOf(files))) utimesSync(path.join(files, name), ago, ago)
}

/** A bound from the environment, so that a longer run needs no edit. */
export function countFrom(variable: string, otherwise: number): number {
  const value = Number(process.env[variable] ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${variable} must be a whole number of at least 1`)
  return value
}
