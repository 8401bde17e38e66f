import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { plainIssue } from '../../src-main/domain/plain-issue.ts'

const problemOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: plainIssue }).error?.issues[0]?.message

describe('ER-3 what is wrong with an input, in plain words', () => {
  const shape = z.strictObject({ name: z.string() })
  const union = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text') }),
    z.object({ kind: z.literal('file') }),
  ])
  it.each<[z.ZodType, unknown, string]>([
    [shape, {}, 'must be given'],
    [shape, { name: 1 }, 'must be text'],
    [shape, [], 'must be an object'],
    [shape, { name: '', more: 1, other: 2 }, 'has fields that are not known here: more, other'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(8), 'x', 'must have at least 8 characters'],
    [z.string().max(2000), 'x'.repeat(2001), 'must have at most 2,000 characters'],
    [z.array(z.json()).max(20), Array(21).fill(0), 'must have at most 20 entries'],
    [z.array(z.json()), {}, 'must be a list'],
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(33), 34, 'must be at most 33'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.number(), 'x', 'must be a number'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.enum(['A', 'B']), 'C', 'must be one of: A, B'],
    [z.literal(2), 1, 'must be 2'],
    [union, { kind: 'date' }, 'must be one of: text, file'],
    [z.union([z.string(), z.number()]), true, 'has a form that is not known here'],
    [
      z.record(z.string().regex(/^a/, 'is not a name'), z.string()),
      { b: '' },
      'has a name that can’t be used: it is not a name',
    ],
    [z.json(), Infinity, 'has a form that is not known here'],
    [z.base64(), '*', 'is not valid'],
    [z.string().min(1, 'words of its own'), '', 'words of its own'],
  ])('%#: %j', (schema, value, message) => {
    expect(problemOf(schema, value)).toBe(message)
  })
})
