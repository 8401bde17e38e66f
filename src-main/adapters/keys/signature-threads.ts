import os from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PlaceInOrder, SignatureThreads } from '../../app/history-port.ts'
import {
  BATCHES,
  CLAIMS_PER_BATCH,
  createRing,
  firstWrong,
  makeSure,
  PLACES,
  publishBatch,
  writeClaim,
  writtenBatches,
} from './signature-ring.mjs'

/** More threads than this would wait for the one that folds. */
const MAX_WORKERS = 3
/** Up to here the calling thread is done before a worker has started. */
const FEW_BATCHES = 4
/** A thread that is not done by then has ended; what it took is verified here. A batch takes some 14 ms. */
const LOST_AFTER_MS = 10_000

/**
 * Verifies signatures on worker threads beside the calling one, which verifies where they don't keep up. Close it when
 * done: it holds threads.
 */
export function createSignatureThreads(workerPath: string, lostAfterMs = LOST_AFTER_MS): SignatureThreads {
  const workerCount = Math.min(MAX_WORKERS, Math.max(1, os.availableParallelism() - 1))
  const ring = createRing()
  const workers: Worker[] = []
  /** Whose signature each claim in the ring is. */
  const places: PlaceInOrder[] = []
  let size = 0

  function start(): void {
    for (let count = 0; count < workerCount; count += 1) {
      const worker = new Worker(workerPath, { workerData: ring.shared })
      // Whatever ended it: the others and this thread do its share.
      worker.on('error', () => {})
      workers.push(worker)
    }
  }

  function publish(): void {
    publishBatch(ring, size)
    size = 0
    const written = writtenBatches(ring)
    if (workers.length === 0 && written === FEW_BATCHES) start()
    // The place that is written next.
    if (written >= BATCHES) makeSure(ring, written - BATCHES, lostAfterMs)
  }

  return {
    threads: workerCount + 1,
    add(claim, place) {
      places[writeClaim(ring, size, claim)] = place
      size += 1
      if (size === CLAIMS_PER_BATCH) publish()
    },
    firstWrong() {
      const position = firstWrong(ring)
      return position === null ? null : (places[position % PLACES] ?? null)
    },
    finish() {
      if (size > 0) publish()
      const written = writtenBatches(ring)
      for (let batch = Math.max(0, written - BATCHES); batch < written; batch += 1) makeSure(ring, batch, lostAfterMs)
    },
    async close() {
      await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
    },
  }
}
