import { basename } from 'node:path'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import { MAX_PIECE_BYTES } from '../../../../src-preload/contract/runs.ts'
import { failure, success, type Failure, type Json, type Result } from '../../../domain/result.ts'
import { parseMessage } from '../../shared/message.ts'
import { refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readBytes, readText } from '../files.ts'

/** Files and values that a command is given for a run. */

/** RN-3. The core holds to it as well; here it saves reading a file that will be refused. */
const MAX_INPUT_BYTES = 20_000_000

/** Hands input files to the core; the answer is their ids. */
export async function uploadFiles(context: Context, files: readonly string[]): Promise<Envelope<string[]>> {
  const ids: string[] = []
  for (const file of files) {
    const bytes = await readBytes(file, MAX_INPUT_BYTES, context.input)
    if (!bytes.ok) return { ok: false, error: bytes.failure }
    const id = await uploadOne(context, file === '-' ? 'input' : basename(file), bytes.value)
    if (!id.ok) return id
    ids.push(id.data)
  }
  return { ok: true, data: ids }
}

async function uploadOne(context: Context, name: string, bytes: Buffer): Promise<Envelope<string>> {
  const begun = await context.call('uploads.begin', { name, bytes: bytes.byteLength })
  if (!begun.ok) return begun
  const { id } = begun.data
  for (let offset = 0; offset < bytes.byteLength; offset += MAX_PIECE_BYTES) {
    const data = bytes.subarray(offset, offset + MAX_PIECE_BYTES).toString('base64')
    const appended = await context.call('uploads.append', { id, offset, data })
    if (!appended.ok) return appended
  }
  return { ok: true, data: id }
}

/** `@FILE` keeps values out of the list of processes and of the shell's history. */
export async function jsonOption(
  context: Context,
  option: string,
  text: string | undefined,
): Promise<Result<Json | undefined>> {
  if (text === undefined) return success(undefined)
  const content = text.startsWith('@') ? await readText(text.slice(1), context.input) : success(text)
  if (!content.ok) return content
  const value = parseMessage(content.value)
  return value.ok ? value : { ok: false, failure: failure('VALIDATION_ERROR', 'usage', `${option} is not valid JSON.`) }
}

export function optionAnswer(error: Failure): Answer {
  return error.reason === 'usage' ? usageError(error.message) : refusal(error)
}
