import { sql, type RawBuilder } from 'kysely'
import { eventTypesNamed } from '../../domain/event-words.ts'
import { settingsNamed } from '../../domain/setting-words.ts'
import { namedSo } from './named-so.ts'
import type { Statements } from './statements.ts'

/**
 * What people read of an event is a sentence: its maker, what was done, to which tool, version or member. Each word that
 * they look for is in that sentence, by what it names now, or anywhere in the body. What a word names is looked up once;
 * the body is read last, and only where nothing else told.
 */

/** More words than people type. */
const MAX_WORDS = 8
/** Events whose sentences name members, whose bodies have their ids. */
const ABOUT_MEMBERS = [
  'member.role_changed',
  'member.revoked',
  'member.nominated',
  'member.nomination_decided',
  'tool.maintainers_changed',
]

export function saysWords(statements: Statements, text: string): RawBuilder<boolean>[] {
  return wordsOf(text).map((word) => saysWord(statements, word))
}

/** Without what a sentence sets around its words. */
function wordsOf(text: string): string[] {
  const parts = text.split(/\s+/).filter((part) => part !== '')
  const words = parts.map((part) => part.replace(/^[(+“]+|[):,”]+$/g, '')).filter((word) => word !== '')
  return [...new Set(words.length === 0 ? parts : words)].slice(0, MAX_WORDS)
}

function saysWord(statements: Statements, word: string): RawBuilder<boolean> {
  const { tools, members } = namedSo(statements, word)
  const ways = [
    among(sql.ref('events.type'), eventTypesNamed(word)),
    among(sql.ref('events.tool_id'), tools),
    among(sql.ref('keys.member_id'), members),
    ...('system'.includes(word.toLowerCase()) ? [sql`keys.member_id IS NULL`] : []),
    ...(members.length === 0 ? [] : [sql`(${among(sql.ref('events.type'), ABOUT_MEMBERS)} AND ${mentions(members)})`]),
    ...versionNamed(statements, word),
    ...settingNamed(word),
    sql`instr(lower(body), lower(${word})) > 0`,
  ]
  return sql<boolean>`(${sql.join(ways, sql` OR `)})`
}

/** `text-cleaner@3`. */
function versionNamed(statements: Statements, word: string): RawBuilder<unknown>[] {
  const [, slug, number] = /^(.+)@(\d{1,9})$/.exec(word.toLowerCase()) ?? []
  if (slug === undefined) return []
  const { build, first } = statements
  const version = first(
    build
      .selectFrom('versions')
      .innerJoin('tools', 'tools.id', 'versions.tool_id')
      .select(['versions.id', 'versions.tool_id'])
      .where('tools.slug', '=', slug)
      .where('version_number', '=', Number(number)),
  )
  if (version === undefined) return []
  return [sql`(events.tool_id = ${version.tool_id} AND instr(body, ${version.id}) > 0)`]
}

/** The body has a setting's key and value as they are kept, and the sentence says them as people know them. */
function settingNamed(word: string): RawBuilder<unknown>[] {
  const ways = settingsNamed(word).map(({ key, value }) =>
    value === undefined
      ? sql`body ->> '$.key' = ${key}`
      : sql`(body ->> '$.key' = ${key} AND body -> '$.value' = ${JSON.stringify(value)})`,
  )
  return ways.length === 0 ? [] : [sql`(events.type = 'setting.changed' AND (${sql.join(ways, sql` OR `)}))`]
}

const among = (column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<unknown> =>
  values.length === 0 ? sql`FALSE` : sql`${column} IN (${sql.join(values)})`

const mentions = (ids: readonly string[]): RawBuilder<unknown> =>
  sql`(${sql.join(
    ids.map((id) => sql`instr(body, ${id}) > 0`),
    sql` OR `,
  )})`
