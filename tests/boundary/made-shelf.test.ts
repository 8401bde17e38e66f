import type Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { latestLevel, schemaDifference } from '../../src-main/adapters/sqlite/expected-schema.ts'
import { fillShelf, makeShelf } from '../bench/made-evidence.ts'
import { openTestCore, rawDatabase, temporaryFolder } from '../support/core.ts'

/** The shelf that the benchmark measures on: what it was filled with quickly is what the app would have written. */

const RUNS = 300

async function emptyDatabase(dataDir: string): Promise<Database.Database> {
  const opened = await openDatabase(dataDir)
  if (!opened.ok) throw new Error(opened.failure.message)
  return opened.value
}

/** What is in a table, without what hangs on keys, which are others each time. */
function rowsOf(database: Database.Database, table: string): unknown[] {
  const rows = database.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]
  const KEYED = /^(?:[0-9a-f]{64}|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==|M[A-Za-z0-9+/]{63})$/
  const plain = (value: unknown): unknown => {
    if (Buffer.isBuffer(value)) return value.toString('hex')
    if (typeof value !== 'string') return value
    if (KEYED.test(value)) return 'keyed'
    return value.replaceAll(/"(?:key_id|public_key)":"[^"]+"/g, 'keyed')
  }
  return rows.map((row) => JSON.stringify(row.map(plain))).toSorted()
}

describe('a shelf for the benchmark', () => {
  const dataDir = temporaryFolder()
  let lines: string[]
  beforeAll(async () => {
    lines = []
    const database = await emptyDatabase(dataDir)
    await fillShelf(database, RUNS, (line) => void lines.push(line))
    database.close()
  })

  test('says how far it is', () => {
    expect(lines.at(-1)).toMatch(/^300 runs, \d+ events$/)
  })

  test('has the same in every table when each statement is run at once, with the settings of the app', async () => {
    const [quick, slow] = [await emptyDatabase(dataDir), await emptyDatabase(temporaryFolder())]
    await makeShelf({ database: slow, send: async () => undefined }, RUNS)
    expect(await schemaDifference(quick, latestLevel())).toBeNull()
    const tables = slow.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[]
    // The text index's own pages hang on when what was committed; what it holds, on the words alone.
    const compared = tables.filter((name) => !/^run_search_(?:data|idx|docsize)$|^kysely_/.test(name))
    expect(compared.length).toBeGreaterThan(30)
    for (const table of compared) expect([table, rowsOf(quick, table)]).toEqual([table, rowsOf(slow, table)])
    const found = `SELECT rowid FROM run_search WHERE run_search MATCH ? ORDER BY rowid`
    for (const words of ['column', 'gra*', 'csv', 'zzctproduction'])
      expect(quick.prepare(found).all(words)).toEqual(slow.prepare(found).all(words))
    quick.close()
    slow.close()
  })

  test('TR-7 is a sound history with the tables that it gives, as the app that opens it finds', async () => {
    const core = await openTestCore({ dataDir })
    const root = core.as('root')
    const verified = await root.must('audit.verify', {})
    expect(verified).toMatchObject({ ok: true, first_problem: null })
    expect((await root.must('runs.list', { limit: 200 })).items.length).toBe(200)
    const [run] = (await core.as('author 0').must('runs.list', { text: 'csv' })).items
    expect(await root.must('runs.get', { run: run?.id ?? '' })).toMatchObject({ stdout: 'printed\n', stderr: '' })
    // Also in what no later event looks at.
    const database = rawDatabase(dataDir)
    database.exec(`UPDATE runs SET record = json_set(record, '$.duration_ms', 123456) WHERE rowid = 7`)
    expect(await root.must('audit.verify', {})).toMatchObject({
      ok: false,
      first_problem: { reason: 'table_differs', message: expect.stringMatching(/^runs /) },
    })
    await core.close()
  })
})
