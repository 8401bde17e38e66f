import type Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import type { AuditFilter, AuditRow } from '../../src-main/app/history-port.ts'
import { createHistoryMaker, type HistoryMaker } from '../bench/made-history.ts'
import { temporaryFolder } from '../support/core.ts'

/** A long history, looked through: every filter finds what is there and nothing else, also where a clock was set back. */

const EVERYTHING: AuditFilter = {
  limit: 50,
  after: null,
  toolId: null,
  memberId: null,
  type: null,
  since: null,
  until: null,
  text: '',
}
const HOUR_MS = 60 * 60 * 1000
const START_MS = Date.UTC(2026, 0, 1)

let database: Database.Database
let maker: HistoryMaker
const toolIds: string[] = []
beforeAll(async () => {
  const opened = await openDatabase(temporaryFolder())
  if (!opened.ok) throw new Error(opened.failure.message)
  database = opened.value
  database.transaction(fill)()
  return () => database.close()
})

function fill(): void {
  maker = createHistoryMaker(database)
  for (let n = 0; n < 3000; n += 1) {
    // A clock that goes on, is set back by five hours for a while, and is set right again.
    maker.goTo(START_MS + n * 10_000 - (n > 1200 && n < 1400 ? 5 * HOUR_MS : 0))
    if (n % 10 === 0) makeTool(n)
    else editTool(n)
  }
}

function makeTool(n: number): void {
  toolIds.push(maker.newId())
  const tool_id = toolIds.at(-1) ?? ''
  const title = n === 100 ? 'Needle' : `Tool ${n}`
  maker.make('root', 'tool.created', { tool_id, slug: `tool-${n}`, title, summary: '', tags: [], maintainers: [] })
}

function editTool(n: number): void {
  const tool = maker.state.tool(toolIds[n % Math.min(7, toolIds.length)] ?? '')
  if (tool === null) throw new Error('there is no tool')
  const { id: tool_id, title, tags } = tool
  const based_on = { metadata_event_id: tool.metadata_event_id }
  maker.make('root', 'tool.edited', { tool_id, title, summary: `Edit ${n}`, tags, based_on })
}

/** Page by page to the end. */
function found(filter: Partial<AuditFilter>, limit = 50): { rows: AuditRow[]; pages: number } {
  const { reads } = createSqliteStore(database, createStatements(database))
  const rows: AuditRow[] = []
  let after: string | null = null
  let pages = 0
  do {
    const page = reads.auditEvents({ ...EVERYTHING, ...filter, limit, after })
    rows.push(...page.items)
    after = page.next
    pages += 1
  } while (after !== null)
  return { rows, pages }
}

const numbersOf = (rows: readonly AuditRow[]): number[] => rows.map((row) => row.order_number)

describe('a long history', () => {
  test('is given whole, newest first', () => {
    const { rows } = found({})
    expect(numbersOf(rows)).toEqual(Array.from({ length: maker.count }, (_, n) => maker.count - n))
  })

  test('each filter, and each two of them, give what looking at every event gives', () => {
    const whole = found({}).rows
    const [first = '', seventh = ''] = [toolIds[0], toolIds[6]]
    const times = [600, 1150, 1250, 1399, 1401, 2999].map((n) => new Date(START_MS + n * 10_000).toISOString())
    const filters: Partial<AuditFilter>[] = [
      { toolId: first },
      { toolId: seventh, type: 'tool.edited' },
      { memberId: maker.memberId('root') },
      { memberId: maker.memberId('root'), type: 'tool.created' },
      { memberId: maker.memberId('author 1') },
      { toolId: first, memberId: maker.memberId('root') },
      { toolId: first, memberId: maker.memberId('author 1') },
      { type: 'tool.created' },
      { type: 'nothing.such' },
      {},
    ]
    for (const filter of filters) {
      for (const since of [null, ...times]) {
        for (const until of [null, ...times]) {
          const wanted = whole.filter(
            (row) =>
              (filter.toolId ?? row.tool_id) === row.tool_id &&
              (filter.memberId ?? row.member_id) === row.member_id &&
              (filter.type ?? row.type) === row.type &&
              (since ?? row.at) <= row.at &&
              (until === null || row.at < until),
          )
          const { rows } = found({ ...filter, since, until }, 200)
          expect([filter, since, until, numbersOf(rows)]).toEqual([filter, since, until, numbersOf(wanted)])
        }
      }
    }
  })

  test('words are looked for some at a time, and all that say them are found', () => {
    const needle = found({ text: 'needle' })
    expect(needle.rows.map((row) => row.tool_id)).toContain(toolIds[10])
    expect(needle.pages).toBeGreaterThan(2)
    expect(numbersOf(found({ text: 'edit 1999' }).rows).length).toBe(1)
    expect(numbersOf(found({ text: 'edited', toolId: toolIds[0] ?? '' }, 7).rows)).toEqual(
      numbersOf(found({ type: 'tool.edited', toolId: toolIds[0] ?? '' }).rows),
    )
    expect(found({ text: 'nothingsuch' }).rows).toEqual([])
  })
})
