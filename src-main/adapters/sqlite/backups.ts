import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { BackupCopy, Backups, RestoreCopy } from '../../app/backups-port.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import { BACKUPS_FOLDER, prepareRestored, storageFailure } from './database.ts'
import { renameDurably, syncFile } from './durable-file.ts'
import { BACKUP_FILES_TABLE } from './expected-schema.ts'
import { findProblems } from './integrity-thread.ts'
import { stagedRestore } from './restore.ts'
import { openSnapshot } from './snapshot.ts'

/** Pages copied between which others get their turn. */
const PAGES_AT_ONCE = 500

/** `integrityWorker` is the path of the thread that checks a copy. */
export function createBackups(database: Database.Database, dataDir: string, integrityWorker: string): Backups {
  const folder = path.join(dataDir, BACKUPS_FOLDER)
  const file = (sha256: string): string => path.join(dataDir, 'files', sha256.slice(0, 2), sha256)

  /** Each file is a turn of its own, so that the window goes on meanwhile. */
  async function addFiles(copy: Database.Database): Promise<void> {
    copy.exec(BACKUP_FILES_TABLE)
    const add = copy.prepare('INSERT INTO backup_files VALUES (?, ?)')
    const named = 'SELECT sha256 FROM attachments UNION SELECT sha256 FROM case_files'
    const hashes = copy.prepare(named).pluck().all() as string[]
    for (const sha256 of hashes) {
      if (existsSync(file(sha256))) add.run(sha256, readFileSync(file(sha256)))
      await setImmediate()
    }
  }

  const checkable = (copy: string): Omit<BackupCopy, 'keep'> => ({
    problems: () => findProblems(integrityWorker, copy),
    snapshot: () => openSnapshot(copy),
    files: () => filesIn(copy),
    discard: () => {
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
    },
  })

  return {
    async copy(target, files) {
      const wanted = 'path' in target ? target.path : path.join(folder, target.name)
      const unchecked = `${wanted}.${randomUUID()}.unverified`
      return attempt(unchecked, async () => {
        mkdirSync(path.dirname(wanted), { recursive: true, mode: 0o700 })
        closeSync(openSync(unchecked, 'wx', 0o600))
        await database.backup(unchecked, { progress: () => PAGES_AT_ONCE })
        const copy = new Database(unchecked)
        try {
          // One file, without the log beside it that the app's own mode has.
          copy.pragma('journal_mode = DELETE')
          copy.pragma('recursive_triggers = ON')
          // The whole file is synced before it counts.
          copy.pragma('synchronous = OFF')
          if (files) await addFiles(copy)
        } finally {
          copy.close()
        }
        return { ...checkable(unchecked), keep: async () => keep(unchecked, wanted) }
      })
    },
    async copyForRestore(from) {
      const unchecked = path.join(dataDir, 'restore', `${randomUUID()}.unverified`)
      if (!existsSync(from) || !statSync(from).isFile()) {
        return failed(failure('VALIDATION_ERROR', 'file_unreadable', `path: ${from} is not a file.`, { field: 'path' }))
      }
      const copied = await attempt(unchecked, async () => {
        mkdirSync(path.dirname(unchecked), { recursive: true, mode: 0o700 })
        copyFileSync(from, unchecked)
        chmodSync(unchecked, 0o600)
        await prepareRestored(unchecked)
        return { ...checkable(unchecked), stage: () => stagedRestore(dataDir, unchecked) } satisfies RestoreCopy
      })
      if (copied.ok || copied.failure.reason !== 'corrupt') return copied
      // What is said of it names our copy, and would have the data folder mended, which is whole.
      const problem = `path: ${from} is no backup of Scriptorium, or it is damaged. Choose another file.`
      return failed(failure('VALIDATION_ERROR', 'not_a_backup', problem, { field: 'path' }))
    },
    names: () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sqlite')) : []),
    describe: (name) => describe(path.join(folder, name)),
    remove: (name) => rmSync(path.join(folder, path.basename(name)), { force: true }),
  }
}

function* filesIn(file: string): Generator<{ sha256: string; body: Uint8Array }> {
  const copy = new Database(file, { readonly: true })
  try {
    if (copy.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'backup_files'`).get() === undefined) return
    yield* copy.prepare('SELECT sha256, body FROM backup_files').iterate() as IterableIterator<{
      sha256: string
      body: Uint8Array
    }>
  } finally {
    copy.close()
  }
}

async function keep(unchecked: string, wanted: string): Promise<Result<{ path: string; bytes: number }>> {
  return attempt(unchecked, async () => {
    syncFile(unchecked)
    renameDurably(unchecked, wanted)
    return { path: wanted, bytes: statSync(wanted).size }
  })
}

function describe(file: string): ReturnType<Backups['describe']> {
  try {
    const found = statSync(file)
    const database = new Database(file, { readonly: true })
    try {
      const events = database.prepare('SELECT count(*) FROM order_entries').pluck().get() as number
      return { path: file, bytes: found.size, createdAt: found.mtime.toISOString(), events }
    } finally {
      database.close()
    }
  } catch {
    // Not one of ours, or damaged: nothing to offer.
    return null
  }
}

async function attempt<T>(unchecked: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await work())
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${unchecked}${suffix}`, { force: true })
    const known = storageFailure(error, unchecked)
    if (known === null) throw error
    return failed(known)
  }
}
