import type { LintReply, LintRequest } from './linter.worker.ts'
import linterWorkerUrl from './linter.worker.ts?worker&url'
import type { Marker } from './marker.ts'
import { startWorker } from './worker-url.ts'

export interface Linter {
  /** Answers for the newest text only: what was asked before and not answered yet is never answered. */
  check(source: string, answer: (markers: Marker[]) => void): void
  dispose(): void
}

export function startLinter(): Linter {
  const worker = startWorker(linterWorkerUrl, 'linter')
  let newest = 0
  let answerNewest: ((markers: Marker[]) => void) | null = null

  worker.addEventListener('message', (event: MessageEvent<LintReply>) => {
    if (event.data.id === newest) answerNewest?.(event.data.markers)
  })

  return {
    check(source, answer) {
      newest += 1
      answerNewest = answer
      const request: LintRequest = { id: newest, source }
      worker.postMessage(request)
    },
    dispose() {
      answerNewest = null
      worker.terminate()
    },
  }
}
