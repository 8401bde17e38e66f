import { z } from 'zod'
import { checkValues, isSecret } from './field-values.ts'
import type { Field } from './field.ts'
import { idSchema, sha256Schema, timeSchema } from './identifier.ts'
import { failed, failure, success, type JsonObject, type Result } from './result.ts'

/** A case: inputs of a tool that a member saved under a name, to run it on them again. Personal, and no event (TR-1). */

export const MAX_CASES = 50
/** Files of all cases of one member on one device together, as their sizes add up. */
export const MAX_CASE_BYTES = 1_000_000_000

export const caseNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must be at most 100 characters')
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'must not contain control or invisible characters')

export const caseSchema = z.object({
  id: idSchema,
  tool_id: idSchema,
  name: z.string(),
  /** Values of fields marked secret are never among them (SC-5). */
  values: z.record(z.string(), z.json()),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: sha256Schema })),
  created_at: timeSchema,
  last_used_at: timeSchema,
})
export type Case = z.infer<typeof caseSchema>

/** Unique per member and tool, so that two cases can't be told apart only by letter case. */
export function caseNameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}

/** Names of the fields whose values may be kept: those that the form has and doesn't mark secret. */
function openNames(fields: readonly Field[]): Set<string> {
  return new Set(fields.filter((field) => field.kind !== 'file' && !isSecret(field)).map((field) => field.name))
}

/** Those of some values that may be kept: of a value that no field describes, nobody knows that it is no secret. */
export function openValues(fields: readonly Field[], values: JsonObject): JsonObject {
  const open = openNames(fields)
  return Object.fromEntries(Object.entries(values).filter(([name]) => open.has(name)))
}

/**
 * What a case keeps of the values that were filled into a form, and the names of those that it leaves out because they
 * are secret. A form may be filled in halfway, so nothing is required and no default is filled in; null is kept, since it
 * says that a default was cleared. What doesn't fit its field is refused as in a run.
 */
export function valuesToKeep(
  fields: readonly Field[] | null,
  raw: JsonObject,
): Result<{ values: JsonObject; leftOut: string[] }> {
  const names = Object.keys(raw)
  if (fields === null && names.length > 0) {
    const message =
      'values: the tool has no form, so nobody knows which values are secret. Save the files, and give the values with each run.'
    return failed(failure('VALIDATION_ERROR', 'no_form', message, { field: 'values' }))
  }
  const checked = checkValues(
    (fields ?? []).map((field) => ({ ...field, required: false })),
    raw,
  )
  if (!checked.ok) return checked
  const open = openNames(fields ?? [])
  const kept = names.filter((name) => open.has(name))
  // A map, since a field may be called `constructor`, which every object has without holding it.
  const given = new Map(Object.entries(checked.value))
  return success({
    values: Object.fromEntries(kept.map((name) => [name, given.get(name) ?? null])),
    leftOut: names.filter((name) => !open.has(name)),
  })
}
