import { sql, type ExpressionBuilder, type SelectQueryBuilder } from 'kysely'
import type { Page, PageRequest, Reads, ToolFilter, ToolListItem, VersionFilter } from '../../app/ports.ts'
import type { Tables } from '../../domain/state.ts'
import type { Version } from '../../domain/version.ts'
import { readAuditEvents } from './audit-reads.ts'
import { readAdvisories, readApprovedOverrides } from './advisory-lists.ts'
import { pageOf, readCursor } from './cursor.ts'
import { createEventReads } from './event-reads.ts'
import { decode } from './fold.ts'
import { readRuns } from './run-lists.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** How many drafts of one tool are looked at, at most. */
const MAX_HEADS = 200

const escapeLike = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

type PagedById = 'nominations' | 'suggestions' | 'comments' | 'decisions'

/** What a contributor sees of the versions of a tool that they maintain. */
function isVisible(where: ExpressionBuilder<Schema, 'versions'>, memberId: string) {
  return where.or([where('created_by', '=', memberId), where('state', 'in', ['active', 'archived'])])
}

export function createReads(statements: Statements): Reads {
  const { build, all, first } = statements

  const version = (row: unknown): Version => decode('versions', row as Schema['versions'])
  const selectTools = (draftsOf: string | null) => {
    const counted = () => {
      const drafts = build
        .selectFrom('versions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where(sql<boolean>`versions.tool_id = tools.id`)
      return draftsOf === null ? drafts : drafts.where('versions.created_by', '=', draftsOf)
    }
    return build
      .selectFrom('tools')
      .leftJoin('versions as active', 'active.id', 'tools.active_version_id')
      .selectAll('tools')
      .select([
        'active.version_number as active_version_number',
        'active.published_at as active_published_at',
        counted()
          .where(sql<boolean>`versions.state = 'draft' AND versions.is_head = 1`)
          .as('draft_count'),
        counted().where('versions.state', '=', 'in_review').as('in_review_count'),
      ])
  }
  const toolItem = (row: Record<string, unknown>): ToolListItem => decode('tools', row as never) as ToolListItem

  return {
    members: () =>
      all(build.selectFrom('members').selectAll().orderBy('name_key')).map((row) => decode('members', row)),
    settings: () => all(build.selectFrom('settings').selectAll()).map((row) => decode('settings', row)),
    keys: () =>
      all(build.selectFrom('keys').selectAll().orderBy('admitted_at').orderBy('key_id')).map((row) =>
        decode('keys', row),
      ),
    devices: () =>
      all(build.selectFrom('devices').selectAll().orderBy('admitted_at')).map((row) => decode('devices', row)),
    nominations({ limit, after, status, memberId }) {
      let query = build.selectFrom('nominations').selectAll()
      if (status !== null) query = query.where('status', '=', status)
      if (memberId !== null) query = query.where('member_id', '=', memberId)
      return pageById('nominations', query, { limit, after }, 'newest first')
    },
    suggestions({ limit, after, status, submittedBy }) {
      let query = build.selectFrom('suggestions').selectAll()
      if (status !== null) query = query.where('status', '=', status)
      if (submittedBy !== null) query = query.where('submitted_by', '=', submittedBy)
      return pageById('suggestions', query, { limit, after }, 'newest first')
    },
    comments({ versionId, limit, after }) {
      const query = build.selectFrom('comments').selectAll().where('version_id', '=', versionId)
      return pageById('comments', query, { limit, after }, 'oldest first')
    },
    advisories: (filter) => readAdvisories(statements, filter),
    approvedOverrides: (scope) => readApprovedOverrides(statements, scope),
    ...createEventReads(statements),
    tools: (filter) => readTools(filter),
    tool(id, draftsOf) {
      const row = first(selectTools(draftsOf).where('tools.id', '=', id))
      return row === undefined ? null : toolItem(row)
    },
    versions: (filter) => readVersions(filter),
    versionByNumber(toolId, number) {
      const row = first(
        build.selectFrom('versions').selectAll().where('tool_id', '=', toolId).where('version_number', '=', number),
      )
      return row === undefined ? null : version(row)
    },
    draftHeads(toolId, visibleTo) {
      let query = build
        .selectFrom('versions')
        .selectAll()
        .where('tool_id', '=', toolId)
        .where('state', '=', 'draft')
        .where('is_head', '=', 1)
      if (visibleTo !== null) query = query.where('created_by', '=', visibleTo)
      return all(query.orderBy('version_number', 'desc').limit(MAX_HEADS)).map(version)
    },
    newestHead(toolId, visibleTo) {
      let query = build
        .selectFrom('versions')
        .selectAll()
        .where('tool_id', '=', toolId)
        .where('state', 'in', ['draft', 'in_review'])
        .where('is_head', '=', 1)
      if (visibleTo !== null) query = query.where('created_by', '=', visibleTo)
      const row = first(query.orderBy('version_number', 'desc').limit(1))
      return row === undefined ? null : version(row)
    },
    headOfLine(lineId) {
      const row = first(build.selectFrom('versions').selectAll().where('line_id', '=', lineId).where('is_head', '=', 1))
      return row === undefined ? null : version(row)
    },
    versionsInReview: (request) => readReviews(request),
    content(manifestHash) {
      const row = first(build.selectFrom('version_contents').selectAll().where('manifest_hash', '=', manifestHash))
      if (row === undefined) return null
      const { manifest_hash: _, ...content } = decode('version_contents', row)
      return content
    },
    decisions({ toolId, visibleTo, limit, after }) {
      let query = build.selectFrom('decisions').selectAll().where('tool_id', '=', toolId)
      if (visibleTo !== null) {
        const seen = build
          .selectFrom('versions')
          .select('id')
          .where((where) => isVisible(where, visibleTo))
        query = query.where('version_id', 'in', seen.where('tool_id', '=', toolId))
      }
      return pageById('decisions', query, { limit, after }, 'newest first')
    },
    runs: (filter) => readRuns(statements, filter),
    runIds(requestedBy, after, limit) {
      let query = build.selectFrom('runs').select('id').where('id', '>', after)
      if (requestedBy !== null) query = query.where('requested_by', '=', requestedBy)
      return all(query.orderBy('id').limit(limit)).map(({ id }) => id)
    },
    auditEvents: (filter) => readAuditEvents(statements, filter),
  }

  /** Ids are made in the order of time. */
  function pageById<T extends PagedById>(
    table: T,
    query: SelectQueryBuilder<Schema, T, unknown>,
    { limit, after }: PageRequest,
    order: 'newest first' | 'oldest first',
  ): Page<Tables[T]> {
    // One of the tables stands for them all: nothing but the id is named.
    let rest = query as unknown as SelectQueryBuilder<Schema, 'comments', Schema['comments']>
    const [beyond, direction] = order === 'newest first' ? (['<', 'desc'] as const) : (['>', 'asc'] as const)
    const cursor = readCursor(after, 1)
    if (cursor !== null) rest = rest.where('id', beyond, String(cursor[0]))
    const rows: { id: string }[] = all(rest.orderBy('id', direction).limit(limit + 1))
    return pageOf(
      rows,
      limit,
      (row) => decode(table, row as Schema[T]),
      (row) => [row.id],
    )
  }

  function readTools(filter: ToolFilter): Page<ToolListItem> {
    let query = selectTools(filter.draftsOf)
    const runnable = (where: ExpressionBuilder<Schema, 'tools'>) =>
      where.and([where('tools.is_published', '=', 1), where('tools.active_version_id', 'is not', null)])
    if (filter.onlyRunnable) query = query.where((where) => runnable(where as never))
    const { maintainedBy } = filter
    if (maintainedBy !== null) {
      query = query.where((where) => {
        const maintained = where.exists(
          build
            .selectFrom('tool_maintainers')
            .select('tool_maintainers.tool_id')
            .whereRef('tool_maintainers.tool_id', '=', sql.ref('tools.id'))
            .where('tool_maintainers.member_id', '=', maintainedBy)
            .where('tool_maintainers.is_current', '=', 1),
        )
        return filter.orRunnable ? where.or([maintained, runnable(where as never)]) : maintained
      })
    }
    if (filter.published !== null) query = query.where('tools.is_published', '=', Number(filter.published))
    if (filter.text !== '') {
      const pattern = escapeLike(filter.text)
      query = query.where(
        sql<boolean>`(tools.title LIKE ${pattern} ESCAPE '\\' OR tools.slug LIKE ${pattern} ESCAPE '\\'
          OR tools.summary LIKE ${pattern} ESCAPE '\\' OR tools.tags LIKE ${pattern} ESCAPE '\\')`,
      )
    }
    const cursor = readCursor(filter.after, 2)
    if (cursor !== null) {
      query = query.where(sql<boolean>`(tools.title COLLATE NOCASE, tools.id) > (${cursor[0]}, ${cursor[1]})`)
    }
    const rows = all(
      query
        .orderBy(sql`tools.title COLLATE NOCASE`)
        .orderBy('tools.id')
        .limit(filter.limit + 1),
    )
    return pageOf(rows, filter.limit, toolItem, (row) => [row.title, row.id])
  }

  function readVersions(filter: VersionFilter): Page<Version> {
    let query = build.selectFrom('versions').selectAll().where('tool_id', '=', filter.toolId)
    if (filter.state !== null) query = query.where('state', '=', filter.state)
    const { visibleTo } = filter
    if (visibleTo !== null) {
      query = query.where((where) => isVisible(where, visibleTo))
    }
    const cursor = readCursor(filter.after, 1)
    if (cursor !== null) query = query.where('version_number', '<', Number(cursor[0]))
    const rows = all(query.orderBy('version_number', 'desc').limit(filter.limit + 1))
    return pageOf(rows, filter.limit, version, (row) => [row.version_number ?? 0])
  }

  function readReviews(request: PageRequest & { visibleTo: string | null }): Page<Version> {
    let query = build
      .selectFrom('versions')
      .selectAll()
      .where(sql<boolean>`state = 'in_review'`)
    if (request.visibleTo !== null) query = query.where('created_by', '=', request.visibleTo)
    const cursor = readCursor(request.after, 2)
    if (cursor !== null) query = query.where(sql<boolean>`(submitted_for_review_at, id) > (${cursor[0]}, ${cursor[1]})`)
    const rows = all(
      query
        .orderBy('submitted_for_review_at')
        .orderBy('id')
        .limit(request.limit + 1),
    )
    return pageOf(rows, request.limit, version, (row) => [row.submitted_for_review_at ?? '', row.id])
  }
}
