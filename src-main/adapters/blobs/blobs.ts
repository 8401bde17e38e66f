import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Blobs, BlobWriter } from '../../app/kept-files-port.ts'
import { failed, success } from '../../domain/result.ts'
import { storageFailure } from '../sqlite/database.ts'
import { checkFile, openPlainFile, plainFile } from './check-file.ts'

/**
 * Files by SHA-256 under `<data>/files/ab/abcd…` (EV-6). A file appears under its name only when it is whole and on the
 * disk: temporary file, fsync, rename, fsync of the folder. Writing the same content twice, or at once, is harmless.
 *
 * A writer that finds its content there already renews the file's time instead of writing, and nobody removes a young
 * file: so one process may remove what nothing names while another is about to name it. What was altered on the disk is
 * mended by whoever writes that content again.
 */
export function createBlobs(dataDir: string): Blobs {
  const root = path.join(dataDir, 'files')
  const place = (sha256: string): string => path.join(root, sha256.slice(0, 2), sha256)

  return {
    async put(bytes) {
      const writer = writePieces(root, place)
      await writer.write(bytes)
      return writer.finish()
    },
    write: () => writePieces(root, place),
    async read(sha256, offset, length) {
      const file = await openPlainFile(place(sha256))
      if (file === null) return null
      try {
        const buffer = Buffer.alloc(length)
        const { bytesRead } = await file.read(buffer, 0, length, offset)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    size: async (sha256) => (await plainFile(place(sha256)))?.size ?? 0,
    check: (sha256) => checkFile(place(sha256), sha256),
    async remove(sha256, youngerThanMs) {
      const target = place(sha256)
      const isYoung = (modifiedMs: number): boolean => Date.now() - modifiedMs < youngerThanMs
      const found = await plainFile(target)
      if (found === null || isYoung(found.mtimeMs)) return 0
      // Whoever renews it now does so before the rename, which is seen below, or finds it gone and writes it anew.
      const aside = path.join(root, `${randomUUID()}.part`)
      if (!(await moved(target, aside))) return 0
      if (isYoung((await stat(aside)).mtimeMs)) {
        await rename(aside, target)
        return 0
      }
      await rm(aside)
      return found.size
    },
    async *list(leftoversOlderThanMs) {
      for (const entry of await entriesOf(root)) {
        const file = path.join(root, entry.name)
        if (entry.name.endsWith('.part')) {
          const found = await plainFile(file)
          if (found !== null && Date.now() - found.mtimeMs > leftoversOlderThanMs) await rm(file, { force: true })
        } else if (entry.isDirectory()) {
          for (const { name } of await entriesOf(file)) {
            const found = /^[0-9a-f]{64}$/.test(name) ? await plainFile(path.join(file, name)) : null
            if (found !== null) yield { sha256: name, bytes: found.size }
          }
        }
      }
    },
  }
}

const MAX_HELD_BYTES = 256 * 1024

function writePieces(root: string, place: (sha256: string) => string): BlobWriter {
  const hash = createHash('sha256')
  const temporary = path.join(root, `${randomUUID()}.part`)
  let file: FileHandle | null = null
  /** Until there is a file: most are small, and many are there already under their name. */
  let held: Uint8Array[] = []
  let bytes = 0
  let problem: unknown = null

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (problem !== null) return
    await work().catch((error: unknown) => {
      problem = error
    })
  }
  async function opened(): Promise<FileHandle> {
    if (file !== null) return file
    await mkdir(root, { recursive: true, mode: 0o700 })
    file = await open(temporary, 'wx', 0o600)
    for (const chunk of held.splice(0)) await file.writeFile(chunk)
    return file
  }
  async function discard(): Promise<void> {
    held = []
    if (file === null) return
    await file.close().catch(() => {})
    file = null
    await rm(temporary, { force: true })
  }

  return {
    write: (chunk) =>
      attempt(async () => {
        hash.update(chunk)
        bytes += chunk.length
        if (file === null && bytes <= MAX_HELD_BYTES) held.push(chunk)
        else await (await opened()).writeFile(chunk)
      }),
    async finish() {
      const sha256 = hash.digest('hex')
      const target = place(sha256)
      await attempt(async () => {
        if ((await checkFile(target, sha256)) === 'whole' && (await renewed(target))) return
        const whole = await opened()
        await whole.sync()
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
        await rename(temporary, target)
        await syncFolder(path.dirname(target))
      })
      await discard()
      if (problem === null) return success({ sha256, bytes })
      const known = storageFailure(problem, target)
      if (known === null) throw problem
      return failed(known)
    },
    discard,
  }
}

/** Answers whether the file was still there. */
async function renewed(file: string): Promise<boolean> {
  const now = new Date()
  return unlessMissing(utimes(file, now, now))
}

async function moved(from: string, to: string): Promise<boolean> {
  return unlessMissing(rename(from, to))
}

async function unlessMissing(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return false
    throw error
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw error
  }
}

/** Windows has no fsync of folders; its rename is durable once the file is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
