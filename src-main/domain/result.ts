/**
 * Expected failures are values (ER-1). Only a bug throws.
 *
 * The set of codes is closed; `reason` is a machine-readable refinement, `message` is fit to show to a person and names
 * the field or the next step, and `details` is JSON that a screen may use (what the head is now, line and column, …).
 */
export const FAILURE_CODES = [
  'FORBIDDEN',
  'NOT_FOUND',
  'VALIDATION_ERROR',
  'CONFLICT',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_ERROR',
] as const

export type FailureCode = (typeof FAILURE_CODES)[number]

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export interface Failure {
  code: FailureCode
  reason: string
  message: string
  details: JsonObject
}

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export function success<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function failed(failure: Failure): { ok: false; failure: Failure } {
  return { ok: false, failure }
}

/** Builds a failure value; `details` is empty unless a screen needs more than the message. */
export function failure(code: FailureCode, reason: string, message: string, details: JsonObject = {}): Failure {
  return { code, reason, message, details }
}

const MAX_REFERENCE_CHARACTERS = 160

/**
 * What someone may not see does not exist for them (RB-6), so every absent thing is reported in the same words.
 * `reference` is what they asked for, as they wrote it: it tells which, where there are several (ER-3).
 */
export function notFound(noun: string, reference?: string): Failure {
  const what = reference === undefined ? `such ${noun}` : `${noun} “${shortened(reference)}”`
  return failure('NOT_FOUND', 'not_found', `There is no ${what}, or you may not see it.`)
}

function shortened(reference: string): string {
  const characters = [...reference]
  if (characters.length <= MAX_REFERENCE_CHARACTERS) return reference
  return `${characters.slice(0, MAX_REFERENCE_CHARACTERS).join('')}…`
}

/** `field` is a path such as `input_schema.2.name`; the message repeats it so that no reader has to guess (ER-3). */
export function invalidField(field: string, problem: string): Failure {
  return failure('VALIDATION_ERROR', 'invalid_input', `${field}: ${problem}`, { field })
}

/** For switches that must name every case: adding a case then fails the type check instead of a user. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
