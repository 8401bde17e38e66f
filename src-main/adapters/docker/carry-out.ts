import type { RunnerJob, RunnerOutcome, RunObserver } from '../../app/runner-port.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Result } from '../../domain/result.ts'
import { failureHintOf } from '../runner-session/failure-hint.ts'
import type { SessionEnd } from '../runner-session/session.ts'
import type { Sandbox } from './sandbox.ts'

/** Handing a job of 50 MB over takes a second; an engine that takes longer than this has stopped carrying bytes. */
const DELIVERY_LIMIT_MS = 60_000
/** How long the last bytes may take once the container has ended. */
const LAST_BYTES_LIMIT_MS = 5_000
/** After the end frame the harness leaves by itself, and only then does the engine know about OOM. */
const LEAVE_LIMIT_MS = 3_000

/** What became of a job, and whether its script was started at all. */
export interface CarriedOut {
  outcome: Result<Omit<RunnerOutcome, 'info'>>
  hasStarted: boolean
}

type StopReason = 'undelivered' | 'timed_out' | 'cancelled'

/**
 * Gives the waiting sandbox its job and sees it through (RN-7). The deadline counts from the moment that the whole job
 * was handed over; collecting may go on for the grace after it. A kill that the engine doesn't obey within the grace is
 * followed by dropping the connection, so this settles whatever the script and the engine do.
 */
export async function carryOut(
  sandbox: Sandbox,
  job: RunnerJob,
  observer: RunObserver,
  cancelled: AbortSignal,
  killGraceMs: number,
): Promise<CarriedOut> {
  let stopped: StopReason | null = null
  let hasExited = false
  let goneAtMs = 0
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const after = (delayMs: number, action: () => void): ReturnType<typeof setTimeout> => {
    const timer = setTimeout(action, delayMs)
    timers.add(timer)
    return timer
  }

  const stop = (reason: StopReason): void => {
    if (stopped !== null) return
    stopped = reason
    void sandbox.kill()
    after(killGraceMs, sandbox.abandon)
  }
  const cancel = (): void => stop('cancelled')
  let deadline = after(DELIVERY_LIMIT_MS, () => stop('undelivered'))
  void sandbox.ended.then(() => {
    if (!hasExited) after(LAST_BYTES_LIMIT_MS, sandbox.disconnect)
  })

  cancelled.addEventListener('abort', cancel, { once: true })
  if (cancelled.aborted) cancel()
  try {
    const end = await sandbox.session.give(job, observer, {
      onGo() {
        clearTimeout(deadline)
        goneAtMs = performance.now()
        deadline = after(job.limits.timeout_ms, () => stop('timed_out'))
      },
      onExit() {
        clearTimeout(deadline)
        hasExited = true
        const leftMs = goneAtMs + job.limits.timeout_ms + killGraceMs - performance.now()
        deadline = after(Math.max(0, leftMs), () => stop('timed_out'))
      },
    })
    clearTimeout(deadline)
    if (end.kind === 'violation') void sandbox.kill()
    const last = kernelsWord(end) ?? (await enginesWord(sandbox))
    const outcome = judge(end, stopped, last, sandbox.harnessStderr())
    return { outcome, hasStarted: end.report.started || stopped !== null }
  } finally {
    cancelled.removeEventListener('abort', cancel)
    for (const timer of timers) clearTimeout(timer)
  }
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
