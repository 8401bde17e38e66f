import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import type { FileState } from '../../app/kept-files-port.ts'

/** Reading kept files as the hostile things that they may have become: no link is followed, nothing waits for a writer. */

/** Windows has neither flag; there the look before opening has to do. */
const READ_PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const PIECE_BYTES = 1024 * 1024
/** How much is hashed in one go, until others get their turn. */
const TURN_BYTES = 8 * PIECE_BYTES

const buffer = Buffer.alloc(PIECE_BYTES)

/** Null when there is no plain file of that name. */
export async function plainFile(file: string): Promise<Stats | null> {
  try {
    const found = await lstat(file)
    return found.isFile() ? found : null
  } catch {
    return null
  }
}

export async function openPlainFile(file: string): Promise<FileHandle | null> {
  if ((await plainFile(file)) === null) return null
  try {
    return await open(file, READ_PLAIN)
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as { code?: string }).code ?? '')) return null
    throw error
  }
}

/** Small files are read at once: going through the thread pool for each would cost more than hashing it. */
export async function checkFile(file: string, sha256: string): Promise<FileState> {
  let handle: number | null = null
  try {
    if (!lstatSync(file).isFile()) return 'not_a_file'
    handle = openSync(file, READ_PLAIN)
    if (!fstatSync(handle).isFile()) return 'not_a_file'
    const hash = createHash('sha256')
    for (let sinceTurn = 0; ;) {
      const bytes = readSync(handle, buffer, 0, PIECE_BYTES, null)
      hash.update(buffer.subarray(0, bytes))
      if (bytes < PIECE_BYTES) break
      sinceTurn += bytes
      if (sinceTurn >= TURN_BYTES) {
        await new Promise((resolve) => setImmediate(resolve))
        sinceTurn = 0
      }
    }
    return hash.digest('hex') === sha256 ? 'whole' : 'altered'
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
    return code === 'ELOOP' ? 'not_a_file' : 'unreadable'
  } finally {
    if (handle !== null) closeSync(handle)
  }
}
