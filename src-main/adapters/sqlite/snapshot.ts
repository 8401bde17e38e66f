import Database from 'better-sqlite3'
import { sql } from 'kysely'
import type { Snapshot } from '../../app/history-port.ts'
import { createStoredReader } from './event-log.ts'
import { latestLevel, schemaDifference } from './expected-schema.ts'
import { foldedRows } from './fold.ts'
import { mislistedEntries } from './listed-order.ts'
import { createStatements } from './statements.ts'

const ENTRIES_AT_ONCE = 500
const CONTENTS_AT_ONCE = 20

/** A connection of its own with one read transaction: what others commit meanwhile is not seen. */
export function openSnapshot(file: string): Snapshot {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  try {
    database.pragma('trusted_schema = OFF')
    database.exec('BEGIN')
    return snapshotOver(database)
  } catch (error) {
    database.close()
    throw error
  }
}

function snapshotOver(database: Database.Database): Snapshot {
  const statements = createStatements(database)
  const { build, all, first } = statements
  const readStored = createStoredReader(statements)
  return {
    schemaDifference: () => schemaDifference(database, latestLevel()),
    *entries() {
      let after = 0
      for (;;) {
        const entries = readStored(after, ENTRIES_AT_ONCE)
        yield entries
        after = entries.at(-1)?.order_number ?? after
        if (entries.length < ENTRIES_AT_ONCE) return
      }
    },
    unorderedEvents() {
      const query = build
        .selectFrom('events')
        .leftJoin('order_entries', 'order_entries.event_id', 'events.id')
        .where('order_entries.event_id', 'is', null)
      return first(query.select(({ fn }) => fn.countAll<number>().as('count')))?.count ?? 0
    },
    mislistedEntries: () => mislistedEntries(statements),
    foldedRows: (table) => foldedRows(statements, table),
    *contents() {
      let after = Number.MIN_SAFE_INTEGER
      for (;;) {
        const query = build
          .selectFrom('contents')
          .selectAll()
          .select(sql<number>`rowid`.as('row_number'))
        const rows = all(
          query
            .where(sql<boolean>`rowid > ${after}`)
            .orderBy(sql`rowid`)
            .limit(CONTENTS_AT_ONCE),
        )
        yield* rows
        after = rows.at(-1)?.row_number ?? after
        if (rows.length < CONTENTS_AT_ONCE) return
      }
    },
    close: () => database.close(),
  }
}
