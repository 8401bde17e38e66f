import { sql, type RawBuilder } from 'kysely'
import type { AuditFilter, AuditRow } from '../../app/history-port.ts'
import type { Page } from '../../app/ports.ts'
import { saysWords } from './audit-words.ts'
import { readCursor, pageOf, writeCursor } from './cursor.ts'
import type { Statements } from './statements.ts'

/**
 * The log for people, newest first. A tool, a member (by their keys) and a type are each a stretch of an index that is in
 * order already, and a span of time is a stretch of the order itself, so that a page costs the same wherever it is. Words
 * have no index: they are looked for in so many entries a page, and a page may end before it is full.
 */

/** Reading and looking through so many bodies takes no longer than a screen may wait. */
const LOOKED_THROUGH = 1000
/** SQLite puts at most 500 stretches together; nobody replaces a key so often. */
const MAX_STRETCHES = 400

export function readAuditEvents(statements: Statements, filter: AuditFilter): Page<AuditRow> {
  const cursor = readCursor(filter.after, 1)
  const bounds = spanOf(statements, filter)
  if (cursor !== null) bounds.push(sql`order_number < ${Number(cursor[0])}`)
  const says = saysWords(statements, filter.text)
  if (says.length === 0) {
    const rows = rowsOf(statements, stretchOf(statements, filter, bounds, filter.limit + 1), [])
    return pageOf(rows, filter.limit, (row) => row, keyOf)
  }
  const last = lastLookedAt(statements, stretchOf(statements, filter, bounds, LOOKED_THROUGH))
  if (last !== null) bounds.push(sql`order_number >= ${last}`)
  const rows = rowsOf(statements, stretchOf(statements, filter, bounds, LOOKED_THROUGH), says, filter.limit + 1)
  const page = pageOf(rows, filter.limit, (row) => row, keyOf)
  return page.next === null && last !== null ? { ...page, next: writeCursor([last]) } : page
}

const keyOf = (row: AuditRow): number[] => [row.order_number]

/** The order numbers of at most `limit` entries that the filter leaves, newest first. */
function stretchOf(
  statements: Statements,
  { toolId, memberId, type }: AuditFilter,
  bounds: readonly RawBuilder<unknown>[],
  limit: number,
): RawBuilder<unknown> {
  const keyIds = memberId === null ? [] : keysOf(statements, memberId)
  const conditions = [...bounds]
  if (type !== null) conditions.push(sql`type = ${type}`)
  const from = (index: string, ...more: RawBuilder<unknown>[]): RawBuilder<unknown> =>
    sql`SELECT order_number FROM audit_entries ${sql.raw(index)} WHERE ${all([...conditions, ...more])}`
  const newest = sql`ORDER BY order_number DESC LIMIT ${sql.lit(limit)}`
  if (toolId !== null) {
    const byMember = memberId === null ? [] : [sql`key_id IN (${sql.join(keyIds)})`]
    return sql`${from('INDEXED BY audit_by_tool', sql`tool_id = ${toolId}`, ...byMember)} ${newest}`
  }
  if (memberId !== null) {
    const index = type === null ? 'INDEXED BY audit_by_key' : 'INDEXED BY audit_by_key_and_type'
    const stretches = keyIds.slice(0, MAX_STRETCHES).map((keyId) => from(index, sql`key_id = ${keyId}`))
    return sql`${sql.join(stretches.length === 0 ? [from('NOT INDEXED', sql`FALSE`)] : stretches, sql` UNION ALL `)} ${newest}`
  }
  return sql`${from(type === null ? 'NOT INDEXED' : 'INDEXED BY audit_by_type')} ${newest}`
}

function keysOf({ build, all: read }: Statements, memberId: string): string[] {
  const own = build.selectFrom('keys').select('key_id').where('member_id', '=', memberId)
  return read(own.orderBy('admitted_at', 'desc')).map((row) => row.key_id)
}

/** Bounds in the order for a span of time. Only where a clock was set back does the order go on behind them. */
function spanOf({ build, first }: Statements, { since, until }: AuditFilter): RawBuilder<unknown>[] {
  const reached = (time: string): number | null =>
    first(
      build
        .selectFrom('audit_entries')
        .select('order_number')
        .where('latest_at', '>=', time)
        .orderBy('latest_at')
        .orderBy('order_number')
        .limit(1),
    )?.order_number ?? null
  const bounds: RawBuilder<unknown>[] = []
  if (since !== null) {
    const from = reached(since)
    bounds.push(from === null ? sql`FALSE` : sql`order_number >= ${from}`, sql`at >= ${since}`)
  }
  const end = until === null ? null : reached(until)
  if (until !== null && end !== null) {
    const behind = build
      .selectFrom('audit_entries')
      .select('order_number')
      .where(sql<boolean>`at < latest_at`)
      .where('at', '<', until)
      .where('order_number', '>=', end)
    const isSetBack = first(behind.limit(1)) !== undefined
    bounds.push(isSetBack ? sql`at < ${until}` : sql`order_number < ${end}`)
  }
  return bounds
}

/** The last of a whole stretch; null when there are fewer. */
function lastLookedAt(statements: Statements, stretch: RawBuilder<unknown>): number | null {
  const query = sql`SELECT min(order_number) AS last, count(*) AS count FROM (${stretch})`
  const [row] = read<{ last: number | null; count: number }>(statements, query)
  return row?.count === LOOKED_THROUGH ? row.last : null
}

function rowsOf(
  statements: Statements,
  stretch: RawBuilder<unknown>,
  says: readonly RawBuilder<boolean>[],
  limit = -1,
): AuditRow[] {
  return read<AuditRow>(
    statements,
    sql`SELECT events.id, order_entries.order_number, events.at, events.type, outcome, failure, body, events.hash,
        events.key_id, events.tool_id, keys.member_id, keys.device_id
      FROM (${stretch}) AS found
        CROSS JOIN order_entries ON order_entries.order_number = found.order_number
        CROSS JOIN events ON events.id = order_entries.event_id
        LEFT JOIN keys ON keys.key_id = events.key_id
      WHERE ${all([sql`TRUE`, ...says])}
      ORDER BY found.order_number DESC LIMIT ${sql.lit(limit)}`,
  )
}

const all = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`TRUE` : sql.join(conditions, sql` AND `)

function read<R>(statements: Statements, query: RawBuilder<unknown>): R[] {
  return statements.all({ compile: () => query.compile(statements.build) as never }) as R[]
}
