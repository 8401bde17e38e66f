import type { NextAction, Output } from './output.ts'
import type { Json, JsonObject } from './result.ts'
import { RESULT_CAPS } from './result-contract/caps.ts'
import { scrubErrorSummary } from './result-contract/error-summary.ts'
import { cleanJson, jsonDepth } from './result-contract/json-value.ts'
import { maskPart } from './result-contract/mask.ts'
import { normaliseAction } from './result-contract/next-action.ts'
import { MAX_KEPT_DEPTH, normaliseOutput, plainWords, tableWithin } from './result-contract/normalise-output.ts'
import { isObject, type RawResult, type ResultStatus } from './result-contract/read-result.ts'
import { jsonByteCount } from './result-contract/text.ts'
import { maskSecretsIn } from './secrets.ts'

/** What a script gives back, from bytes that nobody trusts to what may be stored and shown (section 6). */

export { RESULT_CAPS } from './result-contract/caps.ts'
export { scrubErrorSummary } from './result-contract/error-summary.ts'
export { contractViolation, readResult, type RawResult, type ResultStatus } from './result-contract/read-result.ts'

export interface NormalisedResult {
  status: ResultStatus
  error_summary: string | null
  outputs: Output[]
  next_actions: NextAction[]
  state: JsonObject | null
}

export interface NormaliseOptions {
  /** RC-6: a setting of the workspace. */
  allowVegaLite: boolean
  /** SC-5: what the member filled into fields marked secret; masked wherever the script wrote it. */
  secretValues?: readonly string[]
}

const MAX_LISTED_PROBLEMS = 20
const MAX_PROBLEM_LENGTH = 200
/** More than the notice about what was left out ever takes as JSON: 20 lines of 200 plain characters, and few more. */
const NOTICE_ROOM_BYTES = 6 * 1024
/** `{"outputs":[],"next_actions":[]}` */
const ENVELOPE_BYTES = 33

/**
 * RC-6, RC-7: a result within every cap. Pure and deterministic; never throws; given its own answer as a result of
 * version 2 it answers the same.
 *
 * What is left out is named in one notice at the end of the outputs, which counts within the caps.
 */
export function normaliseResult(raw: RawResult, options: NormaliseOptions): NormalisedResult {
  const problems: string[] = []
  const secrets = options.secretValues ?? []
  const source = raw.contract_version === 1 ? asVersion2(raw.html_output) : raw
  const outputs = normaliseOutputs(asList(source.outputs), options.allowVegaLite, secrets, problems)
  const actions = normaliseActions(asList(source.next_actions), secrets, problems)
  const state = normaliseState(maskSecretsIn(source.state, secrets), problems)
  const summary: unknown = raw.error_summary
  return {
    status: raw.status,
    error_summary: typeof summary === 'string' ? scrubErrorSummary(summary, secrets) : null,
    ...fitPayload(outputs, actions, problems),
    state,
  }
}

interface Counted<T> {
  kept: T[]
  /** Further ones that were not looked at, since there were too many. */
  more: number
}

/** RC-1: version 1 knows HTML only. */
function asVersion2(
  html: string | null,
): Pick<RawResult & { contract_version: 2 }, 'outputs' | 'next_actions' | 'state'> {
  return { outputs: html === null ? [] : [{ kind: 'html_sandboxed', html }], next_actions: [], state: null }
}

const asList = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : [])

function normaliseOutputs(
  raw: readonly Json[],
  allowVegaLite: boolean,
  secrets: readonly string[],
  problems: string[],
): Counted<Output> {
  const kept: Output[] = []
  for (const [index, each] of raw.entries()) {
    if (kept.length === RESULT_CAPS.outputs) return { kept, more: raw.length - index }
    const output = normaliseOutput(maskPart(each, secrets), allowVegaLite)
    if ('kept' in output) kept.push(output.kept)
    else problems.push(`Output ${index + 1}: ${output.problem}`)
  }
  return { kept, more: 0 }
}

function normaliseActions(raw: readonly Json[], secrets: readonly string[], problems: string[]): Counted<NextAction> {
  const kept: NextAction[] = []
  for (const [index, each] of raw.entries()) {
    if (kept.length === RESULT_CAPS.actions) return { kept, more: raw.length - index }
    const action = normaliseAction(maskPart(each, secrets))
    if ('problem' in action) problems.push(`Action ${index + 1}: ${plainWords(action.problem)}`)
    else if (kept.some((known) => known.action_id === action.kept.action_id)) {
      problems.push(`Action ${index + 1}: its action_id is taken by an earlier one`)
    } else kept.push(action.kept)
  }
  return { kept, more: 0 }
}

/** RC-7: all of the state or nothing. A script can do nothing with half of what it wanted to remember. */
function normaliseState(raw: unknown, problems: string[]): JsonObject | null {
  const state = cleanJson(raw)
  if (!isObject(state)) return null
  if (jsonDepth(state) <= MAX_KEPT_DEPTH && jsonByteCount(state) <= RESULT_CAPS.stateBytes) return state
  problems.push('The state: over 64 KiB or nested too deep')
  return null
}

/**
 * RC-7: drops outputs from the end, and then actions from the end, until all fits into the payload with the notice that
 * says so. The first output that doesn't fit is cut by rows if it is a table: a long one would else show nothing.
 */
function fitPayload(
  outputs: Counted<Output>,
  actions: Counted<NextAction>,
  problems: readonly string[],
): { outputs: Output[]; next_actions: NextAction[] } {
  const whole = { outputs: outputs.kept, next_actions: actions.kept }
  const isWhole = problems.length === 0 && outputs.more === 0 && actions.more === 0
  if (isWhole && jsonByteCount(whole) <= RESULT_CAPS.payloadBytes) return whole

  let room = RESULT_CAPS.payloadBytes - NOTICE_ROOM_BYTES - ENVELOPE_BYTES
  const keptActions: NextAction[] = []
  for (const action of actions.kept) {
    const bytes = jsonByteCount(action) + 1
    if (bytes > room) break
    room -= bytes
    keptActions.push(action)
  }
  const keptOutputs: Output[] = []
  let cutTables = 0
  for (const output of outputs.kept.slice(0, RESULT_CAPS.outputs - 1)) {
    const bytes = jsonByteCount(output) + 1
    if (bytes > room) {
      const table = output.kind === 'table' ? tableWithin(output, room - 1) : null
      if (table !== null) keptOutputs.push(table)
      cutTables = table === null ? 0 : 1
      break
    }
    room -= bytes
    keptOutputs.push(output)
  }
  const lines = [
    ...problems.slice(0, MAX_LISTED_PROBLEMS).map((problem) => problem.slice(0, MAX_PROBLEM_LENGTH)),
    ...more(problems.length - MAX_LISTED_PROBLEMS, 'problem', 'not listed here'),
    ...more(cutTables, 'table', 'cut, since all outputs together are over 256 KiB'),
    ...more(outputs.kept.length - keptOutputs.length + outputs.more, 'output', 'over 50, or over 256 KiB together'),
    ...more(actions.kept.length - keptActions.length + actions.more, 'action', 'over 10, or over 256 KiB together'),
  ]
  const message = `Some of what the tool gave back is left out:\n${lines.map((line) => `- ${line}`).join('\n')}`
  return { outputs: [...keptOutputs, { kind: 'notice', level: 'warning', message }], next_actions: keptActions }
}

function more(count: number, noun: string, why: string): string[] {
  return count <= 0 ? [] : [`${count} more ${noun}${count === 1 ? '' : 's'}: ${why}`]
}
