import { expect, test } from 'vitest'
import { openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { createFoldWriter, createStateView, foldedRows } from '../../src-main/adapters/sqlite/fold.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { differenceFromFold } from '../support/plain-history.ts'
import { createMemoryState } from '../../src-main/domain/memory-state.ts'
import { TABLE_NAMES, type TableName, type Tables } from '../../src-main/domain/state.ts'
import { temporaryFolder } from '../support/core.ts'
import { describeStateView, livelyHistory, type Fold } from './state-view-suite.ts'

async function foldInMemory(): Promise<Fold> {
  const state = createMemoryState()
  return { ...state, rowsOf: <T extends TableName>(table: T) => [...state.rows(table).values()] }
}

async function foldInSqlite(): Promise<Fold> {
  const database = await openDatabase(temporaryFolder())
  if (!database.ok) throw new Error(database.failure.message)
  const statements = createStatements(database.value)
  return {
    ...createStateView(statements),
    put: createFoldWriter(statements),
    rowsOf: <T extends TableName>(table: T): Tables[T][] => [...foldedRows(statements, table)],
  }
}

describeStateView('memory', foldInMemory)
describeStateView('SQLite', foldInSqlite)

test('TR-1 the same events give the same tables, column by column, in memory and in SQLite', async () => {
  const [memory, sqlite] = [createMemoryState(), await foldInSqlite()]
  livelyHistory(memory)
  livelyHistory(sqlite)
  for (const table of TABLE_NAMES) {
    expect(memory.rows(table).size, table).toBeGreaterThan(0)
    expect(new Set(sqlite.rowsOf(table))).toEqual(new Set(memory.rows(table).values()))
  }
  expect(differenceFromFold(memory, (table) => sqlite.rowsOf(table))).toBeNull()
})
