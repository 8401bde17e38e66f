import type { Result } from '../../domain/result.ts'
import type { RunnerOutcome } from '../../app/runner-port.ts'

/** What a runner that is being closed has to end first. */
export interface RunsUnderWay {
  readonly isClosed: boolean
  /** Carries one out. It is cancelled by its caller's signal, or when the runner is closed. */
  carryOut(
    signal: AbortSignal,
    run: (cancelled: AbortSignal) => Promise<Result<RunnerOutcome>>,
  ): Promise<Result<RunnerOutcome>>
  /** Cancels them all and waits until they have ended. */
  close(): Promise<void>
}

export function createRunsUnderWay(): RunsUnderWay {
  const underWay = new Map<AbortController, Promise<unknown>>()
  let isClosed = false
  return {
    get isClosed() {
      return isClosed
    },
    async carryOut(signal, run) {
      const controller = new AbortController()
      const finished = run(AbortSignal.any([signal, controller.signal]))
      underWay.set(controller, finished)
      try {
        return await finished
      } finally {
        underWay.delete(controller)
      }
    },
    async close() {
      isClosed = true
      const all = [...underWay]
      for (const [controller] of all) controller.abort()
      await Promise.allSettled(all.map(([, finished]) => finished))
    },
  }
}
