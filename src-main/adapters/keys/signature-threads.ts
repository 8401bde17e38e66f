import os from 'node:os'
import { Worker } from 'node:worker_threads'
import type { SignatureClaim, SignatureThreads } from '../../app/history-port.ts'
import { verifyEd25519 } from './ed25519.mjs'

/** More threads than this would wait for the one that folds. */
const MAX_WORKERS = 3
/** Batches that wait at a worker: enough that it doesn't run dry while the calling thread hears nothing for a slice. */
const BATCHES_AHEAD = 4
/** Up to here the calling thread is done before a worker has started. */
const FEW_SIGNATURES = 500

interface Thread {
  worker: Worker
  waiting: ((wrong: number[] | null) => void)[]
}

/**
 * Verifies signatures on worker threads beside the calling one. A batch that no worker has room for is verified by the
 * caller itself, so that all threads are busy and nothing queues up. Close it when done: it holds threads.
 */
export function createSignatureThreads(workerPath: string): SignatureThreads {
  const workerCount = Math.min(MAX_WORKERS, Math.max(1, os.availableParallelism() - 1))
  const threads: Thread[] = []
  let verified = 0

  function start(): void {
    for (let count = 0; count < workerCount; count += 1) {
      const thread: Thread = { worker: new Worker(workerPath), waiting: [] }
      const fail = (): void => {
        // A thread that died has verified nothing: what it was given is verified here.
        threads.splice(threads.indexOf(thread), 1)
        for (const settle of thread.waiting.splice(0)) settle(null)
      }
      thread.worker.on('message', (wrong: number[]) => thread.waiting.shift()?.(wrong))
      thread.worker.on('error', fail)
      threads.push(thread)
    }
  }

  async function verify(batch: readonly SignatureClaim[]): Promise<number[]> {
    verified += batch.length
    if (threads.length === 0 && verified > FEW_SIGNATURES && verified - batch.length <= FEW_SIGNATURES) start()
    const free = threads.filter((thread) => thread.waiting.length <= BATCHES_AHEAD)
    const thread = free.sort((a, b) => a.waiting.length - b.waiting.length)[0]
    if (thread === undefined) return verifyHere(batch)
    const answer = new Promise<number[] | null>((resolve) => thread.waiting.push(resolve))
    thread.worker.postMessage({
      publicKeys: batch.map((claim) => claim.public_key),
      texts: batch.map((claim) => claim.text),
      signatures: batch.map((claim) => claim.signature),
    })
    return (await answer) ?? verifyHere(batch)
  }

  return {
    threads: workerCount + 1,
    verify,
    async close() {
      const ending = threads.splice(0)
      await Promise.all(ending.map(({ worker }) => worker.terminate()))
      for (const { waiting } of ending) for (const settle of waiting.splice(0)) settle(null)
    },
  }
}

function verifyHere(batch: readonly SignatureClaim[]): number[] {
  return batch.flatMap((claim, index) => (verifyEd25519(claim.public_key, claim.text, claim.signature) ? [] : [index]))
}
