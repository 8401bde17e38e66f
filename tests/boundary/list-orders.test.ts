import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { DATABASE_FILE, openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { latestLevel, schemaDifference } from '../../src-main/adapters/sqlite/expected-schema.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import type { AdvisoryFilter } from '../../src-main/app/ports.ts'
import { approvalNotes } from '../../src-main/domain/advisory.ts'
import { makeShelf } from '../bench/made-evidence.ts'
import { temporaryFolder } from '../support/core.ts'

/** The orders that lists are read by: kept as rows come, made for what was there before, and the same lists either way. */

const MIGRATION = '0007-list-orders'
const DERIVED = ['audit_entries', 'advisories_of']
const dataDir = temporaryFolder()

let database: Database.Database
beforeAll(async () => {
  const opened = await openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.failure.message)
  database = opened.value
  await makeShelf({ database, send: async () => undefined }, 200)
  // A person's reviews besides those that came by themselves.
  const review = `UPDATE advisories SET reviewed = 1, reviewed_by = (SELECT id FROM members WHERE name = 'root'), review_notes = 'Read.'
    WHERE rowid IN (SELECT rowid FROM advisories WHERE reviewed = 0 ORDER BY rowid LIMIT 7)`
  database.exec(review)
  database.exec(`DELETE FROM advisories WHERE rowid % 40 = 3`)
  return () => database.close()
})

const all = (from: Database.Database, table: string): unknown[] =>
  from
    .prepare(`SELECT * FROM ${table}`)
    .all()
    .map((row) => JSON.stringify(row))
    .toSorted()

describe('orders of lists', () => {
  test('a folder of before them gets the same as one that grew with them', async () => {
    const before = new Database(':memory:')
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: before }) })
    for (const [name, { up }] of Object.entries(migrations)) if (name !== MIGRATION) await up(kysely)
    before.pragma('foreign_keys = OFF')
    before.prepare('ATTACH ? AS grown').run(path.join(dataDir, DATABASE_FILE))
    for (const table of ['events', 'order_entries', 'runs', 'advisories']) {
      const columns = (before.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).join(', ')
      before.exec(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM grown.${table} ORDER BY rowid`)
    }
    await migrations[MIGRATION]?.up(kysely)
    for (const table of DERIVED) {
      expect(all(before, `main.${table}`).length).toBeGreaterThan(190)
      expect(all(before, `main.${table}`)).toEqual(all(database, table))
    }
    before.exec('DETACH grown')
    expect(await schemaDifference(database, latestLevel())).toBeNull()
    await kysely.destroy()
  })

  test('each filter on advisories, and each of them together, give what looking at every advisory gives', () => {
    const store = createSqliteStore(database, createStatements(database))
    const none: AdvisoryFilter = {
      limit: 200,
      after: null,
      runId: null,
      kind: null,
      reviewed: null,
      reviewedBy: null,
      automaticNotes: null,
      since: null,
      until: null,
      requestedBy: null,
    }
    const found = (filter: AdvisoryFilter, limit: number) => {
      const items = []
      let after: string | null = null
      do {
        const page = store.reads.advisories({ ...filter, limit, after })
        items.push(...page.items)
        after = page.next
      } while (after !== null)
      return items
    }
    const whole = found(none, 200)
    expect(whole.length).toBe(
      (database.prepare('SELECT count(*) AS count FROM advisories').get() as { count: number }).count,
    )
    expect(whole).toEqual(whole.toSorted((a, b) => (a.created_at + a.id < b.created_at + b.id ? -1 : 1)))
    const member = (name: string): string =>
      (database.prepare('SELECT id FROM members WHERE name = ?').get(name) as { id: string }).id
    const requesters = new Map(whole.map(({ run_id: run }) => [run, store.state.run(run)?.requested_by]))
    const green = 'system:auto_explanation_green'
    const byPolicy = approvalNotes('B', green)
    const middle = whole[Math.floor(whole.length / 2)]?.created_at ?? ''
    for (const requestedBy of [null, member('root'), member('author 0')])
      for (const kind of [null, 'explanation', 'note', 'override_request'] as const)
        for (const reviewed of [null, true, false])
          for (const reviewedBy of [null, green, member('root'), member('author 0')])
            for (const automaticNotes of [null, byPolicy])
              for (const runId of [null, whole[0]?.run_id ?? ''])
                for (const [since, until] of [
                  [null, null],
                  [middle, null],
                  [null, middle],
                ] as const) {
                  const filter = {
                    ...none,
                    requestedBy,
                    kind,
                    reviewed,
                    reviewedBy,
                    automaticNotes,
                    runId,
                    since,
                    until,
                  }
                  const wanted = whole.filter(
                    (row) =>
                      // Whoever may ask for one run's sees all of them.
                      (runId === null
                        ? (requestedBy ?? requesters.get(row.run_id)) === requesters.get(row.run_id)
                        : row.run_id === runId) &&
                      (kind ?? row.kind) === row.kind &&
                      (reviewed ?? row.reviewed) === row.reviewed &&
                      (reviewedBy ?? row.reviewed_by) === row.reviewed_by &&
                      (automaticNotes === null ||
                        (row.review_notes === automaticNotes && row.reviewed_by?.startsWith('system:'))) &&
                      (since === null || row.created_at >= since) &&
                      (until === null || row.created_at < until),
                  )
                  expect([filter, found(filter, 23).map(({ id }) => id)]).toEqual([filter, wanted.map(({ id }) => id)])
                }
  })
})
