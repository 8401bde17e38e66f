import { openCore } from '../../src-main/compose.ts'
import { figures, summarise, type Figure } from './figure.ts'
import type { Sized } from './made-evidence.ts'
import { workingMs } from './waiting.ts'

const ROUNDS = 12

/** What pruning would free, which is the same few files on both shelves: looking must not grow with those that stay. */
export async function benchPruning(few: Sized, many: Sized): Promise<Figure[]> {
  const taken = { few: [] as number[], many: [] as number[] }
  const [inFew, inMany] = [await asked(few.dataDir), await asked(many.dataDir)]
  for (let round = -3; round < ROUNDS; round += 1) {
    const [a, b] = [await inFew.ask(), await inMany.ask()]
    if (round < 0) continue
    taken.few.push(a)
    taken.many.push(b)
  }
  await inFew.close()
  await inMany.close()
  const base = summarise(taken.few)
  return figures(
    `what is stored and would be pruned, among ${many.runs.toLocaleString('en-GB')}`,
    'ms',
    summarise(taken.many),
    [{ with: `the same among ${few.runs.toLocaleString('en-GB')}`, median: base.median, wantedRatio: 1.3 }],
  )
}

async function asked(dataDir: string): Promise<{ ask(): Promise<number>; close(): Promise<void> }> {
  const core = await openCore({ dataDir, asWindow: false, preview: null })
  if (!core.ok) throw new Error(core.failure.message)
  const session = core.value.openSession({ shell: 'cli' })
  if (!session.ok) throw new Error(session.failure.message)
  return {
    ask: () =>
      workingMs(async () => {
        const answer = await core.value.dispatch(session.value, 'system.storage', {})
        if (!answer.ok) throw new Error(answer.error.message)
      }),
    close: () => core.value.close(),
  }
}
