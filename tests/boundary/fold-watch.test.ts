import { beforeAll, describe, expect, test } from 'vitest'
import type Database from 'better-sqlite3'
import { rawDatabase, storeOver } from '../support/core.ts'
import { watchFold } from '../support/fold-watch.ts'
import { makeActive, makeReviewed, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** TR-1: what the tests of random histories rest on notices whatever differs, wherever it is planted. */

let staff: Staffed
let slug: string
let other: Database.Database

beforeAll(async () => {
  staff = await openStaffed()
  slug = (await makeTool(staff.admin, [staff.ids['Conrad'] ?? ''])).slug
  await makeActive(staff.contributor, staff.admin, slug)
  await makeReviewed(staff.contributor, slug)
  other = rawDatabase(staff.dataDir)
  other.pragma('foreign_keys = OFF')
  // The log's own guards would refuse what is planted here.
  for (const name of other.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()) {
    other.exec(`DROP TRIGGER "${name as string}"`)
  }
})

const watchAgain = () => {
  const database = rawDatabase(staff.dataDir)
  return watchFold(database, storeOver(database))
}

/** Plants a difference in a table and then puts back the table as it was. */
function planting(table: string, statement: string, meanwhile: () => void): void {
  const names = (other.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`).join()
  other.exec(`CREATE TEMP TABLE kept AS SELECT ${names} FROM ${table}`)
  try {
    expect(other.prepare(statement).run().changes).toBeGreaterThan(0)
    meanwhile()
  } finally {
    other.exec(`DELETE FROM ${table}; INSERT INTO ${table} (${names}) SELECT ${names} FROM kept; DROP TABLE temp.kept`)
  }
}

describe('TR-1 the watch over fold and tables', () => {
  const gone = /^history: .* lost or changed/
  test.each<[what: string, table: string, statement: string, told: RegExp]>([
    ['a changed text', 'tools', `UPDATE tools SET title = 'Other'`, /^tables: tools .* is not what the events give/],
    ['a changed number', 'tools', `UPDATE tools SET last_version_number = 99`, /^tables: tools/],
    ['a yes that is a 2', 'versions', `UPDATE versions SET is_head = 2 WHERE is_head = 1`, /^tables: versions/],
    [
      'changed content',
      'version_contents',
      `UPDATE version_contents SET source_code = ''`,
      /^tables: version_contents/,
    ],
    [
      'a row more',
      'devices',
      `INSERT INTO devices SELECT 'x', name, status, admitted_at FROM devices`,
      /no event made/,
    ],
    ['a row less', 'tool_maintainers', `DELETE FROM tool_maintainers`, /^tables: tool_maintainers .* is missing/],
    ['another verdict', 'decisions', `UPDATE decisions SET verdict = 'withdrawn'`, /^tables: decisions/],
    ['a lost event', 'events', `DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)`, gone],
    ['a lost entry', 'order_entries', `DELETE FROM order_entries WHERE order_number = 3`, gone],
    ['a changed event', 'events', `UPDATE events SET body = body || ' ' WHERE rowid = 2`, gone],
  ])('notices %s', (_, table, statement, told) => {
    const watch = watchAgain()
    expect(watch.look().problem).toBeNull()
    planting(table, statement, () => {
      expect(watch.look().problem).toMatch(told)
      expect(watch.look().problem, 'and goes on saying so').toMatch(told)
      expect(watchAgain().look().problem, 'also at its first look').not.toBeNull()
    })
    expect(watch.look().problem).toBeNull()
  })

  test('notices what differs in the table that a step writes, and in one that it does not', async () => {
    for (const column of ['title', 'summary']) {
      const watch = watchAgain()
      expect(watch.look().problem).toBeNull()
      const { id } = await staff.admin.must('tools.create', { slug: `beside-${column}`, title: 'Beside' })
      expect(watch.look().problem).toBeNull()
      other.prepare(`UPDATE tools SET ${column} = 'planted' WHERE id = ?`).run(id)
      await staff.admin.must('tools.edit', { tool: slug, title: 'Edited' })
      expect(watch.look().problem).toMatch(new RegExp(`^tables: tools ${id} is not`))
      other.prepare(`UPDATE tools SET ${column} = ? WHERE id = ?`).run(column === 'title' ? 'Beside' : '', id)
      expect(watch.look().problem).toBeNull()
    }
    const watch = watchAgain()
    expect(watch.look().problem).toBeNull()
    planting('members', `UPDATE members SET status = 'revoked' WHERE name = 'Uma'`, () => {
      expect(watch.look().problem).toMatch(/^tables: members/)
    })
    expect(watch.look().problem).toBeNull()
  })

  test('follows what is done rightly', async () => {
    const watch = watchAgain()
    const first = watch.look().state
    await makeActive(staff.contributor, staff.admin, slug)
    const { state, problem } = watch.look()
    expect(problem).toBeNull()
    expect(state?.rows('versions').size).toBe(first?.rows('versions').size)
    expect(state?.toolBySlug(slug)?.last_version_number).toBeGreaterThan(2)
  })
})
