import { sql, type RawBuilder } from 'kysely'
import type { OrderedEvent, Reads } from '../../app/ports.ts'
import { EVENT_COLUMNS } from './event-log.ts'
import type { Statements } from './statements.ts'

/** Events by what they are about: for checking one record, and for taking its evidence along. */

/** As in the index `events_by_run`, letter by letter. */
const ABOUT_A_RUN = `coalesce(json_extract(body, '$.run_id'), json_extract(body, '$.run.id'))`
const RUN_TYPES = `type IN ('run.recorded', 'run.explained', 'run.meta_patched', 'run.pinned', 'advisory.attached', 'advisory.reviewed')`
const KEY_TYPES = `type IN ('workspace.created', 'member.added', 'key.rotated')`
const VERSION_IDS = ['version_id', 'new_version_id', 'to_version_id']
/** People don't do more than this to one thing; it bounds what a hostile history could make a question cost. */
const MAX_EVENTS = 10_000

/** By an index of the order, so that what else there is isn't looked at. */
const audited = (condition: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql<boolean>`order_number IN (SELECT order_number FROM audit_entries WHERE ${condition})`

const COLUMNS = ['order_number', ...EVENT_COLUMNS] as const

export function createEventReads({
  build,
  all,
}: Statements): Pick<Reads, 'eventsOfRun' | 'eventsOfVersion' | 'keyEvents' | 'orderedHashes'> {
  function where(...conditions: RawBuilder<boolean>[]): OrderedEvent[] {
    let query = build
      .selectFrom('events')
      .innerJoin('order_entries', 'order_entries.event_id', 'events.id')
      .select(COLUMNS)
    for (const condition of conditions) query = query.where(condition)
    return all(query.orderBy('order_number').limit(MAX_EVENTS))
  }
  return {
    eventsOfRun: (runId) => where(sql`${sql.raw(ABOUT_A_RUN)} = ${runId}`, sql.raw(RUN_TYPES)),
    eventsOfVersion: (toolId, versionId) =>
      where(
        audited(sql`tool_id = ${toolId} AND type GLOB 'version.*'`),
        sql`${versionId} IN (${sql.join(VERSION_IDS.map((name) => sql`json_extract(body, ${`$.${name}`})`))})`,
      ),
    keyEvents: () => where(audited(sql.raw(KEY_TYPES))),
    orderedHashes: (afterOrder, limit) =>
      all(
        build
          .selectFrom('order_entries')
          .innerJoin('events', 'events.id', 'order_entries.event_id')
          .select(['hash', 'head_hash'])
          .where('order_number', '>', afterOrder)
          .orderBy('order_number')
          .limit(limit),
      ),
  }
}
