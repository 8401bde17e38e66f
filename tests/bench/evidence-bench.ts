import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createBlobs } from '../../src-main/adapters/blobs/blobs.ts'
import { createRuffLinter } from '../../src-main/adapters/linter/ruff.ts'
import { ruffWorker } from '../support/ruff-linter.ts'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { recordedRun } from '../../src-main/app/runs/read-runs.ts'
import { recordRun } from '../../src-main/app/runs/record-run.ts'
import { openCore } from '../../src-main/compose.ts'
import { decide } from '../../src-main/domain/decision/decide.ts'
import type { Run } from '../../src-main/domain/run.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import { faultyContext } from '../support/faults.ts'
import { newId } from '../support/runner-job.ts'
import { figures, summarise, type Figure } from './figure.ts'
import { benchLists } from './lists-bench.ts'
import { fillShelf, type Sized } from './made-evidence.ts'
import { benchPruning } from './prune-bench.ts'
import { workingMs } from './waiting.ts'

/**
 * Runs as evidence, on a generated shelf: every query behind a screen, recording among few and among many, judging a
 * script, and checking files beside bare SHA-256. SCRIPTORIUM_BENCH_RUNS=1000000 gives the full size (10,000 tools,
 * 100,000 versions), and SCRIPTORIUM_BENCH_SHELVES a folder where filled shelves stay for the next time.
 */

const RUNS = Number(process.env['SCRIPTORIUM_BENCH_RUNS'] ?? 100_000)
const FEW_RUNS = 1000
const RECORD_ROUNDS = 12
const RECORDS_A_ROUND = 25
const FILES = 200
const FILE_BYTES = 400_000
const VERIFY_ROUNDS = 7
const DECISIONS = 40

export async function benchEvidence(): Promise<Figure[]> {
  const keptIn = process.env['SCRIPTORIUM_BENCH_SHELVES'] ?? null
  if (keptIn !== null) mkdirSync(keptIn, { recursive: true })
  const temporary = mkdtempSync(path.join(keptIn ?? os.tmpdir(), 'scriptorium-evidence-bench-'))
  const remove = (): void => rmSync(temporary, { recursive: true, force: true })
  const onSignal = (signal: NodeJS.Signals): void => {
    remove()
    process.exit(128 + os.constants.signals[signal])
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  try {
    const few = await filledShelf(temporary, null, FEW_RUNS)
    const many = await filledShelf(temporary, keptIn, RUNS)
    return [
      ...(await benchLists(few, many)),
      ...(await benchRecording(few.dataDir, many.dataDir)),
      ...(await benchPruning(few, many)),
      ...(await benchDecision()),
      ...(await benchChecking(few.dataDir)),
    ]
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
    remove()
  }
}

/** In `temporary`; or in `keptIn`, where one that is there was filled by an earlier run. */
async function filledShelf(temporary: string, keptIn: string | null, runs: number): Promise<Sized> {
  const dataDir = path.join(keptIn ?? temporary, `runs-${runs}`)
  if (existsSync(dataDir)) return { dataDir, runs }
  const unfinished = path.join(temporary, `filling-${runs}`)
  const database = await openDatabase(unfinished)
  if (!database.ok) throw new Error(database.failure.message)
  try {
    const began = performance.now()
    await fillShelf(database.value, runs, (line) => {
      process.stderr.write(`filling, ${Math.round((performance.now() - began) / 1000)} s: ${line}\n`)
    })
  } finally {
    database.value.close()
  }
  renameSync(unfinished, dataDir)
  return { dataDir, runs }
}

/** Turn by turn, so that whatever else the machine does falls on both. */
async function benchRecording(few: string, many: string): Promise<Figure[]> {
  const [inFew, inMany] = [await recorder(few), await recorder(many)]
  const taken = { few: [] as number[], many: [] as number[] }
  for (let round = -1; round < RECORD_ROUNDS; round += 1) {
    const [a, b] = [await inFew.record(), await inMany.record()]
    // The first round fills the caches.
    if (round < 0) continue
    taken.few.push(a)
    taken.many.push(b)
  }
  inFew.close()
  inMany.close()
  const base = summarise(taken.few)
  return figures(`recording a run among ${RUNS.toLocaleString('en-GB')}`, 'ms', summarise(taken.many), [
    { with: `recording one among ${FEW_RUNS.toLocaleString('en-GB')}`, median: base.median, wantedRatio: 1.3 },
  ])
}

/** Records copies of a run of the first member's, through the use case and its adapters. */
async function recorder(
  dataDir: string,
): Promise<{ recordOne(changes: Partial<Run>): string; record(): Promise<number>; close(): void }> {
  const opened = await openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.failure.message)
  const database = opened.value
  const { context } = faultyContext(dataDir, database, 0)
  const { id } = database
    .prepare(
      `SELECT id FROM runs WHERE requested_by = (SELECT id FROM members WHERE name = 'root') ORDER BY id DESC LIMIT 1`,
    )
    .get() as { id: string }
  const row = context.store.state.run(id)
  if (row === null) throw new Error('there is no run')
  const text = 'printed\n'
  const log = { text, bytes: text.length, truncated: false, sha256: row.record.stdout.sha256 }
  const recordOne = (changes: Partial<Run>): string => {
    const run = { ...recordedRun(row), id: newId(), started_at: new Date().toISOString(), ...changes }
    const recorded = recordRun(
      context,
      { run, stdout: log, stderr: log, result: null, finishedAt: run.started_at, durationMs: 1 },
      row.record.values,
    )
    if (!recorded.ok) throw new Error(recorded.failure.message)
    return run.id
  }
  return {
    recordOne,
    async record() {
      const tookMs = await workingMs(() => {
        for (let times = 0; times < RECORDS_A_ROUND; times += 1) recordOne({})
      })
      return tookMs / RECORDS_A_ROUND
    },
    close: () => database.close(),
  }
}

async function benchDecision(): Promise<Figure[]> {
  const corpus = path.join(import.meta.dirname, '..', 'domain', 'decision-corpus')
  const parts = [
    'green-pandas-report',
    'green-docx-write',
    'green-dataclasses',
    'green-random-groups',
    'yellow-requests',
    'green-zip-outputs',
  ]
  const one = parts.map((name) => readFileSync(path.join(corpus, `${name}.py`), 'utf8')).join('\n')
  let source = ''
  while (source.split('\n').length < 400) source += one
  source = source.split('\n').slice(0, 400).join('\n')
  const linter = createRuffLinter(ruffWorker)
  const taken: number[] = []
  for (let times = 0; times < DECISIONS + 5; times += 1) {
    // Another text each time: the linter remembers the last ones.
    source = source.replace(/(?:# \d+)?$/, `# ${times}`)
    const tookMs = await workingMs(() => {
      const syntaxError = linter.check(source).find((problem) => problem.isSyntaxError) ?? null
      decide(
        { source, entrypoint: 'run_tool', hasFileField: true, packages: [], active: null, syntaxError },
        linter.securityFindings(source) ?? [],
      )
    })
    if (times >= 5) taken.push(tookMs)
  }
  return figures('decision on a script of 400 lines, warm', 'ms', summarise(taken), [
    { with: '25 ms', median: 25, wantedRatio: 1 },
  ])
}

/** The same files, turn by turn: by `runs.verify` through the door, and read and hashed with nothing else. */
async function benchChecking(dataDir: string): Promise<Figure[]> {
  const blobs = createBlobs(dataDir)
  const artifacts: Run['artifacts'] = []
  for (let n = 0; n < FILES; n += 1) {
    const stored = await blobs.put(Buffer.alloc(FILE_BYTES, `${n} `))
    if (stored.ok) artifacts.push({ artifact_id: String(n), path: `${n}.bin`, ...stored.value })
  }
  const { recordOne, close } = await recorder(dataDir)
  const run = recordOne({ artifacts, inputs: [] })
  close()
  const core = await openCore({ dataDir, asWindow: false, preview: null })
  if (!core.ok) throw new Error(core.failure.message)
  const session = core.value.openSession({ shell: 'cli' })
  if (!session.ok) throw new Error(session.failure.message)
  const megabytes = (FILES * FILE_BYTES) / 1_000_000
  const taken = { ours: [] as number[], bare: [] as number[] }
  for (let round = -1; round < VERIFY_ROUNDS; round += 1) {
    let began = performance.now()
    const answer = await core.value.dispatch(session.value, 'runs.verify', { run })
    const ours = megabytes / ((performance.now() - began) / 1000)
    const found = answer.ok ? (answer.data as unknown as Output<'runs.verify'>) : null
    // The record, two logs and every file.
    if (found?.ok !== true || found.checked !== FILES + 3) throw new Error('not everything was checked')
    began = performance.now()
    for (const { sha256 } of artifacts) {
      const bytes = readFileSync(path.join(dataDir, 'files', sha256.slice(0, 2), sha256))
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('a file is not whole')
    }
    const bare = megabytes / ((performance.now() - began) / 1000)
    if (round < 0) continue
    taken.ours.push(ours)
    taken.bare.push(bare)
  }
  await core.value.close()
  return figures(
    'verifying a run with its files',
    'MB/s',
    summarise(taken.ours),
    [{ with: 'bare SHA-256', median: summarise(taken.bare).median, wantedRatio: 0.7 }],
    true,
  )
}
