import { sql, type RawBuilder } from 'kysely'
import type { AdvisoryFilter, Page } from '../../app/ports.ts'
import { advisoryKindSchema, type Advisory, type OverrideScope } from '../../domain/advisory.ts'
import type { RiskLevel } from '../../domain/decision/decision.ts'
import { pageOf, readCursor } from './cursor.ts'
import { decode } from './fold.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

const KINDS = advisoryKindSchema.options

/**
 * Advisories in the order in which they were made. Each kind, reviewed or not, is a stretch of an index that is in that
 * order already, and the stretches are merged as far as the page goes.
 */
export function readAdvisories(statements: Statements, filter: AdvisoryFilter): Page<Advisory> {
  const query = sql`SELECT advisories.* FROM (${sql.join(stretchesOf(filter), sql` UNION ALL `)}
    ORDER BY created_at, id LIMIT ${sql.lit(filter.limit + 1)}) AS found
    JOIN advisories ON advisories.id = found.id ORDER BY found.created_at, found.id`
  const rows = statements.all({ compile: () => query.compile(statements.build) as never }) as Schema['advisories'][]
  return pageOf(
    rows,
    filter.limit,
    (row) => decode('advisories', row),
    (row) => [row.created_at, row.id],
  )
}

/** What somebody sees who doesn't see all has stretches of its own; a person who reviewed leads, since they are few. */
function stretchesOf(filter: AdvisoryFilter): RawBuilder<unknown>[] {
  const { runId, requestedBy, reviewedBy, automaticNotes } = filter
  const kinds = (filter.kind === null ? KINDS : [filter.kind]).map((kind) => sql`kind = ${kind}`)
  // An index of a part of a table is used only where the query says literally which part.
  const states = [false, true].filter((is) => (filter.reviewed ?? is) === is)
  const byReviewer = reviewedBy === null ? [] : [sql`reviewed_by = ${reviewedBy}`]
  const byPolicy =
    automaticNotes === null ? [] : [sql`review_notes = ${automaticNotes}`, sql`reviewed_by GLOB 'system:*'`]
  const asReviewed = filter.reviewed === null ? [] : [stateIs(filter.reviewed)]
  const from = (index: string, ...conditions: RawBuilder<unknown>[]): RawBuilder<unknown> =>
    sql`SELECT created_at, id FROM advisories INDEXED BY ${sql.raw(index)}
      WHERE ${conjunction([...conditions, ...span(filter, 'id')])}`

  if (runId !== null) {
    const ofKind = filter.kind === null ? [] : kinds
    return [from('advisories_by_run', sql`run_id = ${runId}`, ...ofKind, ...asReviewed, ...byReviewer, ...byPolicy)]
  }
  if (reviewedBy !== null && (requestedBy === null || !reviewedBy.startsWith('system:'))) {
    const own = sql`${requestedBy} IN (SELECT requested_by FROM runs WHERE runs.id = run_id)`
    const rest = [...asReviewed, ...byPolicy, ...(requestedBy === null ? [] : [own])]
    return kinds.map((kind) => from('advisories_by_reviewer', ...byReviewer, kind, ...rest))
  }
  if (requestedBy !== null) {
    const rest = [...byReviewer, ...byPolicy]
    const isSo = sql`EXISTS (SELECT 1 FROM advisories WHERE ${conjunction([sql`id = advisory_id`, ...rest])})`
    const own = [sql`member_id = ${requestedBy}`, ...span(filter, 'advisory_id'), ...(rest.length === 0 ? [] : [isSo])]
    return kinds.flatMap((kind) =>
      states.map(
        (is) =>
          sql`SELECT created_at, advisory_id AS id FROM advisories_of WHERE ${conjunction([kind, stateIs(is), ...own])}`,
      ),
    )
  }
  if (automaticNotes !== null) return kinds.map((kind) => from('advisories_by_notes', ...byPolicy, kind, ...asReviewed))
  return kinds.flatMap((kind) =>
    states.map((is) => from(is ? 'advisories_reviewed' : 'advisories_to_review', stateIs(is), kind)),
  )
}

const stateIs = (isReviewed: boolean): RawBuilder<unknown> => sql.raw(`reviewed = ${Number(isReviewed)}`)

function span(filter: AdvisoryFilter, idColumn: string): RawBuilder<unknown>[] {
  const cursor = readCursor(filter.after, 2)
  return [
    ...(filter.since === null ? [] : [sql`created_at >= ${filter.since}`]),
    ...(filter.until === null ? [] : [sql`created_at < ${filter.until}`]),
    ...(cursor === null ? [] : [sql`(created_at, ${sql.ref(idColumn)}) > (${cursor[0]}, ${cursor[1]})`]),
  ]
}

const conjunction = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(conditions, sql` AND `)

export function readApprovedOverrides(
  { build, all }: Statements,
  scope: Omit<OverrideScope, 'risk_level'>,
): RiskLevel[] {
  const { manifest_hash, context, policy_id, policy_version } = scope
  const approved = build
    .selectFrom('advisories')
    .select(sql<RiskLevel>`json_extract(override_scope, '$.risk_level')`.as('level'))
    .distinct()
    .where(sql<boolean>`kind = 'override_request' AND approved_for_workflow = 1`)
    .where(sql<boolean>`json_extract(override_scope, '$.manifest_hash') = ${manifest_hash}`)
    .where(sql<boolean>`json_extract(override_scope, '$.context') = ${context}`)
    .where(sql<boolean>`json_extract(override_scope, '$.policy_id') = ${policy_id}`)
    .where(sql<boolean>`json_extract(override_scope, '$.policy_version') = ${policy_version}`)
  return all(approved).map(({ level }) => level)
}
