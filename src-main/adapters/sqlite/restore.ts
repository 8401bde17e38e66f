import Database from 'better-sqlite3'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import { BACKUPS_FOLDER, DATABASE_FILE, KEPT_BEFORE_RESTORE } from './database.ts'
import { renameDurably } from './durable-file.ts'

/**
 * A restore in two steps: the checked copy waits under `restore/`, and takes the database's place before the next
 * process that is alone on the folder opens it. The name of the copy says under which name the old one will be kept.
 */

const READY = /^ready-(.+)\.sqlite$/

export function stagedRestore(dataDir: string, checked: string): Result<{ keptAs: string }> {
  const folder = path.join(dataDir, 'restore')
  const waiting = readdirSync(folder).find((name) => READY.test(name))
  if (waiting !== undefined) {
    return failed(
      failure(
        'CONFLICT',
        'restore_waits',
        'Another restore waits for the next start already. Start the app again first.',
      ),
    )
  }
  const mark = new Database(checked)
  try {
    mark.pragma('journal_mode = DELETE')
    mark.exec(`DROP TABLE IF EXISTS backup_files`)
    // Runs that were under way when the backup was made belong to processes that are long gone.
    mark.exec(`DELETE FROM live_runs`)
    mark
      .prepare(
        `INSERT INTO local_state VALUES ('must_resume', 'restored') ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      )
      .run()
  } finally {
    mark.close()
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  renameDurably(checked, path.join(folder, `ready-${stamp}.sqlite`))
  return success({ keptAs: path.join(dataDir, BACKUPS_FOLDER, `${KEPT_BEFORE_RESTORE}${stamp}.sqlite`) })
}

/** Before the database is opened, by a process that is alone on the folder. Does nothing unless a restore waits. */
export function applyStagedRestore(dataDir: string): void {
  const folder = path.join(dataDir, 'restore')
  const ready = existsSync(folder) ? readdirSync(folder).find((name) => READY.test(name)) : undefined
  const stamp = ready === undefined ? undefined : READY.exec(ready)?.[1]
  if (ready === undefined || stamp === undefined) return
  const file = path.join(dataDir, DATABASE_FILE)
  const kept = path.join(dataDir, BACKUPS_FOLDER, `${KEPT_BEFORE_RESTORE}${stamp}.sqlite`)
  mkdirSync(path.dirname(kept), { recursive: true, mode: 0o700 })
  if (existsSync(file)) {
    gatherLog(file)
    // A log that could not be gathered is kept with its database, under the name by which SQLite finds it.
    for (const suffix of ['-wal', '-shm', '']) {
      if (existsSync(`${file}${suffix}`)) renameDurably(`${file}${suffix}`, `${kept}${suffix}`)
    }
  }
  renameDurably(path.join(folder, ready), file)
  for (const name of readdirSync(folder))
    if (name.includes('.unverified')) rmSync(path.join(folder, name), { force: true })
}

/** Puts what stands in the write-ahead log into the file. A damaged database is kept as it is. */
function gatherLog(file: string): void {
  try {
    const database = new Database(file)
    try {
      database.pragma('wal_checkpoint(TRUNCATE)')
      database.pragma('journal_mode = DELETE')
    } finally {
      database.close()
    }
  } catch {
    // Then it is kept with its log.
  }
}
