import { setTimeout as pause } from 'node:timers/promises'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { readSeccompProfile } from '../../src-main/adapters/docker/seccomp.ts'
import type { Runner } from '../../src-main/app/runner-port.ts'
import type { RunnerInfo } from '../../src-main/domain/run.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { dockerHost, runnerImage, runnerImageFolder, waitingContainers } from '../support/docker.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'
import { figures, summarise, timedMs } from './figure.ts'
import type { Figure, Sample } from './figure.ts'
import { openBenchApp } from './runner-app.ts'
import type { BenchApp } from './runner-app.ts'
import { dockerRun, dockerRunToFile, hostPython, plainLifecycle } from './runner-baselines.ts'
import type { Subject } from './runner-baselines.ts'
import { openSeparateProcess } from './separate-process.ts'

/**
 * How fast a run is, side by side with the ways that people would otherwise take: the same image, limits, script and
 * input. Each round measures every way once, so that whatever else the machine does falls on all of them.
 */

const ROUNDS = Number(process.env['SCRIPTORIUM_BENCH_ROUNDS'] ?? 15)
const POOL_SIZE = 2
const FLOOD_BYTES = 100_000_000
const FLOOD_ROUNDS = 3
const SUSTAINED_RUNS = 20
const WARM_LIMIT_MS = 60_000
const MEBIBYTE = 1024 * 1024

const READ_CSV = `import csv, pathlib
def run_tool(input_dir, output_dir):
    with open(input_dir + '/data.csv', newline='') as source:
        total = sum(int(row['amount']) for row in csv.DictReader(source))
    pathlib.Path(output_dir, 'total.txt').write_text(str(total))
    return {'outputs': [{'kind': 'notice', 'level': 'info', 'message': str(total)}]}
`
const READ_PANDAS = `import pathlib
import pandas
def run_tool(input_dir, output_dir):
    total = int(pandas.read_csv(input_dir + '/data.csv')['amount'].sum())
    pathlib.Path(output_dir, 'total.txt').write_text(str(total))
    return {'outputs': [{'kind': 'notice', 'level': 'info', 'message': str(total)}]}
`
const FLOOD = `import sys
def run_tool(input_dir, output_dir):
    for _ in range(${FLOOD_BYTES / 100_000}):
        sys.stdout.write('x' * 99_999 + '\\n')
    return ''
`
const FLOOD_PROGRAM = FLOOD.replace('def run_tool(input_dir, output_dir):', 'if True:').replace("    return ''\n", '')
const HANG = 'import time\ndef run_tool(a, b):\n    time.sleep(600)\n'
const CSV = Buffer.from(
  `id,amount\n${Array.from({ length: 1_000 }, (_, index) => `${index},${index * 7}`).join('\n')}\n`,
)

export async function benchRunner(): Promise<Figure[]> {
  const { engine, problem } = findEngine(dockerHost)
  if (engine === null) throw new Error(problem)
  const profile = valueOf(await readSeccompProfile(runnerImageFolder))
  const outside = openSeparateProcess()
  const plain = {
    outside,
    engine,
    image: runnerImage,
    seccompProfile: profile.text,
    limits: makeJob('').limits,
    csv: CSV,
  }
  const subject: Subject = { ...plain, script: READ_CSV }
  const pandasSubject: Subject = { ...plain, script: READ_PANDAS }
  const [cold, warm] = [await openBenchApp(false), await openBenchApp(true)]
  try {
    const single = await benchSingle(subject, cold, warm, '')
    const withPandas = await benchSingle(pandasSubject, cold, warm, ' with pandas')
    const many = await benchMany(subject, single.lifecycle)
    const busy = await benchBusy(warm)
    const flood = await benchFlood(subject, warm)
    return [...single.figures, ...withPandas.figures, ...many, ...busy, ...flood]
  } finally {
    await Promise.all([cold.close(), warm.close(), outside.close()])
  }
}

async function benchSingle(
  subject: Subject,
  cold: BenchApp,
  warm: BenchApp,
  suffix: string,
): Promise<{ figures: Figure[]; lifecycle: Sample }> {
  const isPlain = suffix === ''
  const host = await hostPython({ ...subject, script: READ_CSV })
  const slug = isPlain ? 'totals' : 'totals-pandas'
  const versions = { cold: await cold.addTool(slug, subject.script), warm: await warm.addTool(slug, subject.script) }
  const appRun = async (app: BenchApp, version: string): Promise<number> => {
    const upload = await app.upload(CSV)
    return timedMs(async () => expectTotal(await app.run(version, [upload])))
  }
  const times = { a: [] as number[], b: [] as number[], c: [] as number[], d: [] as number[], e: [] as number[] }
  await appRun(warm, versions.warm)
  await appRun(cold, versions.cold)
  for (let round = 0; round < ROUNDS; round += 1) {
    times.a.push(await timedMs(() => dockerRun(subject)))
    times.b.push(await timedMs(() => plainLifecycle(subject)))
    times.c.push(await appRun(cold, versions.cold))
    times.e.push(await timedMs(() => host.run()))
    await whenWarm(warm.workspaceId, isPlain ? POOL_SIZE : 2 * POOL_SIZE)
    times.d.push(await appRun(warm, versions.warm))
  }
  await host.close()
  const [a, b, c, d, e] = [times.a, times.b, times.c, times.d, times.e].map(summarise) as [
    Sample,
    Sample,
    Sample,
    Sample,
    Sample,
  ]
  return {
    lifecycle: b,
    figures: [
      ...figures(`a docker run --rm${suffix}`, 'ms', a),
      ...figures(`b plain lifecycle through the API${suffix}`, 'ms', b),
      ...figures(`c the app, cold${suffix}`, 'ms', c, [{ with: 'b', median: b.median, wantedRatio: 1 }]),
      ...figures(`d the app, warm${suffix}`, 'ms', d, [
        { with: 'a', median: a.median, wantedRatio: 0.1 },
        { with: 'b', median: b.median, wantedRatio: 0.08 },
        { with: 'e', median: e.median, wantedRatio: 1.5 },
      ]),
      ...(isPlain ? figures('e bare host python3', 'ms', e) : figures('e bare host python3, without pandas', 'ms', e)),
    ],
  }
}

/** Through the runner itself, without the app's own limit of two at once. */
async function benchMany(subject: Subject, lifecycle: Sample): Promise<Figure[]> {
  const workspaceId = newId()
  const runner = createDockerRunner({ dockerHost, image: runnerImage, runnerImageFolder, warmContainers: POOL_SIZE })
  const { limits } = subject
  const one = () => runOnce(runner, workspaceId, subject.script)
  try {
    runner.prepare?.(workspaceId, limits)
    const alone: number[] = []
    const bursts: number[] = []
    const plainRates: number[] = []
    const sustained: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await whenWarm(workspaceId, POOL_SIZE)
      alone.push(await timedMs(one))
      await whenWarm(workspaceId, POOL_SIZE)
      bursts.push(1000 / ((await timedMs(() => Promise.all(Array.from({ length: POOL_SIZE }, one)))) / POOL_SIZE))
    }
    for (let round = 0; round < 3; round += 1) {
      const repeat = (work: () => Promise<void>) =>
        timedMs(async () => {
          for (let index = 0; index < SUSTAINED_RUNS; index += 1) await work()
        })
      plainRates.push((1000 * SUSTAINED_RUNS) / (await repeat(() => plainLifecycle(subject))))
      sustained.push((1000 * SUSTAINED_RUNS) / (await repeat(one)))
    }
    const plainRate = summarise(plainRates)
    const burst = [{ with: 'b', median: 1000 / lifecycle.median, wantedRatio: 5 }]
    return [
      ...figures('d the runner alone, warm', 'ms', summarise(alone)),
      ...figures(`burst of ${POOL_SIZE}`, 'runs/s', summarise(bursts), burst, true),
      ...figures(`b ${SUSTAINED_RUNS} in a row`, 'runs/s', plainRate, [], true),
      ...figures(
        `${SUSTAINED_RUNS} in a row`,
        'runs/s',
        summarise(sustained),
        [{ with: 'b in a row', median: plainRate.median, wantedRatio: 1 }],
        true,
      ),
    ]
  } finally {
    await runner.close()
  }
}

async function benchBusy(app: BenchApp): Promise<Figure[]> {
  const version = await app.addTool('hangs', HANG)
  const running = [await app.begin(version), await app.begin(version)]
  await pause(500)
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(
      await timedMs(async () => {
        const reason = await app.refusalOf(version)
        if (reason !== 'runner_busy') throw new Error(`not refused as busy but ${reason}`)
      }),
    )
  }
  for (const runId of running) await app.cancel(runId)
  return figures('refusal when busy', 'ms', summarise(times), [{ with: '10 ms', median: 10, wantedRatio: 1 }])
}

async function benchFlood(subject: Subject, app: BenchApp): Promise<Figure[]> {
  const version = await app.addTool('floods', FLOOD)
  const program = FLOOD_PROGRAM
  const plain: number[] = []
  const own: number[] = []
  const growths: number[] = []
  await app.run(version, [])
  for (let round = 0; round < FLOOD_ROUNDS; round += 1) {
    plain.push(await timedMs(() => dockerRunToFile(subject, program)))
    await whenWarm(app.workspaceId, POOL_SIZE)
    const startBytes = process.memoryUsage.rss()
    let mostBytes = startBytes
    const timer = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), 10)
    own.push(await timedMs(() => app.run(version, [])))
    clearInterval(timer)
    growths.push((mostBytes - startBytes) / MEBIBYTE)
  }
  const a = summarise(plain)
  return [
    ...figures('100 MB of stdout, docker run to a file', 'ms', a),
    ...figures('100 MB of stdout, the app', 'ms', summarise(own), [
      { with: 'docker run to a file', median: a.median, wantedRatio: 1.5 },
    ]),
    ...figures('100 MB of stdout, growth of the app', 'MiB', summarise(growths), [
      { with: '64 MiB', median: 64, wantedRatio: 1 },
    ]),
  ]
}

async function runOnce(runner: Runner, workspaceId: string, script: string): Promise<void> {
  const { observer, observed } = makeObserver()
  const job = makeJob(script, { workspaceId, files: [{ name: 'data.csv', bytes: CSV }] })
  const outcome = valueOf(await runner.run(job, observer, new AbortController().signal))
  noteUsed(outcome.info)
  if (resultOf(outcome)['status'] !== 'succeeded' || observed().artifacts.size !== 1) throw new Error(observed().stderr)
}

/**
 * A measured run isn't to share the machine with the start of the containers for the next one, nor with the end of the
 * one before, which the engine counts as running for a moment after it was used.
 */
async function whenWarm(workspaceId: string, count: number): Promise<void> {
  const limitAt = performance.now() + WARM_LIMIT_MS
  const areUnused = async (): Promise<boolean> => {
    const waiting = await waitingContainers(workspaceId)
    return waiting.length >= count && !waiting.some((name) => used.has(name))
  }
  while (!(await areUnused())) {
    if (performance.now() > limitAt) throw new Error('no containers are waiting')
    await pause(50)
  }
  await pause(250)
}

/** Names of the containers that had their run, as the engine writes them. */
const used = new Set<string>()
const noteUsed = (info: RunnerInfo | null): unknown => used.add(`/${String(info?.effective['container'])}`)

function expectTotal(run: RunDetailView): void {
  if (run.view === 'full') noteUsed(run.runner)
  if (!JSON.stringify(run).includes('3496500')) throw new Error(`not the total: ${JSON.stringify(run).slice(0, 500)}`)
}
