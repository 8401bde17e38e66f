import type Database from 'better-sqlite3'
import { Worker } from 'node:worker_threads'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import {
  automaticApprover,
  EXPLANATION_ENGINE,
  explainDecision,
  generatedAdvisoryId,
} from '../../src-main/domain/advisory.ts'
import { POLICY_ID, POLICY_VERSION } from '../../src-main/domain/decision/decision.ts'
import { createMemoryState, type MemoryState } from '../../src-main/domain/memory-state.ts'
import type { RecordedRun } from '../../src-main/domain/run.ts'
import type { Change } from '../../src-main/domain/state.ts'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import { createHistoryMaker, savedBody, scriptNumber, sha256, type HistoryMaker } from './made-history.ts'
import { playTape, type Tape } from './tape.ts'

/**
 * A shelf after years of use: a really signed, ordered and folded history of tools, versions, suggestions, runs and what
 * stands beside these, with their contents and attached files (but not the files themselves). The app takes it as its own
 * and finds nothing wrong with it.
 */
export interface Shelf {
  /** In the order of their making; the first are the busiest. */
  toolIds: string[]
  versionIds: string[]
  memberIds: string[]
  runCount: number
  /** Of some of them, from the first to the last. */
  runIds: string[]
}

/** A filled shelf on the disk. */
export interface Sized {
  dataDir: string
  runs: number
}

const DAY_MS = 24 * 60 * 60 * 1000
const START_MS = Date.UTC(2024, 0, 1)
const YEARS_MS = 700 * DAY_MS
/** So long before the first run the making of the tools begins. */
const TOOLS_BEFORE_MS = 10 * DAY_MS
const AUTHORS = 59
const RUNS_OF_A_TOOL = 100
const FEWEST_TOOLS = 20
const WORDS = [
  'invoice',
  'grades',
  'pupils',
  'budget',
  'letter',
  'rooms',
  'absence',
  'library',
  'exam',
  'meals',
  'buses',
  'survey',
]
/** Of the newest runs, whose sandbox files wait to be pruned. */
const FILES_OVER_AGE = 100
/** The newest runs come one by one, as in the app: what the text index does with such is part of what it costs to search. */
const MOST_ONE_BY_ONE = 2000
const RUNS_AT_ONCE = 500
const TOOLS_AT_ONCE = 50
const RUNS_TO_ASK_FOR = 5000

/** Spread like use is: a few get most of it. */
const skewed = (n: number, below: number): number => Math.floor(below * (((n * 2_654_435_761) >>> 0) / 2 ** 32) ** 3)
const even = (n: number, below: number): number => ((n * 2_246_822_519) >>> 0) % below
const wordFor = (n: number): string => WORDS[even(n, WORDS.length)] ?? ''
const isoAt = (ms: number): string => new Date(ms).toISOString()

interface MadeVersion {
  id: string
  toolId: string
  manifestHash: string
}

/** Fills an opened, empty database; `report` hears now and then how far it is. */
export async function fillShelf(
  database: Database.Database,
  runs: number,
  report: (line: string) => void,
): Promise<void> {
  const maker = new Worker(new URL('made-evidence-worker.ts', import.meta.url), { workerData: { runs } })
  await playTape(database, maker, report)
}

/** What the other thread does: everything on the shelf, in the order in which it came about. */
export async function makeShelf({ database, send }: Tape, runs: number): Promise<void> {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  begin.run()
  const maker = createHistoryMaker(database, { authors: AUTHORS, state: withoutOldRuns() })
  maker.goTo(START_MS - TOOLS_BEFORE_MS)
  maker.settle()
  const active: MadeVersion[] = []
  const others: MadeVersion[] = []
  const tools = Math.max(FEWEST_TOOLS, Math.floor(runs / RUNS_OF_A_TOOL))
  for (let n = 0; n < tools; n += 1) {
    const made = makeTool(maker, n)
    active.push(made.active)
    others.push(...made.others)
    makeSuggestion(maker, n)
    if (n % TOOLS_AT_ONCE === 0) await send(n % (10 * TOOLS_AT_ONCE) === 0 ? `${n} of ${tools} tools` : null)
  }
  const versions = [...active, ...others]
  const putFiles = createFileKeeper(database)
  const oneByOne = Math.min(MOST_ONE_BY_ONE, Math.floor(runs / 2))
  for (let n = 0; n < runs; n += 1) {
    if (n >= runs - oneByOne) {
      commit.run()
      begin.run()
    }
    const record = makeRun(maker, n, START_MS + (YEARS_MS * n) / runs, versions)
    putFiles(record, resultOf(n), n < runs - FILES_OVER_AGE)
    if (n % RUNS_AT_ONCE === 0)
      await send(n % (20 * RUNS_AT_ONCE) === 0 ? `${n} of ${runs} runs, ${maker.count} events` : null)
  }
  commit.run()
  await send(`${runs} runs, ${maker.count} events`)
}

/** What is on a filled shelf, whoever filled it. */
export function readShelf(database: Database.Database): Shelf {
  const ids = (query: string): string[] => database.prepare(query).pluck().all() as string[]
  const runCount = database.prepare('SELECT count(*) FROM runs').pluck().get() as number
  return {
    toolIds: ids('SELECT id FROM tools ORDER BY id'),
    versionIds: ids('SELECT id FROM versions ORDER BY id'),
    memberIds: ids('SELECT id FROM members ORDER BY id'),
    runCount,
    runIds: ids(`SELECT id FROM runs WHERE rowid % ${Math.ceil(runCount / RUNS_TO_ASK_FOR)} = 0 ORDER BY id`),
  }
}

/** A state for making very many runs: `apply` looks back at the run that an event is about and at no other. */
function withoutOldRuns(): MemoryState {
  const state = createMemoryState()
  let recent = createMemoryState()
  const stateOf = ({ table }: Change): MemoryState =>
    table === 'runs' || table === 'run_notes' || table === 'advisories' ? recent : state
  return {
    ...state,
    put(change: Change) {
      if (change.table === 'runs') recent = createMemoryState()
      stateOf(change).put(change)
    },
    present: (change) => stateOf(change).present(change),
    run: (id) => recent.run(id),
    runNotes: (id) => recent.runNotes(id),
    advisory: (id) => recent.advisory(id),
  }
}

/** Three times published, then worked on further: ten versions, some of them in review or sent back. */
function makeTool(maker: HistoryMaker, n: number): { active: MadeVersion; others: MadeVersion[] } {
  const toolId = maker.newId()
  const author = `author ${n % AUTHORS}`
  const title = `${WORDS[n % WORDS.length]} ${wordFor(n)} ${n}`
  maker.make('root', 'tool.created', {
    tool_id: toolId,
    slug: `tool-${n}`,
    title,
    summary: `Does the ${title}.`,
    tags: ['office'],
    maintainers: [maker.memberId(author)],
  })
  let saves = 0
  const others: MadeVersion[] = []
  const save = (parent: string | null): MadeVersion => {
    const body = savedBody(maker, toolId, scriptNumber(n * 10 + saves), parent)
    saves += 1
    maker.make(author, 'version.saved', body)
    return { id: body.version_id, toolId, manifestHash: body.manifest_hash }
  }
  const submit = ({ id, manifestHash }: MadeVersion): void =>
    maker.make(author, 'version.submitted', {
      tool_id: toolId,
      version_id: id,
      review_note: 'Please look.',
      based_on: { state: 'draft', manifest_hash: manifestHash },
    })
  let active: MadeVersion | null = null
  for (let round = 0; round < 3; round += 1) {
    const saved = save(null)
    submit(saved)
    const newId = maker.newId()
    maker.make('root', 'version.published', {
      tool_id: toolId,
      version_id: saved.id,
      new_version_id: newId,
      change_summary: null,
      based_on: { state: 'in_review', manifest_hash: saved.manifestHash, active_version_id: active?.id ?? null },
    })
    others.push(saved, ...(active === null ? [] : [active]))
    active = { ...saved, id: newId }
  }
  if (active === null) throw new Error('there is no active version')
  maker.make('root', 'tool.published', {
    tool_id: toolId,
    based_on: { is_published: false, active_version_id: active.id },
  })
  const line = [save(null)]
  while (line.length < 4) line.push(save(line.at(-1)?.id ?? null))
  others.push(...line)
  const head = line.at(-1)
  if (head !== undefined && (n % 50 === 0 || n % 7 === 0)) {
    submit(head)
    const { id: versionId, manifestHash } = head
    const comment = { tool_id: toolId, version_id: versionId, comment_id: maker.newId(), line: 3, text: 'Why this?' }
    maker.make('root', 'version.commented', { ...comment, based_on: { manifest_hash: manifestHash } })
    if (n % 50 !== 0) {
      maker.make('root', 'version.changes_requested', {
        tool_id: toolId,
        version_id: versionId,
        new_version_id: maker.newId(),
        message: 'Say what it does.',
        based_on: { state: 'in_review', manifest_hash: manifestHash },
      })
    }
  }
  return { active, others }
}

function makeSuggestion(maker: HistoryMaker, n: number): void {
  if (n % 5 !== 0) return
  const suggestionId = maker.newId()
  const content = { title: `A tool for ${wordFor(n)} ${n}`, description: 'We do this by hand each week.' }
  maker.make(`author ${n % AUTHORS}`, 'suggestion.submitted', {
    suggestion_id: suggestionId,
    content: { ...content, professions: ['teacher'], categories: ['office'] },
  })
  if (n % 10 === 0) {
    maker.make('root', 'suggestion.decided', {
      suggestion_id: suggestionId,
      decision: 'denied',
      rationale: 'There is one.',
      modified: null,
      tool: null,
      based_on: { status: 'pending' },
    })
  }
}

function makeRun(maker: HistoryMaker, n: number, atMs: number, versions: readonly MadeVersion[]): RecordedRun {
  const version = versions[skewed(n, versions.length)]
  if (version === undefined) throw new Error('there is no version')
  const member = n % 3 === 0 ? 'root' : `author ${skewed(n + 1, AUTHORS)}`
  const record = runNumber(n, atMs, { id: maker.newId(), version, memberId: maker.memberId(member) })
  maker.goTo(Date.parse(record.finished_at))
  maker.make(member, 'run.recorded', {
    tool_id: version.toolId,
    run: record,
    based_on: { version_id: version.id, manifest_hash: version.manifestHash },
  })
  const { id, decision, record_status: recordStatus } = record
  if (decision !== null) {
    maker.make('system', 'run.explained', {
      run_id: id,
      request_id: null,
      advisory_id: generatedAdvisoryId(id, EXPLANATION_ENGINE, sha256),
      text_sha256: sha256(explainDecision(decision, recordStatus)),
      approved_by: automaticApprover('B', decision),
      error: null,
    })
  }
  if (n % 50 === 0) {
    const note = { run_id: id, advisory_id: maker.newId(), kind: 'note' as const, request_id: null }
    maker.make(member, 'advisory.attached', { ...note, text: 'The last file had another heading.' })
  }
  if (n % 1000 === 0) maker.make(member, 'run.pinned', { run_id: id, is_pinned: true })
  return record
}

/** Contents and attached files as recording a run leaves them, and pruning, for those of sandbox runs that are over age. */
function createFileKeeper(
  database: Database.Database,
): (record: RecordedRun, result: string, isOverAge: boolean) => void {
  const { attachments, keepContent } = createSqliteStore(database, createStatements(database))
  return ({ id, context, inputs, artifacts, finished_at: at }, result, isOverAge) => {
    keepContent(PRINTED_HASH, Buffer.from(PRINTED))
    keepContent(sha256(result), Buffer.from(result))
    const file = { runId: id, mime: 'application/octet-stream', createdAt: at }
    // Inputs of production runs are never kept (RN-9).
    const releasedAt = context === 'production' ? at : null
    for (const { name, ...input } of inputs) attachments.add({ ...file, ...input, kind: 'input', name, releasedAt })
    for (const { path, sha256: hash, bytes } of artifacts)
      attachments.add({ ...file, kind: 'artifact', name: path, sha256: hash, bytes, releasedAt: null })
    if (context !== 'sandbox' || !isOverAge) return
    for (const { name } of inputs) attachments.release(id, 'input', name, at)
    for (const { path } of artifacts) attachments.release(id, 'artifact', path, at)
  }
}

function runNumber(
  n: number,
  atMs: number,
  { id, version, memberId }: { id: string; version: MadeVersion; memberId: string },
): RecordedRun {
  const level = n % 97 === 0 ? 'RED' : n % 31 === 0 ? 'YELLOW' : n % 211 === 0 ? 'ERROR' : 'GREEN'
  const isBlocked = level === 'RED' || level === 'ERROR'
  const status = isBlocked || n % 9 === 0 ? 'failed' : n % 41 === 0 ? 'timed_out' : 'succeeded'
  const name = wordFor(n)
  return {
    id,
    version_id: version.id,
    manifest_hash: version.manifestHash,
    context: n % 5 < 2 ? 'sandbox' : 'production',
    requested_by: memberId,
    status,
    reason: isBlocked ? 'blocked' : status === 'failed' ? 'script_error' : null,
    record_status: isBlocked ? 'BLOCKED' : 'OK',
    started_at: isoAt(atMs),
    finished_at: isoAt(atMs + 900),
    duration_ms: 900,
    error_summary: status === 'failed' ? `The file ${name}-${n}.csv has no column ${wordFor(n + 1)}.` : null,
    location: null,
    exit_code: 0,
    signal: null,
    oom: false,
    action_id: null,
    parent_run_id: null,
    runner: {
      kind: 'docker',
      version: '27',
      image_id: `sha256:${IMAGE_HASH}`,
      isolation: 'container',
      effective: { pids: 256, memory: 1_073_741_824 },
    },
    limits: {
      timeout_ms: 60_000,
      memory_bytes: 1_073_741_824,
      cpus: 1,
      pids: 256,
      work_bytes: 268_435_456,
      tmp_bytes: 268_435_456,
    },
    inputs: [{ name: `${name}-${n}.csv`, bytes: 1000, sha256: sha256(`i${n % 1000}`) }],
    artifacts: [{ artifact_id: 'a', path: `${name}-report.pdf`, bytes: 1000, sha256: sha256(`f${n}`) }],
    decision: {
      risk_level: level,
      score: 0,
      block_reason: null,
      warnings: [],
      details: {},
      policy_id: POLICY_ID,
      policy_version: POLICY_VERSION,
      compared_with: version.manifestHash,
    },
    stdout: { bytes: PRINTED.length, sha256: PRINTED_HASH, kept_sha256: PRINTED_HASH, truncated: false },
    stderr: { bytes: 0, sha256: NOTHING_HASH, kept_sha256: null, truncated: false },
    result_sha256: sha256(resultOf(n)),
    values: { title: name },
  }
}

const IMAGE_HASH = sha256('image')
const PRINTED = 'printed\n'
const PRINTED_HASH = sha256(PRINTED)
const NOTHING_HASH = sha256('')

const resultOf = (n: number): string =>
  canonicalJson({
    outputs: [{ kind: 'notice', level: 'info', message: `Read ${n} rows.` }],
    next_actions: [],
    state: null,
  })
