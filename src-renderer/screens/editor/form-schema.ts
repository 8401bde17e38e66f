import '../../zod-setup.ts'
import type { Field } from '../../../src-main/domain/field.ts'
import { plainIssue } from '../../../src-main/domain/plain-issue.ts'
import { savableInputSchema } from '../../../src-main/domain/usable-fields.ts'

export interface SchemaProblem {
  /** Where: `2.options.0.value`; empty for the whole text. */
  path: string
  message: string
}

export type ParsedSchema = { ok: true; fields: Field[] | null } | { ok: false; problems: SchemaProblem[] }

const MAX_PROBLEMS = 20

/** A form as JSON text. Empty text is no form at all. */
export function parseFormSchema(text: string): ParsedSchema {
  if (text.trim() === '') return { ok: true, fields: null }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: `Not valid JSON: ${placeOf(error, text)}` }] }
  }
  const result = savableInputSchema.safeParse(value, { error: plainIssue })
  if (result.success) return { ok: true, fields: result.data }
  const problems = result.error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
    path: describePath(issue.path, value),
    message: issue.message,
  }))
  return { ok: false, problems }
}

/** `field 2 “year”, min`: a person counts from one and knows a field by its name. */
function describePath(path: readonly PropertyKey[], value: unknown): string {
  const [index, ...rest] = path
  if (typeof index !== 'number') return path.map(String).join('.')
  const field: unknown = Array.isArray(value) ? value[index] : undefined
  const name = typeof field === 'object' && field !== null && 'name' in field ? ` “${String(field.name)}”` : ''
  const inside = rest.length === 0 ? '' : `, ${rest.map(String).join('.')}`
  return `Field ${index + 1}${name}${inside}`
}

/** Engines say where in characters or in lines, or not at all. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error)
  const position = /position (\d+)/.exec(message)?.[1]
  if (position === undefined || /line \d+/.test(message)) return message
  const before = text.slice(0, Number(position)).split('\n')
  return `${message} (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`
}

export const EXAMPLE_SCHEMA: Field[] = [
  { kind: 'file', name: 'data', label: 'Data file', accept: ['.csv'], required: true, max: 1 },
  { kind: 'integer', name: 'year', label: 'Year', min: 2000, max: 2100, default: 2026 },
  {
    kind: 'enum',
    name: 'format',
    label: 'Format',
    default: 'short',
    options: [
      { value: 'short', label: 'Short' },
      { value: 'full', label: 'Full' },
    ],
  },
]
