import type { Field, FileField, PlainField } from './field.ts'
import { failed, failure, success, unreachable } from './result.ts'
import type { Failure, Json, JsonObject, Result } from './result.ts'

/** Values of a form (SC-5). The page checks with these functions as one types, the core checks with them again. */

export const MAX_STRING_LENGTH = 2_000
export const MAX_TEXT_LENGTH = 20_000
/** RN-3: the most files that one run may get, and so the most that one field may take. */
export const MAX_FILES_PER_FIELD = 20
/** A failure lists at most this many problems, however many there are. */
const MAX_PROBLEMS = 100
const MAX_QUOTED_LENGTH = 64

/** A value that fits its field, none at all, or why it doesn't fit. */
type Checked = { kind: 'value'; value: Json } | { kind: 'none' } | { kind: 'problem'; problem: string }
const none: Checked = { kind: 'none' }
const problem = (text: string): Checked => ({ kind: 'problem', problem: text })
const fits = (value: Json): Checked => ({ kind: 'value', value })

interface Problem {
  name: string
  label: string
  problem: string
}

/**
 * SC-5, ER-3: checks what somebody filled in. Files are handed over apart from the values (`checkFiles`), so a value in
 * the name of a file field is as unknown as any other. A field without a value gets its default; one without either is
 * left out, so that a script's `inputs.get(name, fallback)` works. `null` and a cleared choice mean "no value", and are
 * not replaced by the default.
 *
 * All problems are gathered in `details.fields` by field name; the first one is the message and `details.field`.
 */
export function checkValues(fields: readonly Field[], raw: unknown): Result<JsonObject> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const details = { field: 'values', fields: {} }
    return failed(failure('VALIDATION_ERROR', 'invalid_input', 'values: must be an object', details))
  }
  const plain = fields.filter(isPlain)
  const known = new Set(plain.map((field) => field.name))
  const values: [string, Json][] = []
  const problems: Problem[] = []
  for (const field of plain) {
    const given: unknown = Object.hasOwn(raw, field.name) ? (raw as { [name: string]: unknown })[field.name] : undefined
    const checked = checkValue(field, given === undefined ? field.default : given)
    const { name, label } = field
    if (checked.kind === 'value') values.push([name, checked.value])
    else if (checked.kind === 'problem') problems.push({ name, label, problem: checked.problem })
    else if (field.required === true) problems.push({ name, label, problem: 'is required' })
  }
  for (const name of Object.keys(raw)) {
    if (problems.length >= MAX_PROBLEMS) break
    if (known.has(name)) continue
    problems.push({ name: quotable(name), label: quotable(name), problem: 'is not a field of this form' })
  }
  // Not an assignment: a field may be named `__proto__`, and fromEntries defines it like any other.
  return problems.length === 0 ? success(Object.fromEntries(values)) : failed(problemsFailure(problems))
}

/** SC-5: whether number and kinds of the files fit their field. Sizes and names are RN-3's, for all files together. */
export function checkFiles<File extends { name: string; bytes: number }>(
  field: FileField,
  files: readonly File[],
): Result<readonly File[]> {
  const least = field.min ?? (field.required === true ? 1 : 0)
  const most = field.max ?? MAX_FILES_PER_FIELD
  const refuse = (text: string): Result<never> =>
    failed(problemsFailure([{ name: field.name, label: field.label, problem: text }]))
  if (files.length < least) return refuse(`needs at least ${counted(least)}`)
  if (files.length > most) return refuse(`takes at most ${counted(most)}`)
  const accept = field.accept ?? []
  const isAccepted = (name: string): boolean => accept.length === 0 || accept.some((pattern) => accepts(pattern, name))
  const odd = files.find((file) => !isAccepted(file.name))
  if (odd !== undefined) return refuse(`"${quotable(odd.name)}" is not one of the accepted kinds: ${accept.join(', ')}`)
  return success(files)
}

/**
 * SC-5, EV-1: the values as a record may keep them, with null for each that is marked secret, and for each that no
 * field vouches for: of a value that nobody described, nobody knows that it is no secret.
 */
export function redactSecrets(fields: readonly Field[], values: JsonObject): JsonObject {
  const open = new Set(fields.filter((field) => !isSecret(field)).map((field) => field.name))
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, open.has(name) ? value : null]))
}

/**
 * SC-5: what a form starts with: the prefilled value, else the default, each only if it fits its field, else an empty
 * one. A secret is never shown again, so none is prefilled.
 */
export function initialValues(fields: readonly Field[], prefill: JsonObject = {}): JsonObject {
  return Object.fromEntries(
    fields.filter(isPlain).map((field) => {
      const prefilled = !isSecret(field) && Object.hasOwn(prefill, field.name) ? prefill[field.name] : undefined
      for (const candidate of [prefilled, field.default]) {
        const checked = checkValue(field, candidate)
        if (checked.kind === 'value') return [field.name, checked.value]
      }
      return [field.name, emptyValue(field)]
    }),
  )
}

/** SC-5: one value against its field, without asking whether the field is required. */
export function checkValue(field: PlainField, value: unknown): Checked {
  if (value === undefined || value === null) return none
  switch (field.kind) {
    case 'string':
      return checkText(value, MAX_STRING_LENGTH, '2,000', field.required === true)
    case 'text':
      return checkText(value, MAX_TEXT_LENGTH, '20,000', field.required === true)
    case 'integer':
      return Number.isSafeInteger(value) ? checkRange(field, value as number) : problem('must be a whole number')
    case 'number':
      return Number.isFinite(value) ? checkRange(field, value as number) : problem('must be a number')
    case 'boolean':
      return typeof value === 'boolean' ? fits(value) : problem('must be yes or no')
    case 'enum':
      if (value === '') return none
      return isOption(field, value) ? fits(value) : problem('must be one of the options')
    case 'multi_enum':
      return checkChoices(field, value)
    default:
      return unreachable(field)
  }
}

function checkText(value: unknown, maxLength: number, maxLengthInWords: string, required: boolean): Checked {
  if (typeof value !== 'string' || !value.isWellFormed()) return problem('must be text')
  if (value.length > maxLength) return problem(`must be at most ${maxLengthInWords} characters`)
  return required && value.trim() === '' ? none : fits(value)
}

function checkRange(field: Extract<PlainField, { kind: 'integer' | 'number' }>, value: number): Checked {
  if (field.min !== undefined && value < field.min) return problem(`must be at least ${field.min}`)
  if (field.max !== undefined && value > field.max) return problem(`must be at most ${field.max}`)
  // JSON has no minus zero: what is checked must be what the script gets.
  return fits(value === 0 ? 0 : value)
}

function checkChoices(field: Extract<PlainField, { kind: 'multi_enum' }>, value: unknown): Checked {
  if (!Array.isArray(value)) return problem('must be a list of options')
  const chosen = new Set<string>()
  for (const item of value as unknown[]) {
    if (!isOption(field, item)) return problem('must name only options of the field')
    if (chosen.has(item)) return problem('names an option twice')
    chosen.add(item)
  }
  return field.required === true && chosen.size === 0 ? none : fits([...chosen])
}

function isOption(field: { options: readonly { value: string }[] }, value: unknown): value is string {
  return field.options.some((option) => option.value === value)
}

function emptyValue(field: PlainField): Json {
  switch (field.kind) {
    case 'string':
    case 'text':
      return ''
    case 'boolean':
      return false
    case 'multi_enum':
      return []
    case 'integer':
    case 'number':
    case 'enum':
      return null
    default:
      return unreachable(field)
  }
}

const isPlain = (field: Field): field is PlainField => field.kind !== 'file'

export const isSecret = (field: Field): boolean =>
  (field.kind === 'string' || field.kind === 'text') && field.secret === true

/** The types that fields commonly ask for. A table of our own: what machines know of types differs between them. */
const MIME_TYPES: readonly (readonly [extension: string, mimeType: string])[] = [
  ['csv', 'text/csv'],
  ['tsv', 'text/tab-separated-values'],
  ['txt', 'text/plain'],
  ['log', 'text/plain'],
  ['md', 'text/markdown'],
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['css', 'text/css'],
  ['xml', 'application/xml'],
  ['json', 'application/json'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
  ['pdf', 'application/pdf'],
  ['rtf', 'application/rtf'],
  ['zip', 'application/zip'],
  ['gz', 'application/gzip'],
  ['doc', 'application/msword'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt', 'application/vnd.ms-powerpoint'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['odt', 'application/vnd.oasis.opendocument.text'],
  ['ods', 'application/vnd.oasis.opendocument.spreadsheet'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['svg', 'image/svg+xml'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['bmp', 'image/bmp'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
]
const mimeTypeByExtension: ReadonlyMap<string, string> = new Map(MIME_TYPES)

/**
 * `.csv` and `csv` look at the end of the name, `text/csv` and `text/*` at the type that its extension stands for: what
 * a browser says about a file's type is not the same everywhere, and the command line has nothing to say.
 */
function accepts(pattern: string, name: string): boolean {
  const wanted = pattern.trim().toLowerCase()
  const lowerName = name.toLowerCase()
  if (!wanted.includes('/')) {
    const extension = wanted.startsWith('.') ? wanted : `.${wanted}`
    return lowerName.length > extension.length && lowerName.endsWith(extension)
  }
  if (wanted === '*/*') return true
  const mimeType = mimeTypeByExtension.get(/[^.]\.([^.]+)$/.exec(lowerName)?.[1] ?? '')
  if (mimeType === undefined) return false
  return wanted.endsWith('/*') ? mimeType.startsWith(wanted.slice(0, -1)) : mimeType === wanted
}

const counted = (files: number): string => (files === 1 ? '1 file' : `${files} files`)

const quotable = (name: string): string => {
  const text = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\uFFFD')
  return text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH).toWellFormed()}…` : text
}

function problemsFailure(problems: readonly Problem[]): Failure {
  const [first] = problems
  const fields = Object.fromEntries(problems.map((each) => [each.name, each.problem]))
  const message = `${first?.label}: ${first?.problem}`
  return failure('VALIDATION_ERROR', 'invalid_input', message, { field: first?.name ?? '', fields })
}
