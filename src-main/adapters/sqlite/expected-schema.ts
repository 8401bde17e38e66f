import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../../migrations/index.ts'

/** Tables, indexes and triggers as the migrations make them: constraints and triggers hold rules too. */

/** Kept files of runs and of saved inputs travel in this table of a backup; the app itself knows no such table. */
export const BACKUP_FILES_TABLE = `CREATE TABLE backup_files (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT`

/** What may be there besides: what travels in a backup, and statistics, which hold no rule. */
const BESIDES = new Map([
  ['table backup_files', BACKUP_FILES_TABLE],
  ['index sqlite_autoindex_backup_files_1', ''],
  ['table sqlite_stat1', 'CREATE TABLE sqlite_stat1(tbl,idx,stat)'],
  ['table sqlite_stat4', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)'],
])

/** Brings a database to the schema that it has after the migration of this name. */
export async function bringTo(database: Database.Database, level: string): Promise<void> {
  const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateTo(level)
  if (error !== undefined) throw error
}

export function latestLevel(): string {
  return levels().at(-1)!
}

function levels(): string[] {
  return Object.keys(migrations).sort()
}

/** The last of these migrations; null when they are not the first ones, without a gap. */
export function levelAfter(applied: readonly string[]): string | null {
  const known = levels()
  return applied.every((name, index) => name === known[index]) ? (applied.at(-1) ?? null) : null
}

/** Names of the migrations that a database has been through, in order. A view or the like in that place is not read. */
export function appliedMigrations(database: Database.Database): string[] {
  if (!schemaOf(database).has('table kysely_migration')) return []
  return database.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all() as string[]
}

const expectedSchemas = new Map<string, Promise<Map<string, string>>>()

/**
 * The name of something in the schema that the migrations up to `level` don't make like that; null when there is none.
 * Reads nothing but the schema, so that no view or trigger of a hostile file gets to work.
 */
export async function schemaDifference(database: Database.Database, level: string): Promise<string | null> {
  const expected = await expectedSchema(level)
  const present = schemaOf(database)
  for (const name of expected.keys()) if (!present.has(name)) return name
  const isOdd = ([name, statement]: [string, string]): boolean =>
    (expected.get(name) ?? BESIDES.get(name)) !== statement
  return [...present].find(isOdd)?.[0] ?? null
}

function expectedSchema(level: string): Promise<Map<string, string>> {
  const known = expectedSchemas.get(level)
  if (known !== undefined) return known
  const making = makeSchema(level)
  expectedSchemas.set(level, making)
  return making
}

async function makeSchema(level: string): Promise<Map<string, string>> {
  const made = new Database(':memory:')
  try {
    await bringTo(made, level)
    return schemaOf(made)
  } finally {
    made.close()
  }
}

function schemaOf(database: Database.Database): Map<string, string> {
  const query = `SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema`
  return new Map(database.prepare(query).raw().all() as [name: string, statement: string][])
}
