import type { RunnerJob, RunnerOutcome, RunObserver } from '../../app/runner-port.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Result } from '../../domain/result.ts'
import { failureHintOf } from '../runner-session/failure-hint.ts'
import { seeThrough } from '../runner-session/see-through.ts'
import type { StopReason } from '../runner-session/see-through.ts'
import type { SessionEnd } from '../runner-session/session.ts'
import type { Sandbox } from './sandbox.ts'

/** After the end frame the harness leaves by itself, and only then does the engine know about OOM. */
const LEAVE_LIMIT_MS = 3_000

/** What became of a job, and whether its script was started at all. */
export interface CarriedOut {
  outcome: Result<Omit<RunnerOutcome, 'info'>>
  hasStarted: boolean
}

/** Gives the waiting sandbox its job, sees it through, and tells what happened. */
export async function carryOut(
  sandbox: Sandbox,
  job: RunnerJob,
  observer: RunObserver,
  cancelled: AbortSignal,
): Promise<CarriedOut> {
  const { end, stopped } = await seeThrough(sandbox, job, observer, cancelled, sandbox.abandon)
  const last = kernelsWord(end) ?? (await enginesWord(sandbox))
  const outcome = judge(end, stopped, last, sandbox.harnessStderr())
  return { outcome, hasStarted: end.report.started || stopped !== null }
}

/** After a whole session PID 1 has told what the kernel counted: the engine needs tens of milliseconds to notice. */
function kernelsWord(end: SessionEnd): EndOfContainer | null {
  const oomKills = end.report.exit?.oom_kills ?? null
  return end.kind === 'complete' && oomKills !== null ? { running: false, oom: oomKills > 0 } : null
}

async function enginesWord(sandbox: Sandbox): Promise<EndOfContainer | null> {
  await settledWithin(sandbox.ended, LEAVE_LIMIT_MS)
  return sandbox.inspectEnd()
}

async function settledWithin(promise: Promise<void>, limitMs: number): Promise<void> {
  const expiry = Promise.withResolvers<void>()
  const timer = setTimeout(expiry.resolve, limitMs)
  await Promise.race([promise, expiry.promise])
  clearTimeout(timer)
}

interface EndOfContainer {
  running: boolean
  oom: boolean
}

/** What happened, as the host saw it (RC-3): who stopped it first, then the harness's exit, then the engine's word. */
function judge(
  end: SessionEnd,
  stopped: StopReason | null,
  last: EndOfContainer | null,
  harnessStderr: string,
): Result<Omit<RunnerOutcome, 'info'>> {
  const { report } = end
  const { exit, durationMs, result, refusedArtifacts, refusedCount } = report
  const measured = {
    exitCode: exit?.exit_code ?? null,
    signal: exit?.signal ?? null,
    oom: last?.oom ?? false,
    durationMs,
    result,
    refusedArtifacts,
    refusedCount,
    failureHint: failureHintOf(exit?.exit_code ?? null, result),
  }
  if (stopped === 'timed_out' || stopped === 'cancelled') return success({ ...measured, ended: stopped })
  if (end.kind === 'complete' && exit !== null) {
    return success({ ...measured, ended: exit.signal === null ? 'exited' : 'killed_by_signal' })
  }
  if (end.kind === 'violation') {
    return success({ ...measured, ended: 'lost', failureHint: 'runner_contract_violation' })
  }
  const engineIsGone = last === null || last.running
  if (stopped === 'undelivered' || engineIsGone || !report.started) {
    const message = 'The engine lost the run. Check that it is running, then try again.'
    const reason = report.started ? 'interrupted' : 'engine_unavailable'
    return failed(failure('SERVICE_UNAVAILABLE', reason, message, { harness: harnessStderr.slice(-1_000) }))
  }
  return success({ ...measured, ended: 'lost' })
}
