import type Database from 'better-sqlite3'
import type { Keys, Store } from '../../src-main/app/ports.ts'
import { TABLE_NAMES, type TableName } from '../../src-main/domain/state.ts'
import type { MemoryState } from '../../src-main/domain/memory-state.ts'
import { differenceFromFold, startHistoryCheck } from './plain-history.ts'

/**
 * The history and the tables of a folder, looked at again and again while others work in it (TR-1). A look folds only
 * the events that are new, but reads every stored value: what neither changed since it was found right nor should have
 * changed is right still; everything else is compared row by row. Where nobody committed since, nothing is read at all.
 */

export interface FoldWatch {
  /** The folded state, or what is wrong: an entry lost or changed, or a table that differs from what the events give. */
  look(): { state: MemoryState; problem: null } | { state: null; problem: string }
}

/** `database` is only read, and by nobody else. */
export function watchFold(database: Database.Database, { store, keys }: { store: Store; keys: Keys }): FoldWatch {
  const check = startHistoryCheck(database, keys)
  const logText = [textOf(database, 'order_entries'), textOf(database, 'events')]
  const tableText = new Map(TABLE_NAMES.map((table) => [table, textOf(database, table)]))
  const foundRight = new Map<TableName, string>()
  let logBefore = logText.map(() => '')
  let seen: { commits: number; state: MemoryState } | null = null

  const wrong = (problem: string): ReturnType<FoldWatch['look']> => ({ state: null, problem })

  return {
    look() {
      // SQLite counts the commits of other connections than this one.
      const commits = store.changeCounter()
      if (seen?.commits === commits) return { state: seen.state, problem: null }
      seen = null
      const log = logText.map((text) => text())
      if (log.some((text, part) => !text.startsWith(logBefore[part] ?? ''))) {
        return wrong('history: an entry that was kept is lost or changed')
      }
      const history = check.goOn()
      if (!history.sound) return wrong(`history: ${history.problem.reason}`)
      logBefore = log
      for (const table of check.takeTouched()) foundRight.delete(table)
      for (const [table, text] of tableText) {
        const present = text()
        if (foundRight.get(table) === present) continue
        const difference = differenceFromFold(history.state, store.foldedRows, [table])
        if (difference !== null) return wrong(`tables: ${table} ${difference.key} ${difference.message}`)
        foundRight.set(table, present)
      }
      seen = { commits, state: history.state }
      return { state: history.state, problem: null }
    },
  }
}

/** All of a table as one text, each value with its type; from the table itself, never from an index. */
function textOf(database: Database.Database, table: string): () => string {
  const columns = (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `quote("${name}")`)
  const row = `${columns.join(` || ',' || `)} || char(10)`
  const query = `SELECT group_concat(row, '') FROM (SELECT ${row} AS row FROM ${table} NOT INDEXED ORDER BY rowid)`
  const statement = database.prepare(query).pluck()
  return () => (statement.get() as string | null) ?? ''
}
