import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
import type { Channel, Input, Output } from '../../src-preload/contract/contract.ts'
import { faultyContext } from '../support/faults.ts'
import { newId } from '../support/runner-job.ts'
import { figures, summarise, type Figure } from './figure.ts'
import { fillShelf, type Shelf } from './made-evidence.ts'
import { benchPruning } from './prune-bench.ts'

/**
 * Runs as evidence, on a generated shelf: lists and comparisons through the door, recording among few and among many,
 * judging a script, and checking files beside bare SHA-256. SCRIPTORIUM_BENCH_RUNS=1000000 gives the full size (10,000
 * tools, 100,000 versions; some ten minutes and 8 GB).
 */

const RUNS = Number(process.env['SCRIPTORIUM_BENCH_RUNS'] ?? 100_000)
const FEW_RUNS = 1000
const SAMPLES = 60
const WANTED_MS = 16
const RECORD_ROUNDS = 12
const RECORDS_A_ROUND = 25
const FILES = 200
const FILE_BYTES = 400_000
const VERIFY_ROUNDS = 7
const DECISIONS = 40

export async function benchEvidence(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-evidence-bench-'))
  try {
    const [few, many] = [path.join(folder, 'few'), path.join(folder, 'many')]
    await makeShelf(few, FEW_RUNS)
    const shelf = await makeShelf(many, RUNS)
    return [
      ...(await benchLists(many, shelf)),
      ...(await benchRecording(few, many)),
      ...(await benchPruning({ dataDir: few, runs: FEW_RUNS }, { dataDir: many, runs: RUNS })),
      ...benchDecision(),
      ...(await benchChecking(few)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function makeShelf(dataDir: string, runs: number): Promise<Shelf> {
  const core = await openCore({ dataDir, asWindow: false, preview: null })
  if (!core.ok) throw new Error(core.failure.message)
  const session = core.value.openSession({ shell: 'cli' })
  if (!session.ok) throw new Error(session.failure.message)
  await core.value.dispatch(session.value, 'workspace.init', { name: 'Bench', member: 'Root' })
  await core.value.close()
  const database = await openDatabase(dataDir)
  if (!database.ok) throw new Error(database.failure.message)
  const shelf = fillShelf(database.value, runs)
  database.value.close()
  return shelf
}

type Question = { [C in Channel]: { name: string; channel: C; input: (n: number) => Input<C> } }[Channel]

async function benchLists(dataDir: string, { toolIds, versionIds, memberIds, runIds }: Shelf): Promise<Figure[]> {
  const core = await openCore({ dataDir, asWindow: false, preview: null })
  if (!core.ok) throw new Error(core.failure.message)
  const session = core.value.openSession({ shell: 'cli' })
  if (!session.ok) throw new Error(session.failure.message)
  const at = <T>(items: readonly T[], n: number): T => items[(n * 7919) % items.length] as T
  const popular = <T>(items: readonly T[], n: number): T => items[n % 5] as T
  const since = '2025-03-01T00:00:00.000Z'
  const questions: Question[] = [
    { name: 'all runs', channel: 'runs.list', input: () => ({}) },
    { name: 'runs of a tool', channel: 'runs.list', input: (n) => ({ tool: at(toolIds, n) }) },
    {
      name: 'runs of the busiest tools that timed out',
      channel: 'runs.list',
      input: (n) => ({ tool: popular(toolIds, n), status: 'timed_out' }),
    },
    { name: 'runs of a version', channel: 'runs.list', input: (n) => ({ version: at(versionIds, n) }) },
    { name: 'runs of a member', channel: 'runs.list', input: (n) => ({ member_id: at(memberIds, n) }) },
    {
      name: 'own runs of a tool that were RED',
      channel: 'runs.list',
      input: (n) => ({ mine: true, tool: popular(toolIds, n), risk: 'RED' }),
    },
    {
      name: 'sandbox runs that were ERROR and timed out (none)',
      channel: 'runs.list',
      input: () => ({ risk: 'ERROR', status: 'timed_out', context: 'sandbox' }),
    },
    {
      name: 'failed runs in a month',
      channel: 'runs.list',
      input: () => ({ status: 'failed', since, until: '2025-04-01T00:00:00.000Z' }),
    },
    { name: 'runs by a common word', channel: 'runs.list', input: () => ({ text: 'column' }) },
    {
      name: 'runs by the beginning of a word',
      channel: 'runs.list',
      input: (n) => ({ text: ['gra', 'bud', 'le', 'inv'][n % 4] ?? '' }),
    },
    {
      name: 'runs by one file’s name',
      channel: 'runs.list',
      input: (n) => ({ text: `csv ${(n * 7919) % runIds.length}` }),
    },
    { name: 'runs by what their tool is called', channel: 'runs.list', input: (n) => ({ text: `invoice ${n * 12}` }) },
    {
      name: 'runs by words, member, risk and time',
      channel: 'runs.list',
      input: (n) => ({ text: 'column grades', member_id: at(memberIds, n), risk: 'YELLOW', since }),
    },
    { name: 'one run', channel: 'runs.get', input: (n) => ({ run: at(runIds, n) }) },
    {
      name: 'what differs between two runs',
      channel: 'runs.diff',
      input: (n) => ({ a: at(runIds, n), b: at(runIds, n + 1) }),
    },
    { name: 'what stands beside a run', channel: 'runs.notes', input: (n) => ({ run: at(runIds, n) }) },
    { name: 'advisories of a run', channel: 'advisories.list', input: (n) => ({ run: at(runIds, n) }) },
    { name: 'advisories to review', channel: 'advisories.list', input: () => ({ reviewed: false }) },
    {
      name: 'explanations to review since a time',
      channel: 'advisories.list',
      input: () => ({ reviewed: false, kind: 'explanation', since }),
    },
    {
      name: 'automatic approvals by name and time',
      channel: 'advisories.list',
      input: () => ({ reviewed_by: 'system:auto_explanation_green', since }),
    },
    { name: 'automatic approvals by policy', channel: 'advisories.list', input: () => ({ policy: 'B', since }) },
    { name: 'tools', channel: 'tools.list', input: () => ({}) },
    {
      name: 'tools by text',
      channel: 'tools.list',
      input: (n) => ({ text: ['budget exam', 'library', 'tool-9', 'nothing such'][n % 4] ?? '' }),
    },
    { name: 'the catalogue', channel: 'catalogue.list', input: () => ({}) },
    { name: 'versions of a tool', channel: 'versions.list', input: (n) => ({ tool: at(toolIds, n) }) },
    { name: 'versions in review', channel: 'reviews.list', input: () => ({}) },
  ]
  const size = `among ${RUNS.toLocaleString('en-GB')} runs`
  const measured: Figure[] = []
  const ask = async (channel: Channel, input: unknown): Promise<{ items?: unknown[]; next?: string | null }> => {
    const answer = await core.value.dispatch(session.value, channel, input)
    if (!answer.ok) throw new Error(`${channel}: ${answer.error.message}`)
    return answer.data as never
  }
  const times = async (
    input: (n: number) => readonly [Channel, unknown],
  ): Promise<{ median: number; spread: number }> => {
    for (let n = 0; n < 5; n += 1) await ask(...input(n))
    const taken: number[] = []
    for (let n = 0; n < SAMPLES; n += 1) {
      const [channel, parsed] = input(n + 5)
      const began = performance.now()
      await ask(channel, parsed)
      taken.push(performance.now() - began)
    }
    const sorted = taken.toSorted((a, b) => a - b)
    return { median: sorted[Math.floor(SAMPLES * 0.95)] ?? Number.NaN, spread: summarise(taken).spread }
  }
  const add = (name: string, sample: { median: number; spread: number }): void => {
    measured.push(
      ...figures(`p95 of ${name}, ${size}`, 'ms', sample, [
        { with: `${WANTED_MS} ms`, median: WANTED_MS, wantedRatio: 1 },
      ]),
    )
  }
  for (const { name, channel, input } of questions) add(name, await times((n) => [channel, input(n)]))
  let { next } = await ask('runs.list', { status: 'failed', limit: 200 })
  for (let page = 0; page < 50 && next !== null && next !== undefined; page += 1)
    ({ next } = await ask('runs.list', { status: 'failed', limit: 200, after: next }))
  add('a page far down', await times(() => ['runs.list', { status: 'failed', after: next ?? null }]))
  await core.value.close()
  return measured
}

/** Turn by turn, so that whatever else the machine does falls on both. */
async function benchRecording(few: string, many: string): Promise<Figure[]> {
  const [inFew, inMany] = [await recorder(few), await recorder(many)]
  const taken = { few: [] as number[], many: [] as number[] }
  for (let round = -1; round < RECORD_ROUNDS; round += 1) {
    const [a, b] = [inFew.record(), inMany.record()]
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

/** Records copies of a run of Root's, through the use case and its adapters. */
async function recorder(
  dataDir: string,
): Promise<{ recordOne(changes: Partial<Run>): string; record(): number; close(): void }> {
  const opened = await openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.failure.message)
  const database = opened.value
  const { context } = faultyContext(dataDir, database, 0)
  const { id } = database
    .prepare(
      `SELECT id FROM runs WHERE requested_by = (SELECT id FROM members WHERE name = 'Root') ORDER BY id DESC LIMIT 1`,
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
    record() {
      const began = performance.now()
      for (let times = 0; times < RECORDS_A_ROUND; times += 1) recordOne({})
      return (performance.now() - began) / RECORDS_A_ROUND
    },
    close: () => database.close(),
  }
}

function benchDecision(): Figure[] {
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
    const began = performance.now()
    const syntaxError = linter.check(source).find((problem) => problem.isSyntaxError) ?? null
    decide(
      { source, entrypoint: 'run_tool', hasFileField: true, packages: [], active: null, syntaxError },
      linter.securityFindings(source) ?? [],
    )
    if (times >= 5) taken.push(performance.now() - began)
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
