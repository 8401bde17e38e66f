import type { RunnerJob, RunnerOutcome, RunObserver } from '../../app/runner-port.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Result } from '../../domain/result.ts'
import { failureHintOf } from '../runner-session/failure-hint.ts'
import { seeThrough } from '../runner-session/see-through.ts'
import type { StopReason } from '../runner-session/see-through.ts'
import type { OpenSession, SessionEnd } from '../runner-session/session.ts'
import type { Child, ChildEnd } from './child-process.ts'

/** After its last frame a child ends at once. */
const LEAVE_LIMIT_MS = 5_000

/** A child that has said hello and waits for its one job. */
export interface ReadyChild extends Child {
  session: OpenSession
}

/** Gives a waiting child its job, sees it through, and tells what happened. Settles with the child gone. */
export async function carryOut(
  child: ReadyChild,
  job: RunnerJob,
  observer: RunObserver,
  cancelled: AbortSignal,
): Promise<Result<Omit<RunnerOutcome, 'info'>>> {
  const { end, stopped } = await seeThrough(child, job, observer, cancelled)
  return judge(end, stopped, await endOf(child), child)
}

/** Waits for the child to leave by itself, then makes it. Null if even SIGKILL did nothing in time. */
export async function endOf(child: Child): Promise<ChildEnd | null> {
  const byItself = await within(child.ended, LEAVE_LIMIT_MS)
  if (byItself !== null) return byItself
  child.kill()
  return within(child.ended, LEAVE_LIMIT_MS)
}

/** Null when it takes longer. */
export async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | null> {
  const expiry = Promise.withResolvers<null>()
  const timer = setTimeout(() => expiry.resolve(null), limitMs)
  try {
    return await Promise.race([promise, expiry.promise])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * What happened (RC-3). The child is the script's own process, so its frames are the script's word: why it ended is
 * what the host did and saw, and the exit code is the one that the operating system reports.
 */
function judge(
  end: SessionEnd,
  stopped: StopReason | null,
  last: ChildEnd | null,
  child: Child,
): Result<Omit<RunnerOutcome, 'info'>> {
  const { started, durationMs, result, refusedArtifacts, refusedCount } = end.report
  const exitCode = last?.exitCode ?? null
  const signal = last?.signal ?? null
  const measured = {
    exitCode,
    signal,
    oom: child.ranOutOfMemory(),
    durationMs,
    result,
    refusedArtifacts,
    refusedCount,
    failureHint: failureHintOf(exitCode, result),
  }
  if (stopped === 'timed_out' || stopped === 'cancelled') return success({ ...measured, ended: stopped })
  if (measured.oom) {
    return success({ ...measured, ended: signal === null ? 'exited' : 'killed_by_signal', failureHint: 'oom' })
  }
  if (end.kind === 'violation') {
    return success({ ...measured, ended: 'lost', failureHint: 'runner_contract_violation' })
  }
  if (stopped === 'undelivered' || last === null || !started) {
    const message = 'The built-in runner lost the run. Try again.'
    const details = { runner: child.stderr().slice(-1_000) }
    return failed(failure('SERVICE_UNAVAILABLE', 'engine_unavailable', message, details))
  }
  return success({ ...measured, ended: signal === null ? 'exited' : 'killed_by_signal' })
}
