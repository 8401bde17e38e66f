import type { RunnerOutcome } from '../../app/runner-port.ts'
import type { RunnerInfo } from '../../domain/run.ts'

/** The outcome of a run whose script nobody started. */
export function neverStarted(ended: RunnerOutcome['ended'], info: RunnerInfo): RunnerOutcome {
  return {
    ended,
    exitCode: null,
    signal: null,
    oom: false,
    durationMs: 0,
    failureHint: null,
    result: { state: 'missing' },
    refusedArtifacts: [],
    refusedCount: 0,
    info,
  }
}
