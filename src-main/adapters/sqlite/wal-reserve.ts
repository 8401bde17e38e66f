import Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { storageFailure, WAL_CHECKPOINT_PAGES } from './database.ts'

/** SQLite's default, and that of every database that the app makes; a frame of the log has 24 bytes more. */
const PAGE_BYTES = 4096
const RESERVED_BYTES = WAL_CHECKPOINT_PAGES * (PAGE_BYTES + 24)
/** Pages that the reserving connection may hold before it writes them out; any small number will do. */
const CACHE_PAGES = 16

/**
 * Gives the write-ahead log at once the room that it will take until its next checkpoint. A commit then syncs blocks
 * that the file has already. In a file that grows each sync also waits for the file system's own journal, and so for
 * whatever else was written to the disk: two to four times as long (docs/performance.md).
 *
 * Made by a transaction that is too large for its cache, so that SQLite writes its pages to the log, and then rolled
 * back: the log keeps its size and the database is as it was. Where the file is busy or the disk full, nothing is
 * reserved and nothing else is different. Answers once the room is on the disk. The database has to be open otherwise,
 * since the last connection to close removes the log.
 */
export async function reserveWal(file: string): Promise<void> {
  try {
    if (statSync(`${file}-wal`).size < RESERVED_BYTES) writeAndRollBack(file)
    const log = await open(`${file}-wal`, 'r+')
    try {
      await log.datasync()
    } finally {
      await log.close()
    }
  } catch (error) {
    const isGone = (error as { code?: unknown }).code === 'ENOENT'
    if (!isGone && storageFailure(error, file) === null) throw error
  }
}

function writeAndRollBack(file: string): void {
  const database = new Database(file, { fileMustExist: true, timeout: 0 })
  try {
    database.pragma(`cache_size = ${CACHE_PAGES}`)
    database.exec('BEGIN IMMEDIATE')
    database.exec(`CREATE TABLE reserve (room BLOB); INSERT INTO reserve VALUES (zeroblob(${RESERVED_BYTES}))`)
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK')
    database.close()
  }
}
