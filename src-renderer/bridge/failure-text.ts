import type { Failure } from '../../src-main/domain/result.ts'

/** How a failure reads to a person: what happened (the core's own message) and what to do next. */
export interface FailureText {
  title: string
  message: string
  nextStep: string | null
}

const TITLES: Record<Failure['code'], string> = {
  FORBIDDEN: 'Not allowed',
  NOT_FOUND: 'Not found',
  VALIDATION_ERROR: 'Please check what you entered',
  CONFLICT: 'Can’t be done as things stand',
  SERVICE_UNAVAILABLE: 'Not available right now',
  INTERNAL_ERROR: 'Something went wrong in the app',
}

/** The core's messages name the next step where they can; these are for those that don't. */
const NEXT_STEPS_BY_REASON: Record<string, string> = {
  connection_lost: 'Check that the app is still running. Nothing you typed is lost; try again.',
  session_ended: 'Open the app again from the address that it prints when it starts.',
}

const NEXT_STEPS_BY_CODE: Partial<Record<Failure['code'], string>> = {
  NOT_FOUND: 'Go back and look again.',
  INTERNAL_ERROR: 'Try again. If it happens again, tell whoever looks after the app, with the number above.',
}

export function describeFailure(failure: Failure): FailureText {
  return {
    title: TITLES[failure.code],
    message: failure.message,
    nextStep: NEXT_STEPS_BY_REASON[failure.reason] ?? NEXT_STEPS_BY_CODE[failure.code] ?? null,
  }
}

/** The field that a failure is about, as its input calls it: `slug`, `input_schema.2.name`. */
export function fieldOf(failure: Failure | undefined): string | null {
  const field = failure?.details['field']
  return typeof field === 'string' ? field : null
}

/** The message for under one field, without the field's name in front of it; null when it is about another one. */
export function problemOf(failure: Failure | undefined, field: string): string | null {
  if (failure === undefined || fieldOf(failure) !== field) return null
  const prefix = `${field}: `
  return failure.message.startsWith(prefix) ? capitalised(failure.message.slice(prefix.length)) : failure.message
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
