import { openCore } from '../../src-main/compose.ts'
import type { Session } from '../../src-main/app/core.ts'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { questionsOf, type Question } from './evidence-questions.ts'
import { summarise } from './figure.ts'
import type { ListsAnswered } from './lists-bench.ts'
import { readShelf } from './made-evidence.ts'
import { workingMs } from './waiting.ts'

/** A process that opens a shelf, asks what screens ask, and nothing else, so that its memory is the app's. */

const SAMPLES = 60
const WARM_UP = 5
const BYTES_IN_MIB = 1024 * 1024

const [dataDir = ''] = process.argv.slice(2)
const questions = await questionsAt(dataDir)
const opened = await openCore({ dataDir, asWindow: false, preview: null })
if (!opened.ok) throw new Error(opened.failure.message)
const core = opened.value
const sessions = new Map<string | null, Session>()
const answered: ListsAnswered = { questions: [], peakMiB: 0 }
for (const question of questions) answered.questions.push({ name: question.name, ...(await timesOf(question)) })
await core.close()
process.send?.(answered)

async function questionsAt(folder: string): Promise<Question[]> {
  const database = await openDatabase(folder)
  if (!database.ok) throw new Error(database.failure.message)
  // What waits to be pruned is to be there still when pruning is measured.
  database.value
    .prepare(`INSERT INTO local_state VALUES ('pruned_at', ?) ON CONFLICT DO UPDATE SET value = excluded.value`)
    .run(String(Date.now()))
  const shelf = readShelf(database.value)
  database.value.close()
  return questionsOf(shelf)
}

function sessionOf(as: string | null): Session {
  const known = sessions.get(as)
  if (known !== undefined) return known
  const session = core.openSession({ shell: 'cli', ...(as === null ? {} : { as }) })
  if (!session.ok) throw new Error(session.failure.message)
  sessions.set(as, session.value)
  return session.value
}

async function timesOf({ channel, as, input }: Question): Promise<{ p95Ms: number; spreadMs: number }> {
  const session = sessionOf(as)
  const takenMs: number[] = []
  for (let n = 0; n < WARM_UP + SAMPLES; n += 1) {
    const asked = input(n)
    const tookMs = await workingMs(async () => {
      const answer = await core.dispatch(session, channel, asked)
      if (!answer.ok) throw new Error(`${channel}: ${answer.error.message}`)
    })
    if (n >= WARM_UP) takenMs.push(tookMs)
    // The system's own count of the most begins with the memory of the process that forked.
    answered.peakMiB = Math.max(answered.peakMiB, process.memoryUsage.rss() / BYTES_IN_MIB)
  }
  const sorted = takenMs.toSorted((a, b) => a - b)
  return { p95Ms: sorted[Math.floor(SAMPLES * 0.95)] ?? Number.NaN, spreadMs: summarise(takenMs).spread }
}
