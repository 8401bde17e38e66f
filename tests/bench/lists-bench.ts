import { fork } from 'node:child_process'
import path from 'node:path'
import { openCore } from '../../src-main/compose.ts'
import { figures, summarise, type Figure, type Sample } from './figure.ts'
import type { Sized } from './made-evidence.ts'
import { workingMs } from './waiting.ts'

const WANTED_MS = 16
const OPENINGS = 7

export interface ListsAnswered {
  questions: { name: string; p95Ms: number; spreadMs: number }[]
  /** The most memory that the process that asked all of it had at once. */
  peakMiB: number
}

/** Every query behind a screen, through the door, and what opening the folder and answering takes of time and memory. */
export async function benchLists(few: Sized, many: Sized): Promise<Figure[]> {
  const [inFew, inMany] = [await askIn(few.dataDir), await askIn(many.dataDir)]
  const size = `among ${many.runs.toLocaleString('en-GB')} runs`
  const amongFew = `the same among ${few.runs.toLocaleString('en-GB')}`
  return [
    ...inMany.questions.flatMap(({ name, p95Ms, spreadMs }) =>
      figures(`p95 of ${name}, ${size}`, 'ms', { median: p95Ms, spread: spreadMs }, [
        { with: `${WANTED_MS} ms`, median: WANTED_MS, wantedRatio: 1 },
      ]),
    ),
    ...figures(`opening the data folder, ${size}`, 'ms', await openingOf(many.dataDir), [
      { with: amongFew, median: (await openingOf(few.dataDir)).median, wantedRatio: 1.3 },
    ]),
    ...figures(`memory of the process that answered these, ${size}`, 'MiB', { median: inMany.peakMiB, spread: 0 }, [
      { with: amongFew, median: inFew.peakMiB, wantedRatio: null },
    ]),
  ]
}

function askIn(dataDir: string): Promise<ListsAnswered> {
  const child = fork(path.join(import.meta.dirname, 'lists-process.ts'), [dataDir], { execArgv: [] })
  return new Promise((resolve, reject) => {
    let answered: ListsAnswered | null = null
    child.once('message', (message) => {
      answered = message as ListsAnswered
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (answered !== null) resolve(answered)
      else reject(new Error(`the process that asks ended with ${code}`))
    })
  })
}

/** From nothing to a core that answers. */
async function openingOf(dataDir: string): Promise<Sample> {
  const takenMs: number[] = []
  for (let times = 0; times < OPENINGS; times += 1) {
    const closers: (() => Promise<void>)[] = []
    takenMs.push(
      await workingMs(async () => {
        const core = await openCore({ dataDir, asWindow: false, preview: null })
        if (!core.ok) throw new Error(core.failure.message)
        closers.push(core.value.close)
      }),
    )
    for (const close of closers) await close()
  }
  return summarise(takenMs)
}
