import type { Result } from './result.ts'
import type { RunReason, RunStatus } from './run.ts'

/**
 * From what the host measured and what the script said to the outcome of a run (RN-11, RC-3): what happened is the
 * host's word, and the result is only believed where the script really ran to its end.
 */

export interface Measured {
  ended: 'exited' | 'killed_by_signal' | 'timed_out' | 'cancelled' | 'lost'
  exitCode: number | null
  signal: number | null
  oom: boolean
  /** What the exit code hints at; null for 0. */
  failureHint: RunReason | null
}

export interface Said {
  status: 'succeeded' | 'failed' | 'timed_out'
  error_summary: string | null
}

export interface RunOutcome {
  status: Exclude<RunStatus, 'running'>
  reason: RunReason | null
  record_status: 'OK' | 'ERROR'
  error_summary: string | null
}

/** `said` is the result as read and normalised, or why there is none that can be believed (RC-2). */
export function runOutcome(measured: Measured, said: Result<Said>): RunOutcome {
  const summary = said.ok ? said.value.error_summary : null
  switch (measured.ended) {
    case 'cancelled':
      return failedRun('cancelled', 'The run was cancelled.')
    case 'timed_out':
      return {
        status: 'timed_out',
        reason: null,
        record_status: 'OK',
        error_summary: 'The run took longer than it may.',
      }
    case 'lost':
      if (measured.oom) return outOfMemory()
      if (measured.failureHint === 'limit_exceeded')
        return failedRun('limit_exceeded', 'The inputs are larger than a run may hold.')
      if (measured.failureHint === 'runner_contract_violation') {
        return {
          ...failedRun('runner_contract_violation', fallbackSummary('script_error', null)),
          record_status: 'ERROR',
        }
      }
      return {
        ...failedRun('interrupted', 'The engine stopped in the middle of the run. Run it again.'),
        record_status: 'ERROR',
      }
    case 'killed_by_signal':
      if (measured.oom) return outOfMemory()
      return failedRun('exit', `The script was ended by signal ${measured.signal ?? 'unknown'}.`)
    case 'exited':
      break
  }
  if (measured.exitCode !== 0) {
    if (measured.oom && !said.ok) return outOfMemory()
    const reason = measured.failureHint ?? 'exit'
    return failedRun(reason, summary ?? fallbackSummary(reason, measured.exitCode))
  }
  if (!said.ok) {
    return failedRun(
      'runner_contract_violation',
      'The script gave back something that can’t be shown. Tell whoever looks after this tool.',
    )
  }
  if (said.value.status === 'succeeded')
    return { status: 'succeeded', reason: null, record_status: 'OK', error_summary: null }
  return failedRun('script_error', summary ?? fallbackSummary('script_error', 0))
}

function failedRun(reason: RunReason, summary: string): RunOutcome {
  return { status: 'failed', reason, record_status: 'OK', error_summary: summary }
}

function outOfMemory(): RunOutcome {
  return failedRun('oom', 'The script needed more memory than a run may have.')
}

function fallbackSummary(reason: RunReason, exitCode: number | null): string {
  if (reason === 'entrypoint_missing') return 'The script has no function with the name of its entrypoint.'
  if (reason === 'limit_exceeded') return 'The script wrote more than a run may hold.'
  if (reason === 'exit') return `The script ended itself with code ${exitCode ?? 'unknown'} before it was done.`
  return 'The script stopped with an error.'
}
