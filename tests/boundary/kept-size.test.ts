import { existsSync, mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { up as countKeptFiles } from '../../migrations/0005-kept-size.ts'
import { up as addCases } from '../../migrations/0006-cases.ts'
import { latestLevel, schemaDifference } from '../../src-main/adapters/sqlite/expected-schema.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import { rawDatabase } from '../support/core.ts'
import { sha256 } from '../support/core-history.ts'
import { makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** RN-9 by size: files on the disk that are as large as they say and hold nothing, of runs that really were recorded. */

const MEBIBYTE = 1024 * 1024
const LIMIT = 256 * MEBIBYTE
const HOUR_MS = 60 * 60 * 1000

let staff: Staffed
let version: string
beforeEach(async () => {
  staff = await openStaffed()
  const { slug } = await makeTool(staff.root)
  version = (await makeDraft(staff.root, slug, 'import ctypes\ndef run_tool(a, b):\n    return ""\n')).id
  await staff.root.must('settings.set', { key: 'kept_files_max_bytes', value: LIMIT })
  return () => staff.close()
})

/** A blocked run keeps nothing by itself; here it gets files as if it had written them so many hours ago. */
async function runKeeping(hoursAgo: number, files: Record<string, number>): Promise<string> {
  const { id } = await staff.root.must('runs.sandbox', { version, values: { title: 'T' } })
  keep(id, hoursAgo, files)
  return id
}

function keep(run: string, hoursAgo: number, files: Record<string, number>): void {
  const at = new Date(Date.now() - hoursAgo * HOUR_MS)
  const database = rawDatabase(staff.dataDir)
  for (const [name, bytes] of Object.entries(files)) {
    const content = sha256(name)
    mkdirSync(path.dirname(fileOf(name)), { recursive: true })
    writeFileSync(fileOf(name), '')
    truncateSync(fileOf(name), bytes)
    utimesSync(fileOf(name), at, at)
    database
      .prepare(
        `INSERT INTO attachments (run_id, kind, name, sha256, bytes, mime, created_at) VALUES (?, 'artifact', ?, ?, ?, '', ?)`,
      )
      .run(run, name, content, bytes, at.toISOString())
  }
}

const fileOf = (name: string): string => path.join(staff.dataDir, 'files', sha256(name).slice(0, 2), sha256(name))
const kept = (...names: string[]): string[] => names.filter((name) => existsSync(fileOf(name)))
const prune = (dry: boolean): Promise<Output<'runs.prune'>> => staff.admin.must('runs.prune', { dry_run: dry })
const nothing = { runs: 0, files: 0, freed_bytes: 0 }

/** What was foreseen is what then happens. */
async function pruned(): Promise<Output<'runs.prune'>> {
  const foreseen = await prune(true)
  const done = await prune(false)
  expect({ ...done, dry_run: true }).toEqual(foreseen)
  return done
}

/** The counts beside the files are those that counting them gives. */
function recounted(): void {
  const database = rawDatabase(staff.dataDir)
  const held = `EXISTS (SELECT 1 FROM run_notes WHERE run_notes.run_id = a.run_id AND is_pinned = 1)
    OR EXISTS (SELECT 1 FROM advisories WHERE advisories.run_id = a.run_id AND created_by IS NOT NULL)
    OR NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = a.run_id)`
  const count = `SELECT sha256, max(bytes) AS bytes, count(*) AS keepers, sum(${held}) AS holders, max(created_at) AS last_kept_at
    FROM attachments AS a WHERE released_at IS NULL GROUP BY sha256`
  const contents = database.prepare(`SELECT * FROM kept_contents ORDER BY sha256`).all()
  expect(contents).toEqual(database.prepare(`${count} ORDER BY sha256`).all())
  expect(database.prepare('SELECT * FROM kept_totals').all()).toEqual([
    database
      .prepare(
        `SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(bytes) FILTER (WHERE holders > 0), 0) AS held_bytes FROM (${count})`,
      )
      .get(),
  ])
}

describe('RN-9 the size of kept files', () => {
  test('up to the limit everything stays; a byte more, and the oldest goes, one file at a time', async () => {
    await runKeeping(30, { oldest: 100 * MEBIBYTE, older: 56 * MEBIBYTE })
    const young = await runKeeping(20, { young: 100 * MEBIBYTE })
    expect(await pruned()).toMatchObject({ ...nothing, kept_bytes: LIMIT })
    keep(young, 19, { straw: 1 })
    expect(await pruned()).toMatchObject({
      runs: 1,
      files: 1,
      by_cause: { over_age: nothing, over_size: { runs: 1, files: 1 }, left_over: nothing },
    })
    expect(kept('oldest', 'older', 'young', 'straw').length).toBe(3)
    expect(kept('young', 'straw')).toEqual(['young', 'straw'])
    recounted()
  })

  test('what is over age goes first and counts as that, also when it is over size', async () => {
    await runKeeping(8 * 24, { aged: 200 * MEBIBYTE })
    await runKeeping(50, { old: 100 * MEBIBYTE })
    await runKeeping(40, { young: 200 * MEBIBYTE })
    expect(await pruned()).toMatchObject({
      runs: 2,
      files: 2,
      freed_bytes: 300 * MEBIBYTE,
      kept_bytes: 200 * MEBIBYTE,
      by_cause: {
        over_age: { runs: 1, files: 1, freed_bytes: 200 * MEBIBYTE },
        over_size: { runs: 1, files: 1, freed_bytes: 100 * MEBIBYTE },
      },
    })
    expect(kept('aged', 'old', 'young')).toEqual(['young'])
    recounted()
  })

  test('pinned and cited files stay, whatever they take, until they are let go', async () => {
    const pinned = await runKeeping(60, { pinned: 200 * MEBIBYTE })
    const cited = await runKeeping(59, { cited: 100 * MEBIBYTE })
    await runKeeping(40, { free: 10 * MEBIBYTE })
    await staff.root.must('runs.pin', { run: pinned, pinned: true })
    await staff.root.must('advisories.attach', { run: cited, kind: 'note', text: 'This is what I mean.' })
    recounted()
    expect(await pruned()).toMatchObject({ runs: 1, freed_bytes: 10 * MEBIBYTE, kept_bytes: 300 * MEBIBYTE })
    expect(kept('pinned', 'cited', 'free')).toEqual(['pinned', 'cited'])
    await staff.root.must('runs.pin', { run: pinned, pinned: false })
    recounted()
    expect(await pruned()).toMatchObject({ runs: 1, freed_bytes: 200 * MEBIBYTE, kept_bytes: 100 * MEBIBYTE })
    expect(kept('pinned', 'cited')).toEqual(['cited'])
    recounted()
  })

  test('a content is as old as the last run that kept it, and stays for all while a pin holds it for one', async () => {
    const first = await runKeeping(90, { shared: 100 * MEBIBYTE, held: 100 * MEBIBYTE })
    const second = await runKeeping(10, { shared: 100 * MEBIBYTE })
    const pinned = await runKeeping(80, { held: 100 * MEBIBYTE })
    await staff.root.must('runs.pin', { run: pinned, pinned: true })
    await runKeeping(50, { between: 100 * MEBIBYTE })
    expect(await pruned()).toMatchObject({ runs: 1, freed_bytes: 100 * MEBIBYTE })
    expect(kept('shared', 'held', 'between')).toEqual(['shared', 'held'])
    await runKeeping(9, { last: 100 * MEBIBYTE })
    expect(await pruned()).toMatchObject({ runs: 2, freed_bytes: 100 * MEBIBYTE })
    expect(kept('shared', 'held', 'last')).toEqual(['held', 'last'])
    for (const run of [first, second]) {
      expect(
        rawDatabase(staff.dataDir)
          .prepare(`SELECT released_at IS NULL AS kept FROM attachments WHERE run_id = ? AND name = 'shared'`)
          .get(run),
      ).toEqual({ kept: 0 })
    }
    recounted()
  })

  test('what was kept within the last hour stays, and so does what a run under way reads', async () => {
    await runKeeping(0.5, { fresh: 300 * MEBIBYTE })
    keep('0199aaaa-0000-7000-8000-000000000000', 40, { input: 300 * MEBIBYTE })
    expect(await pruned()).toMatchObject({ ...nothing, kept_bytes: 600 * MEBIBYTE })
    recounted()
  })

  test('a folder of before the limit is counted when it is brought to the present schema', async () => {
    const pinned = await runKeeping(60, { pinned: 3, shared: 5 })
    await staff.root.must('runs.pin', { run: pinned, pinned: true })
    await runKeeping(50, { shared: 5, free: 7 })
    keep('0199aaaa-0000-7000-8000-000000000000', 40, { input: 11 })
    const database = rawDatabase(staff.dataDir)
    const counted = countsIn(database)
    expect(counted).toMatchObject({ totals: [{ files: 4, bytes: 26, held_bytes: 19 }] })
    takeBack(database)
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
    await countKeptFiles(kysely)
    await addCases(kysely)
    expect(countsIn(database)).toEqual(counted)
    expect(await schemaDifference(database, latestLevel())).toBeNull()
  })
})

function countsIn(database: Database.Database): Record<string, unknown[]> {
  return {
    contents: database.prepare('SELECT * FROM kept_contents ORDER BY sha256').all(),
    totals: database.prepare('SELECT * FROM kept_totals').all(),
    attachments: database.prepare('SELECT * FROM attachments ORDER BY run_id, kind, name').all(),
  }
}

/** As it was before 0005. */
function takeBack(database: Database.Database): void {
  const made = /kept_as|kept_contents|kept_totals/
  const schema = database.prepare(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL`).all() as {
    type: string
    name: string
    sql: string
  }[]
  for (const { type, name, sql: text } of schema) {
    if (type === 'trigger' && made.test(text)) database.exec(`DROP TRIGGER ${name}`)
  }
  database.exec(`DROP TABLE case_files; DROP TABLE cases; DROP TABLE kept_contents; DROP TABLE kept_totals; DROP INDEX sandbox_files_by_age;
    ALTER TABLE attachments DROP COLUMN kept_as; DROP INDEX kept_by_content;
    CREATE INDEX kept_by_age ON attachments (created_at, run_id, kind, name) WHERE released_at IS NULL;
    CREATE INDEX kept_by_content ON attachments (sha256, bytes) WHERE released_at IS NULL`)
}
