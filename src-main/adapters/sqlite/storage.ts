import { readdirSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import type { Storage } from '../../app/storage-port.ts'
import { BACKUPS_FOLDER, DATABASE_FILE } from './database.ts'

/** What the files of a data folder take. One that goes while it is looked at counts as nothing. */
export function createStorage(dataDir: string): Storage {
  const folder = path.join(dataDir, BACKUPS_FOLDER)
  return {
    databaseBytes: () =>
      ['', '-wal', '-shm'].reduce((sum, suffix) => sum + sizeOf(path.join(dataDir, DATABASE_FILE + suffix)), 0),
    backups() {
      const names = filesIn(folder)
      return { files: names.length, bytes: names.reduce((sum, name) => sum + sizeOf(path.join(folder, name)), 0) }
    },
    async freeBytes() {
      try {
        const { bavail, bsize } = await statfs(dataDir)
        return Math.min(bavail * bsize, Number.MAX_SAFE_INTEGER)
      } catch {
        // Some file systems, such as those of a network, don't answer.
        return null
      }
    },
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw error
  }
}
