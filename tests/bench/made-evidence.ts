import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { RecordedRun } from '../../src-main/domain/run.ts'

/**
 * A shelf after years of use, written past the app: tools, versions, runs, their events and advisories, as many as wanted.
 * The history isn't signed; it is there so that the tables have their sizes.
 */
export interface Shelf {
  toolIds: string[]
  versionIds: string[]
  memberIds: string[]
  runIds: string[]
}

const DAY_MS = 24 * 60 * 60 * 1000
const START_MS = Date.UTC(2024, 0, 1)
const YEARS_MS = 700 * DAY_MS
const MEMBERS = 60
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
const AT_ONCE = 10_000
/** Of the newest runs, whose sandbox files wait to be pruned. */
const FILES_OVER_AGE = 100

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
/** A UUIDv7 of a moment, the n-th of its kind. */
function idAt(ms: number, kind: number, n: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0')
  const rest = n.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${kind.toString(16).padStart(3, '0')}-8000-${rest}`
}
const isoAt = (ms: number): string => new Date(ms).toISOString()
/** Spread like use is: a few get most of it. */
const skewed = (n: number, below: number): number => Math.floor(below * (((n * 2_654_435_761) >>> 0) / 2 ** 32) ** 3)
const even = (n: number, below: number): number => ((n * 2_246_822_519) >>> 0) % below

export function fillShelf(database: Database.Database, runs: number): Shelf {
  const versions = Math.max(100, Math.floor(runs / 10))
  const tools = Math.max(20, Math.floor(runs / 100))
  const root = database.prepare(`SELECT id FROM members LIMIT 1`).get() as { id: string }
  const memberIds = [root.id, ...Array.from({ length: MEMBERS - 1 }, (_, n) => idAt(START_MS, 1, n))]
  const toolIds = Array.from({ length: tools }, (_, n) => idAt(START_MS, 2, n))
  const versionIds = Array.from({ length: versions }, (_, n) => idAt(START_MS + n, 3, n))
  const runIds: string[] = []
  database.pragma('foreign_keys = OFF')
  database.pragma('synchronous = OFF')
  inBatches(database, memberIds.length - 1, (n) => {
    insert(database, 'members', {
      id: memberIds[n + 1] ?? '',
      name: `Member ${n}`,
      name_key: `member ${n}`,
      role: 'contributor',
      highest_role: 'contributor',
      status: 'active',
      created_at: isoAt(START_MS),
      created_by: null,
    })
  })
  inBatches(database, tools, (n) => {
    const title = `${WORDS[n % WORDS.length]} ${WORDS[even(n, WORDS.length)]} ${n}`
    const active = versionIds[n] ?? null
    insert(database, 'tools', {
      id: toolIds[n] ?? '',
      slug: `tool-${n}`,
      title,
      summary: `Does the ${title}.`,
      tags: '["office"]',
      is_published: 1,
      active_version_id: active,
      created_by: root.id,
      created_at: isoAt(START_MS),
      updated_at: isoAt(START_MS),
      last_version_number: 10,
      metadata_event_id: idAt(START_MS, 2, n),
      suggestion_id: null,
    })
  })
  inBatches(database, versions, (n) => {
    const state = n < tools ? 'active' : n % 500 === 0 ? 'in_review' : n % 7 === 0 ? 'draft' : 'archived'
    insert(database, 'versions', {
      id: versionIds[n] ?? '',
      tool_id: toolIds[n % tools] ?? '',
      version_number: Math.floor(n / tools) + 1,
      state,
      line_id: versionIds[n] ?? '',
      is_head: 1,
      entrypoint: 'run_tool',
      content_hash: sha256(`c${n}`),
      manifest_hash: sha256(`m${n}`),
      derived_from_version_id: null,
      created_by: memberIds[even(n, MEMBERS)] ?? '',
      created_at: isoAt(START_MS + n),
      change_summary: null,
      submitted_for_review_by: state === 'in_review' ? root.id : null,
      submitted_for_review_at: state === 'in_review' ? isoAt(START_MS + n) : null,
      review_note: null,
      reviewed_by: null,
      reviewed_at: null,
      published_by: null,
      published_at: null,
      was_active: state === 'active' ? 1 : 0,
    })
  })
  const first = (
    database.prepare('SELECT coalesce(max(order_number), 0) AS last FROM order_entries').get() as { last: number }
  ).last
  inBatches(database, runs, (n) => {
    const run = runNumber(n, START_MS + (YEARS_MS * n) / runs, { versionIds, memberIds, root: root.id })
    const toolId = toolIds[versionIds.indexOf(run.version_id, run.place) % tools] ?? ''
    const record = JSON.stringify(run.record)
    runIds.push(run.record.id)
    insert(database, 'runs', {
      id: run.record.id,
      tool_id: toolId,
      version_id: run.version_id,
      context: run.record.context,
      requested_by: run.record.requested_by,
      status: run.record.status,
      started_at: run.record.started_at,
      risk_level: run.record.decision?.risk_level ?? null,
      record,
    })
    addEvent(
      database,
      first + n * 2 + 1,
      run.record.started_at,
      'run.recorded',
      `{"run":${record},"tool_id":"${toolId}"}`,
    )
    const level = run.record.decision?.risk_level
    insert(database, 'attachments', {
      run_id: run.record.id,
      kind: 'artifact',
      name: 'report.pdf',
      sha256: sha256(`f${n}`),
      bytes: 1000,
      mime: 'application/pdf',
      created_at: run.record.finished_at,
      // What is over age went long ago, but for the same few whatever the size of the shelf.
      released_at: run.record.context === 'sandbox' && n < runs - FILES_OVER_AGE ? run.record.finished_at : null,
    })
    const approver = level === 'GREEN' ? 'system:auto_explanation_green' : null
    insert(database, 'advisories', {
      id: sha256(`a${n}`),
      run_id: run.record.id,
      kind: n % 50 === 0 ? 'note' : 'explanation',
      text: 'This run was allowed.',
      request_id: null,
      engine_id: 'scriptorium-plain',
      engine_version: 1,
      created_by: n % 50 === 0 ? run.record.requested_by : null,
      created_at: run.record.finished_at,
      override_scope: null,
      reviewed: approver === null ? 0 : 1,
      approved_for_workflow: approver === null ? 0 : 1,
      reviewed_by: approver,
      reviewed_at: approver === null ? null : run.record.finished_at,
      review_notes: 'Approved by policy B (scriptorium-explanation-approval, version 1).',
    })
    addEvent(database, first + n * 2 + 2, run.record.started_at, 'run.explained', `{"run_id":"${run.record.id}"}`)
  })
  database.pragma('foreign_keys = ON')
  database.pragma('synchronous = FULL')
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return { toolIds, versionIds, memberIds, runIds }
}

function runNumber(
  n: number,
  atMs: number,
  { versionIds, memberIds, root }: { versionIds: string[]; memberIds: string[]; root: string },
): { version_id: string; place: number; record: RecordedRun } {
  const place = skewed(n, versionIds.length)
  const version_id = versionIds[place] ?? ''
  const level = n % 97 === 0 ? 'RED' : n % 31 === 0 ? 'YELLOW' : n % 211 === 0 ? 'ERROR' : 'GREEN'
  const isBlocked = level === 'RED' || level === 'ERROR'
  const status = isBlocked || n % 9 === 0 ? 'failed' : n % 41 === 0 ? 'timed_out' : 'succeeded'
  const log = { bytes: 20, sha256: sha256('log'), kept_sha256: sha256('log'), truncated: false }
  const name = WORDS[even(n, WORDS.length)] ?? ''
  const record: RecordedRun = {
    id: idAt(atMs, 4, n),
    version_id,
    manifest_hash: sha256(`m${place}`),
    context: n % 5 < 2 ? 'sandbox' : 'production',
    requested_by: n % 3 === 0 ? root : (memberIds[skewed(n, memberIds.length)] ?? root),
    status,
    reason: isBlocked ? 'blocked' : status === 'failed' ? 'script_error' : null,
    record_status: isBlocked ? 'BLOCKED' : 'OK',
    started_at: isoAt(atMs),
    finished_at: isoAt(atMs + 900),
    duration_ms: 900,
    error_summary:
      status === 'failed' ? `The file ${name}-${n}.csv has no column ${WORDS[even(n + 1, WORDS.length)]}.` : null,
    location: null,
    exit_code: 0,
    signal: null,
    oom: false,
    action_id: null,
    parent_run_id: null,
    runner: {
      kind: 'docker',
      version: '27',
      image_id: `sha256:${sha256('image')}`,
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
    artifacts: [{ artifact_id: 'a', path: `${name}-report.pdf`, bytes: 1000, sha256: sha256(`o${n % 1000}`) }],
    decision: {
      risk_level: level,
      score: 0,
      block_reason: null,
      warnings: [],
      details: {},
      policy_id: 'scriptorium-risk',
      policy_version: 1,
      compared_with: sha256(`m${place}`),
    },
    stdout: log,
    stderr: log,
    result_sha256: null,
    values: { title: name },
  }
  return { version_id, place, record }
}

function addEvent(database: Database.Database, order: number, at: string, type: string, body: string): void {
  const hash = sha256(`${order}`)
  const id = idAt(Date.parse(at), 5, order)
  insert(database, 'events', {
    id,
    workspace_id: 'w',
    key_id: 'generated',
    key_seq: order,
    prev_hash: null,
    at,
    type,
    body,
    seen_order: order - 1,
    seen_head_hash: null,
    hash,
    signature: '',
  })
  insert(database, 'order_entries', {
    order_number: order,
    event_id: id,
    head_hash: hash,
    outcome: 'applied',
    failure: null,
  })
}

const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>()
function insert(database: Database.Database, table: string, row: Record<string, string | number | null>): void {
  const known = prepared.get(database) ?? new Map<string, Database.Statement>()
  prepared.set(database, known)
  const columns = Object.keys(row)
  const statement =
    known.get(table) ??
    database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
  known.set(table, statement)
  statement.run(...Object.values(row))
}

function inBatches(database: Database.Database, count: number, work: (n: number) => void): void {
  for (let from = 0; from < count; from += AT_ONCE) {
    database.transaction(() => {
      for (let n = from; n < Math.min(count, from + AT_ONCE); n += 1) work(n)
    })()
  }
}
