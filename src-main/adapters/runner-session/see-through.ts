import type { RunnerJob, RunObserver } from '../../app/runner-port.ts'
import type { OpenSession, SessionEnd } from './session.ts'

/** Handing a job of 50 MB over takes a second; what takes longer than this has stopped carrying bytes. */
const DELIVERY_LIMIT_MS = 60_000
/** How long the last bytes may take once what ran the script has ended. */
const LAST_BYTES_LIMIT_MS = 5_000

/** What holds an open session and can be ended: a container or a process. */
export interface SessionHolder {
  session: OpenSession
  /** Settles when it has ended, as far as anybody can tell. */
  ended: Promise<unknown>
  kill(): unknown
  /** Drops the connection, which ends the session whatever the holder does. */
  disconnect(): void
}

/** Why the host ended it, before it ended by itself. */
export type StopReason = 'undelivered' | 'timed_out' | 'cancelled'

/**
 * Gives the waiting session its job and sees it through (RN-7). The deadline counts from the moment that the whole job
 * was handed over; collecting may go on for the grace after it. A kill that isn't obeyed within the grace is followed by
 * `giveUp`, which has to drop the connection: so this settles whatever the script and its holder do.
 */
export async function seeThrough(
  holder: SessionHolder,
  job: RunnerJob,
  observer: RunObserver,
  cancelled: AbortSignal,
  giveUp: () => void = holder.disconnect,
): Promise<{ end: SessionEnd; stopped: StopReason | null }> {
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
    holder.kill()
    after(job.killGraceMs, giveUp)
  }
  const cancel = (): void => stop('cancelled')
  let deadline = after(DELIVERY_LIMIT_MS, () => stop('undelivered'))
  void holder.ended.then(() => {
    if (!hasExited) after(LAST_BYTES_LIMIT_MS, holder.disconnect)
  })

  cancelled.addEventListener('abort', cancel, { once: true })
  if (cancelled.aborted) cancel()
  try {
    const end = await holder.session.give(job, observer, {
      onGo() {
        clearTimeout(deadline)
        goneAtMs = performance.now()
        deadline = after(job.limits.timeout_ms, () => stop('timed_out'))
      },
      onExit() {
        clearTimeout(deadline)
        hasExited = true
        const leftMs = goneAtMs + job.limits.timeout_ms + job.killGraceMs - performance.now()
        deadline = after(Math.max(0, leftMs), () => stop('timed_out'))
      },
    })
    if (end.kind === 'violation') holder.kill()
    return { end, stopped }
  } finally {
    hasExited = true
    cancelled.removeEventListener('abort', cancel)
    for (const timer of timers) clearTimeout(timer)
  }
}
