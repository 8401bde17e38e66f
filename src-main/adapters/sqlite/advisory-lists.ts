import { sql } from 'kysely'
import type { AdvisoryFilter, Page } from '../../app/ports.ts'
import type { Advisory, OverrideScope } from '../../domain/advisory.ts'
import type { RiskLevel } from '../../domain/decision/decision.ts'
import { pageOf, readCursor } from './cursor.ts'
import { decode } from './fold.ts'
import type { Statements } from './statements.ts'

/** Advisories in the order in which they were made; each filter has an index of its own in that order. */
export function readAdvisories({ build, all }: Statements, filter: AdvisoryFilter): Page<Advisory> {
  let query = build.selectFrom('advisories').selectAll('advisories')
  const { requestedBy } = filter
  if (filter.runId !== null) query = query.where('advisories.run_id', '=', filter.runId)
  if (filter.kind !== null) query = query.where('advisories.kind', '=', filter.kind)
  // An index of a part of a table is used only where the query says literally which part.
  if (filter.reviewed !== null)
    query = query.where(filter.reviewed ? sql<boolean>`advisories.reviewed = 1` : sql<boolean>`advisories.reviewed = 0`)
  if (filter.reviewedBy !== null) query = query.where('advisories.reviewed_by', '=', filter.reviewedBy)
  if (filter.automaticNotes !== null) {
    query = query
      .where('advisories.review_notes', '=', filter.automaticNotes)
      .where(sql<boolean>`advisories.reviewed_by GLOB 'system:*'`)
  }
  if (requestedBy !== null && filter.runId === null) {
    // Whose run it is about leads, and that table is in order already: what others' runs have is never looked at.
    const cursor = readCursor(filter.after, 2)
    const mine = query
      .innerJoin('advisories_of', 'advisories_of.advisory_id', 'advisories.id')
      .where('advisories_of.member_id', '=', requestedBy)
      .where(
        cursor === null
          ? sql<boolean>`TRUE`
          : sql<boolean>`(advisories_of.created_at, advisories_of.advisory_id) > (${cursor[0]}, ${cursor[1]})`,
      )
      .where(filter.since === null ? sql<boolean>`TRUE` : sql<boolean>`advisories_of.created_at >= ${filter.since}`)
      .where(filter.until === null ? sql<boolean>`TRUE` : sql<boolean>`advisories_of.created_at < ${filter.until}`)
      .orderBy('advisories_of.created_at')
      .orderBy('advisories_of.advisory_id')
    return pageOf(
      all(mine.limit(filter.limit + 1)),
      filter.limit,
      (row) => decode('advisories', row),
      (row) => [row.created_at, row.id],
    )
  }
  if (filter.since !== null) query = query.where('advisories.created_at', '>=', filter.since)
  if (filter.until !== null) query = query.where('advisories.created_at', '<', filter.until)
  const cursor = readCursor(filter.after, 2)
  if (cursor !== null)
    query = query.where(sql<boolean>`(advisories.created_at, advisories.id) > (${cursor[0]}, ${cursor[1]})`)
  const rows = all(
    query
      .orderBy('advisories.created_at')
      .orderBy('advisories.id')
      .limit(filter.limit + 1),
  )
  return pageOf(
    rows,
    filter.limit,
    (row) => decode('advisories', row),
    (row) => [row.created_at, row.id],
  )
}

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
