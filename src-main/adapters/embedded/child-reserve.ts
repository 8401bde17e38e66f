import type { RunnerJob } from '../../app/runner-port.ts'
import type { RunLimits } from '../../domain/run.ts'
import { openSession } from '../runner-session/session.ts'
import { endOf, within } from './carry-out.ts'
import type { ReadyChild } from './carry-out.ts'
import { startChild } from './child-process.ts'
import type { Child, ChildMarks } from './child-process.ts'
import type { Installation } from './installation.ts'

/** Loading Python takes 1 to 2 s; a machine under load takes longer, one that takes this long has stopped. */
const HELLO_LIMIT_MS = 60_000
/** Waiting children hold memory, so they are let go when nobody runs anything. */
const IDLE_LIMIT_MS = 10 * 60_000

export type Taken = { kind: 'ready'; child: ReadyChild } | { kind: 'cancelled' } | { kind: 'failed'; problem: string }

/** Makes children ready for a job, some of them before there is one. */
export interface ChildReserve {
  /** A child for this job alone; the caller ends it. Leaves none behind unless it answers `ready`. */
  take(job: RunnerJob, cancelled: AbortSignal): Promise<Taken>
  /** Ends those that wait. */
  close(): Promise<void>
}

interface Waiting {
  key: string
  child: Child
  opening: Promise<Taken>
}

export function createChildReserve(installation: Installation, size: number): ChildReserve {
  let waiting: Waiting[] = []
  let closed = false
  let idleTimer: ReturnType<typeof setTimeout> | undefined

  function start(limits: RunLimits, marks: ChildMarks): Waiting {
    const child = startChild(installation, limits, marks)
    return { key: keyOf(limits), child, opening: open(child) }
  }

  /** Those that wait have the limits of the last job: what people try again and again has the same. */
  function refill(limits: RunLimits): void {
    if (closed || size === 0) return
    for (const entry of waiting.filter(({ key }) => key !== keyOf(limits))) drop(entry)
    while (waiting.length < size) {
      const entry = start(limits, { runId: null, workspaceId: null })
      waiting.push(entry)
      // One that dies while it waits is of no use to anybody.
      void entry.child.ended.then(() => (waiting = waiting.filter((other) => other !== entry)))
    }
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => [...waiting].forEach(drop), IDLE_LIMIT_MS)
    idleTimer.unref()
  }

  function drop(entry: Waiting): void {
    waiting = waiting.filter((other) => other !== entry)
    entry.child.kill()
    entry.child.disconnect()
  }

  async function take(job: RunnerJob, cancelled: AbortSignal): Promise<Taken> {
    const { limits, runId, workspaceId } = job
    const found = waiting.find(({ key }) => key === keyOf(limits))
    waiting = waiting.filter((entry) => entry !== found)
    const entry = found ?? start(limits, { runId, workspaceId })
    const aborted = Promise.withResolvers<Taken>()
    const cancel = (): void => aborted.resolve({ kind: 'cancelled' })
    cancelled.addEventListener('abort', cancel, { once: true })
    if (cancelled.aborted) cancel()
    try {
      const taken = await Promise.race([entry.opening, aborted.promise])
      if (taken.kind !== 'ready') {
        drop(entry)
        await endOf(entry.child)
      }
      return taken
    } finally {
      cancelled.removeEventListener('abort', cancel)
      // After this one has loaded, so that they don't slow it down.
      refill(limits)
    }
  }

  return {
    take,
    async close() {
      closed = true
      clearTimeout(idleTimer)
      const entries = [...waiting]
      entries.forEach(drop)
      await Promise.all(entries.map(({ child }) => endOf(child)))
    },
  }
}

/** Limits are given to a child when it starts, so it can serve only jobs that have the same. */
function keyOf(limits: RunLimits): string {
  return JSON.stringify([limits.memory_bytes, limits.work_bytes, limits.timeout_ms])
}

async function open(child: Child): Promise<Taken> {
  const opened = await within(openSession(child.channel), HELLO_LIMIT_MS)
  if (opened === null) return { kind: 'failed', problem: 'no hello came' }
  if (opened.session === null) return { kind: 'failed', problem: `${opened.problem}: ${child.stderr().slice(-1_000)}` }
  return { kind: 'ready', child: { ...child, session: opened.session } }
}
