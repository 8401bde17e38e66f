import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { inputNameProblem } from '../../domain/artifact-path.ts'
import { failed, failure, invalidField, notFound, success, type Result } from '../../domain/result.ts'
import { actingMember } from '../actor.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import { later } from '../timers.ts'

/** Input files on their way to a run. They live in memory only, so that production inputs never touch the disk (RN-9). */

export interface InputFile {
  name: string
  bytes: Uint8Array
}

/** RN-3. */
export const MAX_INPUT_FILES = 20
export const MAX_INPUT_FILE_BYTES = 20_000_000
export const MAX_INPUT_BYTES = 50_000_000
/** All windows and commands of this process together. */
const MAX_HELD_BYTES = 4 * MAX_INPUT_BYTES
const MAX_HELD_FILES = 200
const KEEP_MS = 30 * 60 * 1000

interface Upload {
  memberId: string
  name: string
  data: Uint8Array
  received: number
  begunAtMs: number
}

export interface Uploads {
  begin(context: Context, session: Session, input: ParsedInput<'uploads.begin'>): Result<Output<'uploads.begin'>>
  append(context: Context, session: Session, input: ParsedInput<'uploads.append'>): Result<Output<'uploads.append'>>
  discard(context: Context, session: Session, input: ParsedInput<'uploads.discard'>): Result<Output<'uploads.discard'>>
  /** Looks at complete uploads of a member, for checking them before a run; RN-3's limits hold for all of them together. */
  peek(memberId: string, ids: readonly string[]): Result<InputFile[]>
  /** Forgets them: a run has them now. */
  forget(ids: readonly string[]): void
}

export function createUploads(): Uploads {
  const uploads = new Map<string, Upload>()

  const expire = (nowMs: number): void => {
    for (const [id, upload] of uploads) if (nowMs - upload.begunAtMs >= KEEP_MS) uploads.delete(id)
  }
  const own = (memberId: string, id: string): Upload | null => {
    const upload = uploads.get(id)
    return upload?.memberId === memberId ? upload : null
  }

  return {
    begin(context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      const problem = inputNameProblem(input.name)
      if (problem !== null) return failed(invalidField('name', `${input.name}: ${problem}`))
      expire(context.clock.monotonicMs())
      const heldBytes = [...uploads.values()].reduce((sum, upload) => sum + upload.data.length, input.bytes)
      if (uploads.size >= MAX_HELD_FILES || heldBytes > MAX_HELD_BYTES) {
        return failed(
          failure(
            'SERVICE_UNAVAILABLE',
            'uploads_full',
            'Too many files are waiting for a run. Start or discard some runs first.',
          ),
        )
      }
      const id = context.ids.next()
      uploads.set(id, {
        memberId: actor.value.id,
        name: input.name,
        data: new Uint8Array(input.bytes),
        received: 0,
        begunAtMs: context.clock.monotonicMs(),
      })
      later(context, KEEP_MS + 1, () => expire(context.clock.monotonicMs())).unref()
      return success({ id })
    },
    append(context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      const upload = own(actor.value.id, input.id)
      if (upload === null) return failed(notFound('upload'))
      const piece = Buffer.from(input.data, 'base64')
      if (input.offset !== upload.received)
        return failed(invalidField('offset', `is ${input.offset}, but ${upload.received} bytes are here`))
      if (upload.received + piece.length > upload.data.length)
        return failed(invalidField('data', 'is more than was announced'))
      upload.data.set(piece, upload.received)
      upload.received += piece.length
      return success({ received: upload.received })
    },
    discard(context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      return success({ discarded: own(actor.value.id, input.id) !== null && uploads.delete(input.id) })
    },
    peek(memberId, ids) {
      const files: InputFile[] = []
      for (const id of ids) {
        const upload = own(memberId, id)
        if (upload === null) return failed(notFound('upload'))
        if (upload.received !== upload.data.length)
          return failed(invalidField('uploads', `${upload.name} has not arrived completely`))
        files.push({ name: upload.name, bytes: upload.data })
      }
      return withinLimits(files, 'uploads')
    },
    forget: (ids) => {
      for (const id of ids) uploads.delete(id)
    },
  }
}

/** RN-3, for all files of a run together, wherever they come from. */
export function withinLimits(files: InputFile[], field: string): Result<InputFile[]> {
  const refusal = inputsProblem(files)
  return refusal === null ? success(files) : failed(invalidField(field, refusal))
}

function inputsProblem(files: readonly InputFile[]): string | null {
  if (files.length > MAX_INPUT_FILES) return `at most ${MAX_INPUT_FILES} files`
  const large = files.find((file) => file.bytes.length > MAX_INPUT_FILE_BYTES)
  if (large !== undefined) return `${large.name} is larger than 20 MB`
  const total = files.reduce((sum, file) => sum + file.bytes.length, 0)
  if (total > MAX_INPUT_BYTES) return 'the files are larger than 50 MB together'
  const keys = files.map((file) => file.name.normalize('NFC').toLowerCase())
  const twin = files.find((_, index) => keys.indexOf(keys[index] ?? '') !== index)
  return twin === undefined ? null : `two files are called ${twin.name}`
}
