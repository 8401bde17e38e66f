import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { FileWriter, LocalFiles } from '../../app/files-port.ts'
import { failed, failure, success, type Failure, type Result } from '../../domain/result.ts'
import { makeFolders } from './make-folders.ts'

const PIECE_BYTES = 256 * 1024

/** Files on this device by node:fs. */
export function createLocalFiles(): LocalFiles {
  return {
    join: (...parts) => path.join(...parts),
    async open(file) {
      return attempt(file, async () => {
        if (!(await stat(file)).isFile()) throw codeOf('NOT_A_FILE')
        return createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Uint8Array>
      })
    },
    async readText(file, maxBytes) {
      return attempt(file, async () => {
        const found = await lstat(file)
        if (found.isSymbolicLink()) throw codeOf('LINK')
        if (!found.isFile()) throw codeOf('NOT_A_FILE')
        if (found.size > maxBytes) throw codeOf('TOO_LARGE')
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file))
        } catch (error) {
          throw error instanceof TypeError ? codeOf('NOT_UTF8') : error
        }
      })
    },
    async exists(file) {
      return (await stat(file).catch(() => null)) !== null
    },
    async folders(folder, maxCount) {
      return attempt(folder, async () => {
        if (!(await stat(folder)).isDirectory()) throw codeOf('NOT_A_FOLDER')
        const entries = await readdir(folder, { withFileTypes: true })
        const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
        if (names.length > maxCount) throw codeOf('TOO_MANY')
        return names.sort()
      })
    },
    async makeFolderOf(file) {
      return attempt(file, async () => makeFolderOf(file))
    },
    async create(file) {
      return attempt(file, async () => {
        makeFolderOf(file)
        const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.part`)
        return writer(await open(temporary, 'wx', 0o600), temporary, file)
      })
    },
  }
}

/** A folder that can't be made reads otherwise than a file that isn't there. */
function makeFolderOf(file: string): void {
  try {
    makeFolders(path.dirname(file))
  } catch (error) {
    throw (error as { code?: unknown }).code === 'ENOTDIR' ? codeOf('NO_FOLDER') : error
  }
}

function writer(handle: FileHandle, temporary: string, file: string): FileWriter {
  let bytes = 0
  let problem: unknown = null
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => {})
    await rm(temporary, { force: true })
  }
  return {
    async write(text) {
      if (problem !== null) return
      const buffer = Buffer.from(text)
      bytes += buffer.length
      await handle.writeFile(buffer).catch((error: unknown) => {
        problem = error
      })
    },
    discard,
    async finish() {
      const finished = await attempt(file, async () => {
        if (problem !== null) throw problem
        await handle.sync()
        await handle.close()
        await rename(temporary, file)
        return { bytes }
      })
      if (!finished.ok) await discard()
      return finished
    },
  }
}

async function attempt<T>(file: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await work())
  } catch (error) {
    const known = fileFailure(error, file)
    if (known === null) throw error
    return failed(known)
  }
}

function codeOf(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** What a file system refuses, in words that name the path; null for anything else, which is a bug. */
export function fileFailure(error: unknown, file: string): Failure | null {
  const { code } = error as { code?: unknown }
  const invalid = (problem: string): Failure =>
    failure('VALIDATION_ERROR', 'file_unreadable', `path: ${file} ${problem}`, { field: 'path' })
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return invalid('is not there.')
    case 'EISDIR':
    case 'NOT_A_FILE':
      return invalid('is not a file.')
    case 'NOT_A_FOLDER':
      return invalid('is not a folder.')
    case 'NO_FOLDER':
      return invalid("can't be written, because there can be no such folder. Choose another path.")
    case 'LINK':
      return invalid('is a link. Put the file itself there.')
    case 'NOT_UTF8':
      return invalid('is not UTF-8 text.')
    case 'TOO_LARGE':
      return invalid('is too large.')
    case 'TOO_MANY':
      return invalid('holds too many folders.')
    case 'ERR_INVALID_ARG_VALUE':
    case 'ENAMETOOLONG':
      return invalid('is not a usable path.')
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return failure('SERVICE_UNAVAILABLE', 'read_only', `${file} can't be read or written. Check its permissions.`)
    case 'ENOSPC':
    case 'EDQUOT':
      return failure(
        'SERVICE_UNAVAILABLE',
        'disk_full',
        `There is no room left for ${file}. Free some space and try again.`,
      )
    case 'EIO':
      return failure('SERVICE_UNAVAILABLE', 'storage_error', `The disk refused to read or write ${file}.`)
    default:
      return null
  }
}
