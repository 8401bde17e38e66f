import type { z } from 'zod'

/**
 * What is wrong with a value, in words for people (ER-3); zod's own speak of types and operators. Handed to a parse as
 * its `error`, it leaves the words of schemas that have some of their own.
 */
export function plainIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'must be given' : `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return 'must not be empty'
      return `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_union':
      return Array.isArray(issue['options']) ? oneOf(issue['options']) : 'has a form that is not known here'
    case 'invalid_key':
      return `has a name that can’t be used: it ${issue.issues[0]?.message ?? 'is not valid'}`
    case 'unrecognized_keys':
      return `has fields that are not known here: ${issue.keys.join(', ')}`
    default:
      return 'is not valid'
  }
}

const TYPES: { [expected: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

function amount(origin: string, comparison: string, limit: number | bigint): string {
  const text = `${comparison} ${limit.toLocaleString('en-US')}`
  if (origin === 'string') return `have ${text} characters`
  return origin === 'array' ? `have ${text} entries` : `be ${text}`
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? `must be ${String(values[0])}` : `must be one of: ${values.map(String).join(', ')}`
}
