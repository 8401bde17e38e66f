import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DATABASE_FILE } from '../../src-main/adapters/sqlite/database.ts'
import { openCore } from '../../src-main/compose.ts'
import { TABLE_NAMES } from '../../src-main/domain/state.ts'
import {
  callerOf,
  countFrom,
  openTestCore,
  openWorkspace,
  rawDatabase,
  temporaryFolder,
  type TestCore,
} from '../support/core.ts'
import { content, makeActive, makeReviewed, makeTool, openStaffed } from '../support/members.ts'

/**
 * TR-7: one changed byte in an event, an order entry, a folded row or a cited file is found, wherever it is. Bytes that
 * hold none of these (free pages, indexes, what is local to the device) may change what they like but crash nothing.
 * SCRIPTORIUM_TAMPER_CHANGES sets how many changes are tried, SCRIPTORIUM_TAMPER_SEED which.
 */

const CHANGES = countFrom('SCRIPTORIUM_TAMPER_CHANGES', 300)
const SEED = countFrom('SCRIPTORIUM_TAMPER_SEED', 20_261_120)
// No engine: no script is run here, and each of the many cores would look for what runs have left in it.
process.env['DOCKER_HOST'] = 'unix:///nowhere'

const share = (part: number): number => Math.max(1, Math.ceil(CHANGES * part))

/** Mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

let folder: string
let database: Buffer
let backup: Buffer
let exported: Buffer
let root: string

beforeAll(async () => {
  const staff = await openStaffed()
  const { slug } = await makeTool(staff.admin, [staff.ids['Conrad'] ?? ''])
  await makeActive(staff.contributor, staff.admin, slug)
  await makeActive(staff.contributor, staff.admin, slug)
  await staff.admin.must('tools.publish', { tool: slug })
  const reviewed = await makeReviewed(staff.contributor, slug)
  await staff.admin.must('versions.comment', {
    version: reviewed.id,
    line: 1,
    text: 'Why “this” — and not that? \u0001',
  })
  await staff.admin.must('versions.requestChanges', { version: reviewed.id, message: 'Please.' })
  await staff.root.must('settings.set', { key: 'pids', value: 64 })
  await staff.contributor.must('suggestions.submit', {
    title: 'T',
    description: 'D',
    professions: ['p'],
    categories: ['c'],
  })
  const broken = await staff.contributor.must('versions.save', {
    ...content,
    tool: slug,
    source_code: 'def run_tool(:\n',
    expected_parent_version_id: null,
  })
  const run = await staff.contributor.must('runs.sandbox', { version: broken.id })
  await staff.contributor.must('runs.wait', { run: run.id })
  const raw = rawDatabase(staff.dataDir)
  const body = Buffer.from('a log that a run wrote\n'.repeat(20))
  raw.prepare('INSERT INTO contents VALUES (?, ?)').run(createHash('sha256').update(body).digest('hex'), body)
  folder = temporaryFolder()
  root = (await staff.admin.must('audit.export', { path: path.join(folder, 'audit.jsonl') })).root
  exported = readFileSync(path.join(folder, 'audit.jsonl'))
  await staff.admin.must('backups.create', { path: path.join(folder, 'backup.sqlite') })
  backup = readFileSync(path.join(folder, 'backup.sqlite'))
  await staff.close()
  raw.pragma('wal_checkpoint(TRUNCATE)')
  raw.pragma('journal_mode = DELETE')
  raw.close()
  database = readFileSync(path.join(staff.dataDir, DATABASE_FILE))
})

/** All that TR-7 covers, byte by byte as stored; null when it can't be read. Past every index. */
function covered(file: string): string | null {
  try {
    const copy = new Database(file, { readonly: true })
    try {
      const hash = createHash('sha256')
      for (const table of ['events', 'order_entries', 'audit_entries', 'contents', ...TABLE_NAMES]) {
        const columns = (copy.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`)
        const values = columns.map((column) => `typeof(${column}) || hex(CAST(${column} AS BLOB))`).join(` || ',' || `)
        const rows = copy.prepare(`SELECT ${values} FROM ${table} NOT INDEXED`).pluck().all() as string[]
        hash.update(`${table} ${rows.length}\n${rows.sort().join('\n')}\n`)
      }
      return hash.digest('hex')
    } finally {
      copy.close()
    }
  } catch {
    return null
  }
}

function changeOne(bytes: Buffer, random: (below: number) => number): { changed: Buffer; what: string } {
  const place = random(bytes.length)
  const changed = Buffer.from(bytes)
  const was = changed[place] ?? 0
  changed[place] = (was + 1 + random(255)) % 256
  return { changed, what: `seed ${SEED}, byte ${place}: ${was} -> ${changed[place]}` }
}

/** What the app says of a data folder: `sound`, or how it found that something is wrong. */
async function verdictOn(dataDir: string): Promise<string> {
  const opened = await openCore({ dataDir, asWindow: false, preview: null })
  if (!opened.ok) return opened.failure.reason
  try {
    const session = opened.value.openSession({ shell: 'cli', as: 'Root' })
    if (!session.ok) return `no session: ${session.failure.reason}`
    const verified = await callerOf(opened.value, session.value).call('audit.verify', {})
    if (!verified.ok) return verified.error.reason
    return verified.data.ok ? 'sound' : (verified.data.first_problem?.reason ?? 'unnamed')
  } finally {
    await opened.value.close()
  }
}

describe('TR-7 one changed byte', () => {
  test(`in the database: ${share(0.5)} times`, async () => {
    const random = randomNumbers(SEED)
    const dataDir = path.join(folder, 'tampered')
    const file = path.join(dataDir, DATABASE_FILE)
    const fresh = (bytes: Buffer): void => {
      rmSync(dataDir, { recursive: true, force: true })
      mkdirSync(dataDir)
      writeFileSync(file, bytes)
    }
    fresh(database)
    const original = covered(file)
    expect(await verdictOn(dataDir)).toBe('sound')
    let reached = 0
    const missed: string[] = []
    for (let count = 0; count < share(0.5); count += 1) {
      const { changed, what } = changeOne(database, random)
      fresh(changed)
      const isReached = covered(file) !== original
      const verdict = await verdictOn(dataDir)
      if (isReached) reached += 1
      if (isReached && verdict === 'sound') missed.push(what)
    }
    expect(missed).toEqual([])
    expect(reached).toBeGreaterThan(share(0.5) / 20)
  }, 3_600_000)

  test(`in an export: ${share(0.25)} times`, async () => {
    const random = randomNumbers(SEED + 1)
    const core = await openTestCore()
    const caller = core.as()
    const file = path.join(folder, 'changed.jsonl')
    writeFileSync(file, exported)
    expect(await caller.must('audit.verifyFile', { path: file, root })).toMatchObject({ ok: true })
    const missed: string[] = []
    for (let count = 0; count < share(0.25); count += 1) {
      const { changed, what } = changeOne(exported, random)
      writeFileSync(file, changed)
      if ((await caller.must('audit.verifyFile', { path: file, root })).ok) missed.push(what)
    }
    expect(missed).toEqual([])
  }, 3_600_000)

  test(`in a backup: ${share(0.25)} times, and none is restored`, async () => {
    const random = randomNumbers(SEED + 2)
    const core = await openWorkspace()
    const file = path.join(folder, 'changed.sqlite')
    writeFileSync(file, backup)
    const original = covered(file)
    expect(await stages(core, file)).toBe(true)
    const missed: string[] = []
    for (let count = 0; count < share(0.25); count += 1) {
      const { changed, what } = changeOne(backup, random)
      writeFileSync(file, changed)
      if ((await stages(core, file)) && covered(file) !== original) missed.push(what)
    }
    expect(missed).toEqual([])
  }, 3_600_000)
})

/** Whether a file would be restored; what was put in place for that is taken away again. */
async function stages(
  { root: caller, dataDir }: TestCore & Awaited<ReturnType<typeof openWorkspace>>,
  file: string,
): Promise<boolean> {
  const answer = await caller.call('backups.restore', { path: file })
  const waiting = path.join(dataDir, 'restore')
  if (existsSync(waiting)) for (const name of readdirSync(waiting)) rmSync(path.join(waiting, name))
  return answer.ok
}
