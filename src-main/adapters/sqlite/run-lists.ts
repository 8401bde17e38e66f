import { sql, type RawBuilder } from 'kysely'
import type { Page, RunFilter } from '../../app/ports.ts'
import { RISK_LEVELS } from '../../domain/decision/decision.ts'
import { RUN_STATUSES, runContextSchema } from '../../domain/run.ts'
import type { RunRow } from '../../domain/state.ts'
import { pageOf, readCursor } from './cursor.ts'
import { decode } from './fold.ts'
import { namedSo, pattern, type Named } from './named-so.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/**
 * Lists of runs (EV-5), newest first, at the same cost among a thousand and a million. Without words, each combination of
 * outcome, risk and context is a stretch of an index that is in order already, and the stretches are merged. With words,
 * the text index finds the places; the other filters are words there too, so that it looks through nothing in vain.
 */

const CONTEXTS = runContextSchema.options
const STATUSES = RUN_STATUSES.filter((status) => status !== 'running')
const LEVELS = [...RISK_LEVELS, null]
/** More words than people type. */
const MAX_WORDS = 8
/** Beginnings of these lengths have an index (see the migration); a longer one is looked for in the record as well. */
const MIN_BEGINNING = 2
const MAX_BEGINNING = 8
/** See the migration: milliseconds, with room for so many runs in one. */
const PLACES_A_MS = 4096

type Row = Schema['runs']

export function readRuns(statements: Statements, filter: RunFilter): Page<RunRow> {
  const words = wordsOf(filter.text)
  if (filter.text.trim() !== '' && words.length === 0) return { items: [], next: null }
  return words.length === 0 ? byStart(statements, filter) : byWords(statements, filter, words)
}

function byStart(statements: Statements, filter: RunFilter): Page<RunRow> {
  const cursor = readCursor(filter.after, 2)
  const stretches = (filter.status === null ? STATUSES : [filter.status]).flatMap((status) =>
    (filter.risk === null ? LEVELS : [filter.risk]).flatMap((level) =>
      (filter.context === null ? CONTEXTS : [filter.context]).map((context) => {
        const bounds = [sql`status = ${status}`, sql`risk_level IS ${level}`, sql`context = ${context}`]
        if (cursor !== null) bounds.push(sql`(started_at, id) < (${cursor[0]}, ${cursor[1]})`)
        return sql`SELECT started_at, id FROM runs INDEXED BY ${sql.raw(indexFor(filter))}
          WHERE ${conjunction([...named(filter), ...bounds, ...span(filter)])}`
      }),
    ),
  )
  const found = sql`SELECT runs.* FROM (${sql.join(stretches, sql` UNION ALL `)} ORDER BY started_at DESC, id DESC LIMIT ${sql.lit(filter.limit + 1)})
    AS found JOIN runs ON runs.id = found.id ORDER BY found.started_at DESC, found.id DESC`
  const rows = all<Row>(statements, found)
  return pageOf(
    rows,
    filter.limit,
    (row) => decode('runs', row),
    (row) => [row.started_at, row.id],
  )
}

/** The planner has no statistics to go by; which index serves a filter is known here. */
function indexFor({ toolId, versionId, memberId }: RunFilter): string {
  if (versionId !== null) return 'runs_of_version'
  if (memberId !== null) return toolId === null ? 'runs_of_member' : 'runs_of_member_and_tool'
  return toolId === null ? 'runs_of_all' : 'runs_of_tool'
}

function byWords(statements: Statements, filter: RunFilter, words: readonly string[]): Page<RunRow> {
  const cursor = readCursor(filter.after, 1)
  const meant = words.map((word) => namedSo(statements, word))
  const bounds = [sql`run_search MATCH ${matchText(filter, words, meant)}`]
  if (cursor !== null) bounds.push(sql`run_search.rowid < ${cursor[0]}`)
  if (filter.since !== null) bounds.push(sql`run_search.rowid >= ${Date.parse(filter.since) * PLACES_A_MS}`)
  if (filter.until !== null) bounds.push(sql`run_search.rowid < ${Date.parse(filter.until) * PLACES_A_MS}`)
  // A file may be named like an identifier's word: what was found is looked at once more, by its columns.
  const query = sql`SELECT runs.*, run_search.rowid AS place
    FROM run_search
      CROSS JOIN run_places ON run_places.place = run_search.rowid
      CROSS JOIN runs ON runs.id = run_places.run_id
    WHERE ${conjunction([...bounds, ...longBeginning(words, meant), ...named(filter), ...outcome(filter), ...span(filter)])}
    ORDER BY run_search.rowid DESC LIMIT ${sql.lit(filter.limit + 1)}`
  const rows = all<Row & { place: number }>(statements, query)
  const item = (found: Row & { place: number }): RunRow => {
    const { place: _, ...row } = found
    return decode('runs', row)
  }
  return pageOf(rows, filter.limit, item, (row) => [row.place])
}

/** A word stands in the run's own texts, or names its tool or the member who asked for it, as they are called now. */
function matchText(filter: RunFilter, words: readonly string[], meant: readonly Named[]): string {
  const identifiers = [
    filter.toolId === null ? null : identifier('t', filter.toolId),
    filter.versionId === null ? null : identifier('v', filter.versionId),
    filter.memberId === null ? null : identifier('m', filter.memberId),
    filter.context === null ? null : `zzc${filter.context}`,
    filter.status === null ? null : `zzs${filter.status.replace('_', '')}`,
    filter.risk === null ? null : `zzr${filter.risk}`,
  ].filter((word) => word !== null)
  const clauses = words.map((word, index) => {
    const isBeginning = index === words.length - 1 && word.length >= MIN_BEGINNING
    const { tools = [], members = [] } = meant[index] ?? {}
    const others = [...tools.map((id) => identifier('t', id)), ...members.map((id) => identifier('m', id))]
    return `(${[isBeginning ? `"${beginning(word)}" *` : `"${word}"`, ...others].join(' OR ')})`
  })
  return [...clauses, ...identifiers].join(' AND ')
}

/** What the index of beginnings is too short to tell apart. */
function longBeginning(words: readonly string[], meant: readonly Named[]): RawBuilder<unknown>[] {
  const word = words.at(-1) ?? ''
  if (beginning(word) === word) return []
  const { tools = [], members = [] } = meant.at(-1) ?? {}
  const among = (column: string, ids: readonly string[]): RawBuilder<unknown> =>
    ids.length === 0 ? sql`FALSE` : sql`${sql.ref(column)} IN (${sql.join(ids)})`
  return [
    sql`(record LIKE ${pattern(word)} ESCAPE '\\' OR ${among('tool_id', tools)} OR ${among('requested_by', members)})`,
  ]
}

const beginning = (word: string): string => [...word].slice(0, MAX_BEGINNING).join('')

const identifier = (kind: 't' | 'v' | 'm', id: string): string => `zz${kind}${id.replaceAll('-', '')}`

/** As the tokenizer of the text index takes a text apart. */
function wordsOf(text: string): string[] {
  return [...new Set(text.normalize('NFC').match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [])].slice(0, MAX_WORDS)
}

function named({ toolId, versionId, memberId }: RunFilter): RawBuilder<unknown>[] {
  return [
    ...(versionId === null ? [] : [sql`version_id = ${versionId}`]),
    ...(toolId === null || versionId !== null ? [] : [sql`tool_id = ${toolId}`]),
    ...(memberId === null ? [] : [sql`requested_by = ${memberId}`]),
  ]
}

function outcome({ status, risk, context }: RunFilter): RawBuilder<unknown>[] {
  return [
    ...(status === null ? [] : [sql`status = ${status}`]),
    ...(risk === null ? [] : [sql`risk_level = ${risk}`]),
    ...(context === null ? [] : [sql`context = ${context}`]),
  ]
}

function span({ since, until }: RunFilter): RawBuilder<unknown>[] {
  return [
    ...(since === null ? [] : [sql`started_at >= ${since}`]),
    ...(until === null ? [] : [sql`started_at < ${until}`]),
  ]
}

const conjunction = (parts: RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(parts, sql` AND `)

function all<R>(statements: Statements, query: RawBuilder<unknown>): R[] {
  return statements.all({ compile: () => query.compile(statements.build) as never }) as R[]
}
