import type { AuditFilter, AuditRow } from '../../app/history-port.ts'
import type { Page } from '../../app/ports.ts'
import { saysWords } from './audit-words.ts'
import { pageOf, readCursor } from './cursor.ts'
import type { Statements } from './statements.ts'

/**
 * The log for people, newest first. A tool, a member (by their keys) and a type are looked up by index; words are looked
 * for in what is left.
 */
export function readAuditEvents(statements: Statements, filter: AuditFilter): Page<AuditRow> {
  const { build, all } = statements
  let query = build
    .selectFrom('order_entries')
    .innerJoin('events', 'events.id', 'order_entries.event_id')
    .leftJoin('keys', 'keys.key_id', 'events.key_id')
    .select([
      'events.id',
      'order_number',
      'at',
      'type',
      'outcome',
      'failure',
      'body',
      'hash',
      'events.key_id',
      'events.tool_id',
      'keys.member_id',
      'keys.device_id',
    ])
  const { toolId, memberId, type, since, until, text } = filter
  if (toolId !== null) query = query.where('events.tool_id', '=', toolId)
  if (memberId !== null) {
    query = query.where(
      'events.key_id',
      'in',
      build.selectFrom('keys').select('key_id').where('member_id', '=', memberId),
    )
  }
  if (type !== null) query = query.where('type', '=', type)
  if (since !== null) query = query.where('at', '>=', since)
  if (until !== null) query = query.where('at', '<', until)
  for (const says of saysWords(statements, text)) query = query.where(says)
  const cursor = readCursor(filter.after, 1)
  if (cursor !== null) query = query.where('order_number', '<', Number(cursor[0]))
  const rows = all(query.orderBy('order_number', 'desc').limit(filter.limit + 1))
  return pageOf(
    rows,
    filter.limit,
    (row): AuditRow => ({ ...row, outcome: row.outcome as AuditRow['outcome'] }),
    (row) => [row.order_number],
  )
}
