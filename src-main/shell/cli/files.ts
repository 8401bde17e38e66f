import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { failed, failure, success, type Json, type Result } from '../../domain/result.ts'
import { withoutByteOrderMark } from '../../domain/version.ts'
import { MAX_MESSAGE_BYTES, parseMessage } from '../shared/message.ts'

/** Files that a command is pointed at. All have a bound, and what can't be read is said by name. */

export const MAX_TEXT_BYTES = MAX_MESSAGE_BYTES

/** `-` reads standard input. */
export async function readBytes(path: string, maxBytes: number, input: NodeJS.ReadableStream): Promise<Result<Buffer>> {
  try {
    if (path !== '-' && !(await stat(path)).isFile()) return failed(unreadable(path, 'is not a file'))
    const stream = path === '-' ? input : createReadStream(path)
    const pieces: Buffer[] = []
    let bytes = 0
    for await (const piece of stream as AsyncIterable<Buffer | string>) {
      const buffer = Buffer.from(piece as Buffer)
      bytes += buffer.byteLength
      if (bytes > maxBytes) return failed(unreadable(path, `is larger than ${maxBytes} bytes`, 'file_too_large'))
      pieces.push(buffer)
    }
    return success(Buffer.concat(pieces))
  } catch (error) {
    return failed(unreadable(path, problemOf(error)))
  }
}

export async function readText(path: string, input: NodeJS.ReadableStream): Promise<Result<string>> {
  const text = await readExactText(path, input)
  return text.ok ? success(withoutByteOrderMark(text.value)) : text
}

/** With a byte order mark, where there is one: for what is known by its hash (VR-2). */
export async function readExactText(path: string, input: NodeJS.ReadableStream): Promise<Result<string>> {
  const bytes = await readBytes(path, MAX_TEXT_BYTES, input)
  if (!bytes.ok) return bytes
  try {
    return success(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value))
  } catch {
    return failed(unreadable(path, 'is not UTF-8'))
  }
}

export async function readJson(path: string, input: NodeJS.ReadableStream): Promise<Result<Json>> {
  const text = await readText(path, input)
  if (!text.ok) return text
  const value = parseMessage(text.value)
  return value.ok ? value : failed(unreadable(path, 'does not hold valid JSON'))
}

function unreadable(path: string, problem: string, reason = 'file_unreadable') {
  const name = path === '-' ? 'standard input' : path
  return failure('VALIDATION_ERROR', reason, `${name}: ${problem}`, { file: path })
}

function problemOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'ELOOP' || code === 'ENAMETOOLONG') return 'is not a usable path'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read'
  return code ?? 'cannot be read'
}
