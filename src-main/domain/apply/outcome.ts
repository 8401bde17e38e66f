import { failure, type Failure, type JsonObject } from '../result.ts'
import type { Change } from '../state.ts'

/**
 * What `apply` answers for an event at its place in the order (TR-3).
 *
 * `conflict`: what the event was based on, or its maker's authority, no longer holds there; it is kept and a person
 * resolves it. `invalid`: it could never have been right; it is quarantined. Neither changes anything.
 */
export type Outcome =
  | { outcome: 'applied'; changes: Change[] }
  | { outcome: 'conflict'; failure: Failure }
  | { outcome: 'invalid'; failure: Failure }

export function applied(...changes: Change[]): Outcome {
  return { outcome: 'applied', changes }
}

/** Something that the event rests on has moved. `details` says what it is now, so that both sides can be shown. */
export function conflict(reason: string, message: string, details: JsonObject = {}): Outcome {
  return { outcome: 'conflict', failure: failure('CONFLICT', reason, message, details) }
}

/** What the event refers to isn't there: its own event was refused, or didn't come yet. It rests on that one. */
export function missing(noun: string, id: string): Outcome {
  return {
    outcome: 'conflict',
    failure: failure('NOT_FOUND', 'not_found', `There is no such ${noun}, or you may not see it.`, {
      [`${noun}_id`]: id,
    }),
  }
}

export function invalid(reason: string, message: string, details: JsonObject = {}): Outcome {
  return { outcome: 'invalid', failure: failure('VALIDATION_ERROR', reason, message, details) }
}

/** Authority that was lost is a conflict; authority that was never held makes the event invalid (TR-3). */
export function unauthorised(wasOnceHeld: boolean, message: string, reason = 'not_allowed'): Outcome {
  return { outcome: wasOnceHeld ? 'conflict' : 'invalid', failure: failure('FORBIDDEN', reason, message) }
}
