import { plainFieldsSchema, MAX_OPTIONS, type PlainField } from '../field.ts'
import { checkValues } from '../field-values.ts'
import { ACTION_ID, type NextAction } from '../output.ts'
import type { Json, JsonObject } from '../result.ts'
import { RESULT_CAPS } from './caps.ts'
import { cleanJson } from './json-value.ts'
import { isObject } from './read-result.ts'
import { cutText, TRUNCATED_SIGN } from './text.ts'

const MAX_LABEL_BYTES = 255

/** What came of one thing that a script gave back: kept, or why it is left out. */
export type Normalised<T> = { kept: T } | { problem: string }

/**
 * RC-6: an action with its form, or what is wrong with it. A form isn't cut to size: a script that asked for 26 fields
 * can do nothing with 25.
 */
export function normaliseAction(raw: unknown): Normalised<NextAction> {
  const action = cleanJson(raw)
  if (!isObject(action)) return { problem: 'is not an object' }
  const { action_id: id, label, kind, fields: rawFields, prefill = null } = action
  if (kind !== 'form') return { problem: 'kind is not form' }
  if (typeof id !== 'string' || !ACTION_ID.test(id)) return { problem: 'action_id is no text of 1 to 255 characters' }
  if (typeof label !== 'string' || label.trim() === '') return { problem: 'label is not a text' }
  if (!Array.isArray(rawFields)) return { problem: 'fields is not a list' }
  if (rawFields.length > RESULT_CAPS.fieldsPerAction) return { problem: 'more than 25 fields' }
  if (prefill !== null && !isObject(prefill)) return { problem: 'prefill is not an object' }
  const fields = normaliseFields(rawFields)
  if ('problem' in fields) return fields
  const filled = fittingPrefill(fields.kept, prefill ?? {})
  return {
    kept: {
      action_id: id,
      label: cutText(label, MAX_LABEL_BYTES, TRUNCATED_SIGN).text,
      kind: 'form',
      fields: fields.kept,
      ...(Object.keys(filled).length === 0 ? {} : { prefill: filled }),
    },
  }
}

function normaliseFields(rawFields: readonly Json[]): Normalised<PlainField[]> {
  const prepared: Json[] = []
  for (const [index, field] of rawFields.entries()) {
    // Before the schema, which would gather one issue for each of a million wrong entries.
    const lists = isObject(field) ? Object.values(field).filter((value) => Array.isArray(value)) : []
    if (lists.some((list) => list.length > MAX_OPTIONS)) return { problem: `fields.${index}: more than 100 options` }
    prepared.push(isObject(field) ? withoutAbsent(field) : field)
  }
  const parsed = plainFieldsSchema.safeParse(prepared)
  if (parsed.success) return { kept: parsed.data }
  const [issue] = parsed.error.issues
  return { problem: `${['fields', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'invalid'}` }
}

/** Python says None for what is absent. A default of a secret would show a secret, and goes too (SC-5). */
function withoutAbsent(field: JsonObject): JsonObject {
  const isSecret = field['secret'] === true
  return Object.fromEntries(
    Object.entries(field).filter(([key, value]) => value !== null && !(isSecret && key === 'default')),
  )
}

/** SC-5: only what fits its field, and no secret: it would be stored with the result and shown again. */
function fittingPrefill(fields: readonly PlainField[], prefill: JsonObject): JsonObject {
  const kept: [string, Json][] = []
  for (const field of fields) {
    const isSecret = 'secret' in field && field.secret === true
    if (isSecret || !Object.hasOwn(prefill, field.name)) continue
    const values = Object.fromEntries([[field.name, prefill[field.name]]])
    const checked = checkValues([{ ...field, required: false }], values)
    if (checked.ok) kept.push(...Object.entries(checked.value))
  }
  return Object.fromEntries(kept)
}
