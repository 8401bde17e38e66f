import Database from 'better-sqlite3'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { migrations } from '../../../migrations/index.ts'
import { failed, failure, success, type Failure, type Result } from '../../domain/result.ts'
import { renameDurably, syncFile } from './durable-file.ts'
import { appliedMigrations, bringTo, latestLevel, levelAfter, schemaDifference } from './expected-schema.ts'

export const DATABASE_FILE = 'scriptorium.sqlite'
export const BACKUPS_FOLDER = 'backups'
export const KEPT_BEFORE_RESTORE = 'kept-before-restore-'
/** Marks the file as ours ("Scri"), so that another program's database is never taken for one. */
const APPLICATION_ID = 0x53637269
/** Up to this size the whole file is checked at every start; above it `doctor` does it. */
const QUICK_CHECK_MAX_BYTES = 32 * 1024 * 1024

/** Pages in the write-ahead log after which they are brought into the database: 16 MB, or some 180 saves. */
export const WAL_CHECKPOINT_PAGES = 4000

/** A durable save must survive power loss, so every commit is synced; each pragma is read back, since SQLite ignores typos. */
const PRAGMAS: [name: string, value: string, readBack: number | string][] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  // A checkpoint syncs twice; less often than by SQLite's own 1,000 pages, it stays out of most saves.
  ['wal_autocheckpoint', String(WAL_CHECKPOINT_PAGES), WAL_CHECKPOINT_PAGES],
  ['foreign_keys', 'ON', 1],
  ['busy_timeout', '10000', 10_000],
  // What is deleted or replaced, such as a key before it was sealed, is overwritten and not only forgotten.
  ['secure_delete', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  // Without it, INSERT OR REPLACE deletes a row past the triggers that keep the log.
  ['recursive_triggers', 'ON', 1],
]

/**
 * Opens the data folder's database and brings it to the present schema, with a verified backup before it changes an
 * existing one. Fails with SERVICE_UNAVAILABLE, and changes nothing, when the folder is of a newer version
 * (`newer_data`), read-only (`read_only`), full (`disk_full`) or damaged (`corrupt`).
 */
export async function openDatabase(dataDir: string): Promise<Result<Database.Database>> {
  const file = path.join(dataDir, DATABASE_FILE)
  let database: Database.Database | null = null
  try {
    const isNew = !existsSync(file) || statSync(file).size === 0
    refuseUnlikelyFile(dataDir, file)
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    database = new Database(file)
    if (!isNew) {
      refuseForeign(database, file)
      refuseDamaged(database, file)
    }
    for (const [name, value, readBack] of PRAGMAS) {
      database.pragma(`${name} = ${value}`)
      const actual = database.pragma(name, { simple: true })
      if (actual !== readBack) throw new Error(`pragma ${name} is ${String(actual)}, not ${String(readBack)}`)
    }
    await migrate(database, dataDir, isNew)
    // Only now, since this folder says that there was something in the file: who dies before leaves a folder as new.
    mkdirSync(path.join(dataDir, BACKUPS_FOLDER), { recursive: true, mode: 0o700 })
    return success(database)
  } catch (error) {
    database?.close()
    const known = storageFailure(error, file)
    if (known === null) throw error
    return failed(known)
  }
}

class UnusableFile extends Error {
  readonly failure: Failure
  constructor(unusable: Failure) {
    super(unusable.message)
    this.failure = unusable
  }
}

/** A file of nothing is a new one, but not where processes have worked before: there it was cut, and its content is lost. */
function refuseUnlikelyFile(dataDir: string, file: string): void {
  if (!existsSync(file)) return
  const found = statSync(file)
  const wasUsed = existsSync(path.join(dataDir, BACKUPS_FOLDER))
  if (found.isFile() && (found.size > 0 || !wasUsed)) return
  const what = found.isFile() ? 'is empty, though this folder was used before' : 'is no file'
  throw new UnusableFile(unavailable('corrupt', `${file} ${what}. Restore a backup, or choose another data folder.`))
}

function refuseForeign(database: Database.Database, file: string): void {
  const applicationId = database.pragma('application_id', { simple: true })
  if (applicationId !== APPLICATION_ID && hasTables(database)) {
    throw new UnusableFile(unavailable('corrupt', `${file} is not a Scriptorium database. Choose another data folder.`))
  }
  const unknown = appliedMigrations(database).filter((name) => !Object.hasOwn(migrations, name))
  if (unknown.length > 0) {
    throw new UnusableFile(
      unavailable(
        'newer_data',
        `This data folder was written by a newer Scriptorium (${unknown.join(', ')}). Update the app to open it.`,
      ),
    )
  }
}

function refuseDamaged(database: Database.Database, file: string): void {
  if (statSync(file).size > QUICK_CHECK_MAX_BYTES) return
  const [problem] = integrityProblems(database)
  if (problem !== undefined) {
    throw new UnusableFile(
      unavailable(
        'corrupt',
        `The database is damaged (${problem}). Restore a backup from ${path.join(path.dirname(file), 'backups')}.`,
      ),
    )
  }
}

/** Brings everything into the database file and empties the write-ahead log, so that no older page stays in it. */
export function wipeWal(database: Database.Database): void {
  database.pragma('wal_checkpoint(TRUNCATE)')
}

/** What `PRAGMA quick_check` finds wrong; empty for a sound file. */
export function integrityProblems(database: Database.Database): string[] {
  try {
    const rows = database.pragma('quick_check(10)') as { quick_check: string }[]
    return rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
  } catch (error) {
    // A computed column over damaged text makes the check itself fail.
    if ((error as { code?: unknown }).code === 'SQLITE_ERROR') return [String((error as Error).message)]
    throw error
  }
}

/**
 * Brings a copy that is to be restored to the present schema. Throws what `storageFailure` explains. Anybody may have
 * written the file, so its schema comes first: views, triggers and conditions can do harm, or take forever.
 */
export async function prepareRestored(file: string): Promise<void> {
  const database = new Database(file, { fileMustExist: true })
  try {
    if (!hasTables(database)) throw new UnusableFile(unavailable('corrupt', `${file} holds no Scriptorium database.`))
    refuseForeign(database, file)
    const level = levelAfter(appliedMigrations(database))
    const odd = level === null ? 'table kysely_migration' : await schemaDifference(database, level)
    if (odd !== null) throw new UnusableFile(otherSchema(file, odd))
    refuseDamaged(database, file)
    database.pragma('journal_mode = DELETE')
    await migrate(database, path.dirname(file), true)
  } finally {
    database.close()
  }
}

async function migrate(database: Database.Database, dataDir: string, isNew: boolean): Promise<void> {
  const pending = Object.keys(migrations).filter((name) => !appliedMigrations(database).includes(name))
  if (pending.length === 0) return
  if (!isNew) {
    const backups = path.join(dataDir, BACKUPS_FOLDER)
    mkdirSync(backups, { recursive: true, mode: 0o700 })
    backUp(database, path.join(backups, `before-${pending[0]}.sqlite`))
  }
  // The migrator opens no transaction on SQLite. In this one a full disk or a dead process leaves the old schema, and
  // another process that came at the same time waits here and then finds everything done.
  database.exec('BEGIN IMMEDIATE')
  try {
    database.pragma(`application_id = ${APPLICATION_ID}`)
    await bringTo(database, latestLevel())
    database.exec('COMMIT')
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Writes a backup that counts only once it was opened and checked: under another name first, then renamed. */
export function backUp(database: Database.Database, file: string): void {
  const unverified = `${file}.${process.pid}.unverified`
  rmSync(unverified, { force: true })
  database.prepare('VACUUM INTO ?').run(unverified)
  const copy = new Database(unverified, { readonly: true })
  try {
    const [problem] = integrityProblems(copy)
    if (problem !== undefined) throw new Error(`backup is damaged: ${problem}`)
  } finally {
    copy.close()
  }
  syncFile(unverified)
  renameDurably(unverified, file)
}

function hasTables(database: Database.Database): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined
}

const unavailable = (reason: string, message: string): Failure => failure('SERVICE_UNAVAILABLE', reason, message)

const otherSchema = (file: string, what: string): Failure =>
  unavailable('corrupt', `The tables of ${file} are not what the app made (${what}). Restore a backup.`)

/** What SQLite says of a statement that fits no table: a changed byte in the schema is found when somebody asks. */
const OTHER_SCHEMA = /no such (table|column|index|trigger|function|collation)|has no column named|foreign key mismatch/

/** Turns what the disk or SQLite refuses into a failure that says what to do; null for anything else, which is a bug. */
export function storageFailure(error: unknown, file: string): Failure | null {
  if (error instanceof UnusableFile) return error.failure
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return null
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return unavailable(
      'corrupt',
      `${file} is damaged or not a database. Restore a backup, or choose another data folder.`,
    )
  }
  if (code === 'SQLITE_ERROR' && OTHER_SCHEMA.test(String((error as Error).message))) {
    return otherSchema(file, String((error as Error).message))
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'SQLITE_CANTOPEN'
  ) {
    return unavailable(
      'read_only',
      `${path.dirname(file)} can't be written. Check its permissions, or choose another data folder.`,
    )
  }
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
    return unavailable(
      'not_a_folder',
      `${path.dirname(file)} is not a folder that can hold data. Choose another with --data-dir.`,
    )
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_IOERR_WRITE') {
    return unavailable(
      'disk_full',
      `There is no room left for ${path.dirname(file)}. Free some space and try again; nothing was changed.`,
    )
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return unavailable('busy', 'Another process is writing to this data folder for long. Try again.')
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return unavailable('storage_error', `The disk refused to read or write ${file}. Check the disk and try again.`)
  }
  return null
}
