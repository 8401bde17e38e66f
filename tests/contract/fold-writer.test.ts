import { expect, test } from 'vitest'
import { success } from '../../src-main/domain/result.ts'
import type { ToolRow } from '../../src-main/domain/state.ts'
import { openWorkspace, rawDatabase, storeOver } from '../support/core.ts'

/** Putting a row writes what differs and nothing else. */

async function openTool() {
  const { root, dataDir } = await openWorkspace()
  const { id } = await root.must('tools.create', { slug: 'kept', title: 'Kept', tags: ['a'] })
  const database = rawDatabase(dataDir)
  const { store } = storeOver(database)
  const tool = store.state.tool(id)
  if (tool === null) throw new Error('the tool is not there')
  // A log of what SQLite is told to change, by column.
  database.exec(`CREATE TEMP TABLE written (what TEXT);
    CREATE TEMP TRIGGER title_written AFTER UPDATE OF title ON tools BEGIN INSERT INTO written VALUES ('title'); END;
    CREATE TEMP TRIGGER tags_written AFTER UPDATE OF tags ON tools BEGIN INSERT INTO written VALUES ('tags'); END;
    CREATE TEMP TRIGGER slug_written AFTER UPDATE OF slug ON tools BEGIN INSERT INTO written VALUES ('slug'); END;`)
  const put = (row: ToolRow): unknown => {
    store.transaction(() => {
      store.put({ table: 'tools', row })
      return success(null)
    })
    return database.prepare('SELECT what FROM written ORDER BY what').pluck().all()
  }
  return { store, tool, put }
}

test('TR-1 a row that is there already as it should be is not written', async () => {
  const { store, tool, put } = await openTool()
  expect(put(tool)).toEqual([])
  expect(store.state.tool(tool.id)).toEqual(tool)
})

test('TR-1 only the columns that differ are written, and the row is whole', async () => {
  const { store, tool, put } = await openTool()
  const changed = { ...tool, title: 'Changed', tags: ['a', 'b'] }
  expect(put(changed)).toEqual(['tags', 'title'])
  expect(store.state.tool(tool.id)).toEqual(changed)
})

test('TR-1 a row that is not there is made', async () => {
  const { store, tool, put } = await openTool()
  const other = { ...tool, id: '01900000-0000-7000-8000-000000000001', slug: 'other' }
  expect(put(other)).toEqual([])
  expect(store.state.toolBySlug('other')).toEqual(other)
})
