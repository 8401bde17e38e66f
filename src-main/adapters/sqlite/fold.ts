import { sql } from 'kysely'
import type { Json } from '../../domain/result.ts'
import { TABLE_KEYS, type Change, type StateView, type TableName, type Tables } from '../../domain/state.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** The folded tables in SQLite: how rows are written, read back, and looked up by `apply`. */

const JSON_COLUMNS = new Set(
  'tags record input_schema settings_schema runtime professions categories modified meta override_scope'.split(' '),
)
const BOOLEAN_COLUMNS = new Set(
  'is_published is_head was_active is_current is_unclaimed is_pinned reviewed approved_for_workflow'.split(' '),
)
/** `settings.value` is JSON too; the column name alone doesn't say so elsewhere. */
const isJson = (table: TableName, column: string): boolean =>
  JSON_COLUMNS.has(column) || (table === 'settings' && column === 'value')

type SqlValue = string | number | null
type SqlRow = Record<string, SqlValue>

function encode(table: TableName, row: object): SqlRow {
  const encoded: SqlRow = {}
  for (const [column, value] of Object.entries(row)) {
    if (isJson(table, column)) encoded[column] = value === null && table !== 'settings' ? null : JSON.stringify(value)
    else encoded[column] = BOOLEAN_COLUMNS.has(column) ? Number(value) : (value as SqlValue)
  }
  return encoded
}

/** A row as the domain knows it, from a row as SQLite keeps it. */
export function decode<T extends TableName>(table: T, row: Schema[T]): Tables[T] {
  const decoded: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) {
    if (isJson(table, column)) decoded[column] = value === null ? null : JSON.parse(value as string)
    else decoded[column] = BOOLEAN_COLUMNS.has(column) ? value === 1 : value
  }
  return decoded as unknown as Tables[T]
}

function decodeExactly<T extends TableName>(table: T, row: Schema[T]): Tables[T] {
  const values = Object.entries(row as Record<string, SqlValue>).map(([column, stored]) => {
    try {
      const decoded = decode(table, { [column]: stored } as never) as unknown as Record<string, unknown>
      if (encode(table, decoded)[column] === stored) return [column, decoded[column]]
    } catch {
      // Told by the value below.
    }
    return [column, { unreadable: stored }]
  })
  return Object.fromEntries(values) as Tables[T]
}

/**
 * Puts one whole row in place by its key. What is there already is changed only where it differs: SQLite writes every
 * index of a column that it is told to set, also to the value that it has. `present` is the row that is there, or null
 * for none, where the caller knows it; otherwise it is looked up. Call it inside a transaction only.
 */
export type FoldWriter = (change: Change, present?: object | null) => void

export function createFoldWriter(statements: Statements): FoldWriter {
  const writers = new Map<TableName, TableWriter>()
  return ({ table, row }, present) => {
    const values = encode(table, row)
    // A table's rows all have the same columns, so one writer a table is enough.
    const writer = writers.get(table) ?? createTableWriter(statements, table, Object.keys(values))
    writers.set(table, writer)
    const stored = present === undefined ? writer.read(values) : present === null ? null : encode(table, present)
    if (stored === null) writer.insert(values)
    else writer.update(stored, values)
  }
}

interface TableWriter {
  read(values: SqlRow): SqlRow | null
  insert(values: SqlRow): void
  update(stored: SqlRow, values: SqlRow): void
}

function createTableWriter({ build, template }: Statements, table: TableName, columns: string[]): TableWriter {
  const keys = TABLE_KEYS[table] as readonly string[]
  // Any table will do for the types: names and values come from the row itself.
  const name = table as 'tools'
  const pick = (values: SqlRow, of: readonly string[]) =>
    Object.fromEntries(of.map((column) => [column, values[column]])) as never
  const stored = template((values: SqlRow) =>
    build
      .selectFrom(name)
      .select(columns as never)
      .where((query) => query.and(pick(values, keys))),
  )
  const insert = template((values: SqlRow) => build.insertInto(name).values(pick(values, columns)))
  const updates = new Map<string, { run(values: SqlRow): void }>()
  const updateOf = (changed: string[]) =>
    template((values: SqlRow) =>
      build
        .updateTable(name)
        .set(pick(values, changed))
        .where((query) => query.and(pick(values, keys))),
    )

  return {
    read: (values) => (stored.first(values) as SqlRow | undefined) ?? null,
    insert: (values) => insert.run(values),
    update(before, values) {
      const changed = columns.filter((column) => before[column] !== values[column])
      if (changed.length === 0) return
      // One for each set of columns that some event changes.
      const update = updates.get(changed.join()) ?? updateOf(changed)
      updates.set(changed.join(), update)
      update.run(values)
    },
  }
}

type ById = { id: string }

export function createStateView({ build, template }: Statements): StateView {
  const row = <T extends TableName>(table: T, found: unknown): Tables[T] | null =>
    found === undefined ? null : decode(table, found as Schema[T])
  /** A look-up of one row by one column. */
  const by = <T extends TableName>(table: T, column: string) => {
    const query = template(({ id }: ById) =>
      build
        .selectFrom(table as 'tools')
        .selectAll()
        .where(column as 'id', '=', id)
        .limit(1),
    )
    return (id: string): Tables[T] | null => row(table, query.first({ id }))
  }
  const workspace = template(() => build.selectFrom('workspace').selectAll().limit(1))
  const keysOf = template(({ id }: ById) => build.selectFrom('keys').selectAll().where('member_id', '=', id))
  const superusers = template(() =>
    build
      .selectFrom('members')
      .select('id')
      .where('role', '=', 'superuser')
      .where('status', '=', 'active')
      .orderBy('id'),
  )
  const setting = template(({ id }: ById) => build.selectFrom('settings').select('value').where('key', '=', id))
  const maintainer = template(({ toolId, memberId }: { toolId: string; memberId: string }) =>
    build.selectFrom('tool_maintainers').selectAll().where('tool_id', '=', toolId).where('member_id', '=', memberId),
  )
  const maintainers = template(({ id }: ById) =>
    build
      .selectFrom('tool_maintainers')
      .select('member_id')
      .where('tool_id', '=', id)
      .where('is_current', '=', 1)
      .orderBy('member_id'),
  )

  return {
    workspace: () => row('workspace', workspace.first({})),
    key: by('keys', 'key_id'),
    keysOf: (memberId) => keysOf.all({ id: memberId }).map((found) => decode('keys', found)),
    member: by('members', 'id'),
    memberByNameKey: by('members', 'name_key'),
    superusers: () => superusers.all({}).map((found) => found.id),
    device: by('devices', 'id'),
    setting: (key) => {
      const found = setting.first({ id: key })
      return found === undefined ? undefined : (JSON.parse(found.value) as Json)
    },
    tool: by('tools', 'id'),
    toolBySlug: by('tools', 'slug'),
    maintainer: (toolId, memberId) => row('tool_maintainers', maintainer.first({ toolId, memberId })),
    maintainers: (toolId) => maintainers.all({ id: toolId }).map((found) => found.member_id),
    version: by('versions', 'id'),
    run: by('runs', 'id'),
    runNotes: by('run_notes', 'run_id'),
    advisory: by('advisories', 'id'),
    nomination: by('nominations', 'id'),
    suggestion: by('suggestions', 'id'),
    comment: by('comments', 'id'),
  }
}

/**
 * All rows of a folded table, for comparing with what the events give. A value that the fold would not have written this
 * way, such as a 2 for a yes or JSON that doesn't parse, is given as `unreadable`, which no event makes.
 */
export function* foldedRows<T extends TableName>(statements: Statements, table: T): Generator<Tables[T]> {
  const { build, all } = statements
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const query = build
      .selectFrom(table as 'tools')
      .selectAll()
      .select(sql<number>`rowid`.as('row_number'))
    const rows = all(
      query
        .where(sql<boolean>`rowid > ${after}`)
        .orderBy(sql`rowid`)
        .limit(ROWS_AT_ONCE),
    )
    for (const { row_number: rowNumber, ...row } of rows) {
      after = rowNumber
      yield decodeExactly(table, row as never)
    }
    if (rows.length < ROWS_AT_ONCE) return
  }
}

/** A page is read by the table itself, never by an index, so that no row hides. */
const ROWS_AT_ONCE = 500
