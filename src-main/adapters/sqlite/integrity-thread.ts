import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

type Answer = { problems: string[] } | { code: string | null; message: string }

/** What SQLite's own checks find wrong with a file; empty for a sound one. The window goes on meanwhile. */
export async function findProblems(workerPath: string, file: string): Promise<string[]> {
  const worker = new Worker(workerPath, { workerData: { file } })
  try {
    const [answer] = (await once(worker, 'message')) as [Answer]
    if ('problems' in answer) return answer.problems
    throw Object.assign(new Error(answer.message), answer.code === null ? {} : { code: answer.code })
  } finally {
    await worker.terminate()
  }
}
