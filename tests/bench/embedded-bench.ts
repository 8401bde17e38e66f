import { setTimeout as pause } from 'node:timers/promises'
import { figures, summarise, timedMs, type Figure } from './figure.ts'
import { openBenchApp, type BenchApp } from './runner-app.ts'

const ROUNDS = Number(process.env['SCRIPTORIUM_BENCH_EMBEDDED_ROUNDS'] ?? 7)
/** A warm run must take at most this part of a cold one. */
const WANTED_RATIO = 0.25
const REFILL_MS = 6000
const SCRIPT = 'def run_tool(input_dir, output_dir):\n    return "<p>done</p>"\n'

/** One run in the embedded runner through the app: with nothing waiting, and with a process in reserve. */
export async function benchEmbedded(): Promise<Figure[]> {
  const cold = await measure(false)
  const warm = await measure(true)
  return [
    ...figures('one run in the embedded runner, warm', 'ms', summarise(warm), [
      { with: 'cold', median: summarise(cold).median, wantedRatio: WANTED_RATIO },
    ]),
    ...figures('one run in the embedded runner, cold', 'ms', summarise(cold)),
  ]
}

async function measure(isWindow: boolean): Promise<number[]> {
  const app = await openBenchApp(isWindow)
  try {
    await app.call('tools.create', { slug: 'bench-embedded', title: 'Embedded' })
    const saved: { id: string } = await app.call('versions.save', {
      tool: 'bench-embedded',
      source_code: SCRIPT,
      expected_parent_version_id: null,
    })
    await runOnce(app, saved.id)
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      if (isWindow) await pause(REFILL_MS)
      times.push(await timedMs(() => runOnce(app, saved.id)))
    }
    return times
  } finally {
    await app.close()
  }
}

async function runOnce(app: BenchApp, version: string): Promise<void> {
  const run: { id: string } = await app.call('runs.sandbox', { version, runner: 'embedded' })
  const ended: { status: string } = await app.call('runs.wait', { run: run.id })
  if (ended.status !== 'succeeded') throw new Error(`a run ended as ${ended.status}`)
}
