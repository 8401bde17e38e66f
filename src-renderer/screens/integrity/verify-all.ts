import type { Failure } from '../../../src-main/domain/result.ts'
import { call } from '../../bridge/client.ts'
import type { VerifyProblem } from '../../evidence/verify-problems.tsx'

export interface VerifyTally {
  runs: number
  checked: number
  pruned: number
  problems: readonly VerifyProblem[]
  /** Start of the run that was reached last: newest first. */
  reached: string | null
}

export type VerifyOutcome = { kind: 'done' } | { kind: 'stopped' } | { kind: 'failed'; failure: Failure }

const PAGE = 100
/** Runs verified side by side: enough to keep the disk busy, few enough for others to get a turn. */
const AT_ONCE = 4
const NOTHING: VerifyTally = { runs: 0, checked: 0, pruned: 0, problems: [], reached: null }

/** Walks all runs, newest first, and hashes what is kept of each: so there is progress to tell, and a way to stop. */
export async function verifyAll(onProgress: (tally: VerifyTally) => void, signal: AbortSignal): Promise<VerifyOutcome> {
  let tally = NOTHING
  let after: string | null = null
  onProgress(tally)
  do {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(after)
    if (!page.ok) return { kind: 'failed', failure: page.error }
    const ended = page.data.items.filter(({ status }) => status !== 'running')
    for (let at = 0; at < ended.length; at += AT_ONCE) {
      if (signal.aborted) return { kind: 'stopped' }
      const group = ended.slice(at, at + AT_ONCE)
      const answers = await Promise.all(group.map(({ id }) => call('runs.verify', { run: id })))
      for (const answer of answers) {
        if (!answer.ok) return { kind: 'failed', failure: answer.error }
        tally = {
          runs: tally.runs + 1,
          checked: tally.checked + answer.data.checked,
          pruned: tally.pruned + answer.data.pruned,
          problems: answer.data.problems.length === 0 ? tally.problems : [...tally.problems, ...answer.data.problems],
          reached: group.at(-1)?.started_at ?? null,
        }
      }
      onProgress(tally)
    }
    after = page.data.next
  } while (after !== null)
  return { kind: 'done' }
}

function readPage(after: string | null) {
  return call('runs.list', { limit: PAGE, after })
}
