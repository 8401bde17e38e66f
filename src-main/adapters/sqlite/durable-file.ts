import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs'
import path from 'node:path'

/** What was said to be kept must be there after a power cut: a file's name is in its folder, which is synced for itself. */

/** For writing, since Windows syncs nothing that was opened for reading only. */
export function syncFile(file: string): void {
  sync(file, 'r+')
}

/** Windows has no sync of folders; its rename is durable once the file is. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  if (process.platform === 'win32') return
  for (const folder of new Set([path.dirname(to), path.dirname(from)])) sync(folder, 'r')
}

function sync(place: string, flags: 'r' | 'r+'): void {
  const handle = openSync(place, flags)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
