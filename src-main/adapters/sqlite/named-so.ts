import { sql, type RawBuilder } from 'kysely'
import type { Statements } from './statements.ts'

/** Tools and members that are called by a word, as they are called now. */
export interface Named {
  tools: string[]
  members: string[]
}

/** More named things than can be meant by one word. */
const MAX_NAMED = 50

export function namedSo(statements: Statements, word: string): Named {
  const like = pattern(word)
  const tools = sql`SELECT id FROM tools WHERE title LIKE ${like} ESCAPE '\\' OR slug LIKE ${like} ESCAPE '\\'
    ORDER BY updated_at DESC LIMIT ${sql.lit(MAX_NAMED)}`
  const members = sql`SELECT id FROM members WHERE name LIKE ${like} ESCAPE '\\' ORDER BY name_key LIMIT ${sql.lit(MAX_NAMED)}`
  const idsOf = (query: RawBuilder<unknown>): string[] =>
    (statements.all({ compile: () => query.compile(statements.build) as never }) as { id: string }[]).map(
      ({ id }) => id,
    )
  return { tools: idsOf(tools), members: idsOf(members) }
}

/** For `LIKE … ESCAPE '\'`: the word anywhere in a text. */
export const pattern = (word: string): string => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
