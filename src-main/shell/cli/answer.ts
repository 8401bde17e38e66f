import type { Envelope } from '../../../src-preload/contract/channel.ts'
import { failure, type Failure } from '../../domain/result.ts'

/** What a command comes to: the envelope that `--json` prints, and the same for people. */
export interface Answer {
  envelope: Envelope<unknown>
  /** Only of an `ok` envelope; a failure reads the same everywhere. */
  text: string
  /** Where it differs from what the envelope says (`--exit-status`, checks that found something). */
  exitCode?: number
}

/** Exit codes are a promise to scripts: see docs/cli.md. */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  failed: 3,
  runFailed: 10,
  runTimedOut: 11,
  runBlocked: 12,
  checkFailed: 13,
  /** As shells count: 128 and the number of the signal. */
  interrupted: 130,
} as const

/** `exitCode` tells what an `ok` envelope ends with where that isn't always 0. */
export function answer<T>(
  envelope: Envelope<T>,
  text: (data: T) => string,
  exitCode: (data: T) => number = () => EXIT.done,
): Answer {
  return envelope.ok
    ? { envelope, text: text(envelope.data), exitCode: exitCode(envelope.data) }
    : { envelope, text: '' }
}

/** For a check: its data say whether all is well. */
export function checkExitCode({ ok }: { ok: boolean }): number {
  return ok ? EXIT.done : EXIT.checkFailed
}

export function refusal(error: Failure, exitCode?: number): Answer {
  return { envelope: { ok: false, error }, text: '', ...(exitCode === undefined ? {} : { exitCode }) }
}

export function usageError(message: string): Answer {
  return refusal(failure('VALIDATION_ERROR', 'usage', message), EXIT.usage)
}

export function exitCodeOf(result: Answer): number {
  if (result.exitCode !== undefined) return result.exitCode
  if (result.envelope.ok) return EXIT.done
  return result.envelope.error.code === 'INTERNAL_ERROR' ? EXIT.internal : EXIT.failed
}
