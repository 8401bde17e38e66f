import type { RunnerOutcome } from '../../app/runner-port.ts'

/** The exit codes of the harness, as `runner-image/python/scriptorium_runner/execute.py` gives them. */
const EXIT_SCRIPT_ERROR = 1
const EXIT_ENTRYPOINT_MISSING = 3
const EXIT_NO_SPACE_FOR_RESULT = 4
const EXIT_NOT_STARTED = 5
const EXIT_RESULT_NOT_WRITTEN = 6

/** A failed result is a summary and no more; a larger one is a script's own. */
const MAX_FAILED_BYTES = 64 * 1024

/**
 * What the exit code says about why a script failed (RC-3: a hint and no more). A script can end itself with any code,
 * so for one that the harness uses too the harness says beside the result whether it was the script's.
 */
export function failureHintOf(exitCode: number | null, result: RunnerOutcome['result']): RunnerOutcome['failureHint'] {
  if (exitCode === null || exitCode === 0) return null
  if (saysThatScriptExited(result)) return 'exit'
  if (exitCode === EXIT_SCRIPT_ERROR) return 'script_error'
  if (exitCode === EXIT_ENTRYPOINT_MISSING) return 'entrypoint_missing'
  if (result.state === 'missing') {
    if (exitCode === EXIT_NO_SPACE_FOR_RESULT) return 'limit_exceeded'
    // The script had no say in it: that there is no result tells enough.
    if (exitCode === EXIT_NOT_STARTED || exitCode === EXIT_RESULT_NOT_WRITTEN) return null
  }
  return 'exit'
}

function saysThatScriptExited(result: RunnerOutcome['result']): boolean {
  if (result.state !== 'present' || result.bytes.length > MAX_FAILED_BYTES) return false
  try {
    const said = JSON.parse(Buffer.from(result.bytes).toString()) as { reason?: unknown } | null
    return said?.reason === 'exit'
  } catch {
    return false
  }
}
