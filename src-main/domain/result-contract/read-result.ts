import { failed, failure, success, type Json, type JsonObject, type Result } from '../result.ts'
import { RESULT_CAPS } from './caps.ts'

/** JSON.parse copes with any depth; what walks its answer later need not. Real results are nested far less. */
export const MAX_NESTING_DEPTH = 128
const MAX_DETAIL_LENGTH = 300

const STATUSES = ['succeeded', 'failed', 'timed_out'] as const
export type ResultStatus = (typeof STATUSES)[number]

/** RC-1: a result of the right form, whose content is whatever the script said. Artifacts are the host's to list. */
export type RawResult = { status: ResultStatus; error_summary: string | null } & (
  | { contract_version: 1; html_output: string | null }
  | { contract_version: 2; outputs: readonly Json[]; next_actions: readonly Json[]; state: JsonObject | null }
)

/** RC-2: the one failure of a result that can't be read. `details.detail` is for the log that admins see. */
export function contractViolation(detail: string): Result<never> {
  const bounded = detail.slice(0, MAX_DETAIL_LENGTH).toWellFormed()
  return failed(
    failure('VALIDATION_ERROR', 'runner_contract_violation', 'The tool ended without a result that can be read.', {
      detail: bounded,
    }),
  )
}

/**
 * RC-1, RC-2: reads result.json. Keys that may be absent are `error_summary`, `html_output`, `outputs`, `next_actions`,
 * `state` and `artifacts`; one that is there has its type. Keys that the contract doesn't know are ignored.
 */
export function readResult(bytes: Uint8Array): Result<RawResult> {
  if (bytes.length > RESULT_CAPS.fileBytes) return contractViolation(`result is ${bytes.length} bytes, over 4 MiB`)
  const text = decodeStrictly(bytes)
  if (text === null) return contractViolation('result is not UTF-8')
  const problem = structureProblem(text)
  if (problem !== null) return contractViolation(problem)
  const parsed = parseJson(text)
  if (!parsed.ok) return parsed
  return isObject(parsed.value) ? checkForm(parsed.value) : contractViolation('result is not a JSON object')
}

function checkForm(raw: JsonObject): Result<RawResult> {
  const { contract_version: version, status, error_summary: errorSummary = null, artifacts = [] } = raw
  const wrong = (key: string): Result<never> => contractViolation(`${key} has the wrong type or value`)
  if (version !== 1 && version !== 2) return wrong('contract_version')
  if (!isStatus(status)) return wrong('status')
  if (!isTextOrNull(errorSummary)) return wrong('error_summary')
  if (!Array.isArray(artifacts) || !artifacts.every(isArtifact)) return wrong('artifacts')
  const common = { status, error_summary: errorSummary }
  if (version === 1) {
    const { html_output: html = null } = raw
    return isTextOrNull(html) ? success({ contract_version: 1, ...common, html_output: html }) : wrong('html_output')
  }
  const { outputs = [], next_actions: actions = [], state = null } = raw
  if (!Array.isArray(outputs)) return wrong('outputs')
  if (!Array.isArray(actions)) return wrong('next_actions')
  if (state !== null && !isObject(state)) return wrong('state')
  return success({ contract_version: 2, ...common, outputs, next_actions: actions, state })
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isStatus = (value: unknown): value is ResultStatus => (STATUSES as readonly unknown[]).includes(value)
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'
const isArtifact = (value: unknown): boolean =>
  isObject(value) && typeof value['path'] === 'string' && typeof value['bytes'] === 'number'

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    // A byte order mark is kept, and is then no JSON: RFC 8259 forbids writers to add one.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * Finds what JSON.parse would let pass: nesting without end, a key twice in one object (readers disagree on which one
 * counts) and `__proto__`. Looks at strings and brackets only, in one pass without recursion; all else that is wrong is
 * left to JSON.parse.
 */
function structureProblem(text: string): string | null {
  /** The keys so far of each object or array that is open; made when the first key comes, since most have few. */
  const openKeys: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '{' || character === '[') {
      if (openKeys.length === MAX_NESTING_DEPTH) return `result is nested deeper than ${MAX_NESTING_DEPTH} levels`
      openKeys.push(undefined)
    } else if (character === '}' || character === ']') {
      openKeys.pop()
    } else if (character === '"') {
      const end = endOfString(text, at)
      const next = skipSpace(text, end)
      if (text[next] === ':' && openKeys.length > 0) {
        const key = decodeKey(text.slice(at, end))
        if (key === null) return 'result is not JSON: a key can not be read'
        if (key === '__proto__') return 'result has a key __proto__'
        const keys = (openKeys[openKeys.length - 1] ??= new Set())
        if (keys.has(key)) return `result has the key ${JSON.stringify(key.slice(0, 100))} twice in one object`
        keys.add(key)
      }
      at = next - 1
    }
  }
  return null
}

/** The place after the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (at < text.length && (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t')) at += 1
  return at
}

function decodeKey(literal: string): string | null {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return JSON.parse(literal) as string
  } catch {
    return null
  }
}

/** A number with so many digits, or such an exponent, may be another one after reading. May also hit text; no harm. */
const PERHAPS_INEXACT_NUMBER = /[0-9]{16}|[0-9][eE]\+?[0-9]{3}/

function parseJson(text: string): Result<Json> {
  try {
    return success(JSON.parse(text, PERHAPS_INEXACT_NUMBER.test(text) ? keepExact : undefined) as Json)
  } catch (error) {
    return contractViolation(`result is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/**
 * Python's integers have no bound. One that JavaScript would round, and any number beyond its range, is kept as its
 * text: a long identifier in a table must not become a similar one. A number that prints as it was written stays one.
 */
function keepExact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  const isRounded = /^-?[0-9]+$/.test(source) && !Number.isSafeInteger(value) && String(value) !== source
  return isRounded || !Number.isFinite(value) ? source : value
}
