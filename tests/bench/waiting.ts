import { readFileSync } from 'node:fs'

/**
 * For how long this thread has stood ready while other work had the processors, as Linux counts it; 0 elsewhere. What a
 * time was without it is what the work itself took, on a machine that has other things to do.
 */
export function waitedMs(): number {
  if (process.platform !== 'linux') return 0
  const [, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
  return Number(waitedNs) / 1e6
}

/** The time that `work` takes, without waiting for a processor. */
export async function workingMs(work: () => unknown): Promise<number> {
  const waitedBefore = waitedMs()
  const began = performance.now()
  await work()
  return performance.now() - began - (waitedMs() - waitedBefore)
}
