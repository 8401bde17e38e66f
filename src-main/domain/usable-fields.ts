import type { z } from 'zod'
import { checkValue, isSecret } from './field-values.ts'
import { inputSchemaSchema, plainFieldsSchema, type Field } from './field.ts'

/**
 * SC-5: the fields of forms as they may be saved: those that somebody can fill in. What was saved before this was asked
 * stays readable, so the schemas that events are read with don't ask it.
 */
export const savableInputSchema = inputSchemaSchema.superRefine(refuseUnusable)
export const savableSettingsSchema = plainFieldsSchema.superRefine(refuseUnusable)

function refuseUnusable(fields: readonly Field[], context: z.RefinementCtx): void {
  for (const [index, field] of fields.entries()) {
    for (const [key, message] of problemsOf(field)) context.addIssue({ code: 'custom', path: [index, key], message })
  }
}

function problemsOf(field: Field): [key: string, message: string][] {
  const problems: [string, string][] = []
  // JSON objects lose a value of this name on many ways.
  if (field.name === '__proto__') problems.push(['name', 'is not a name that can be used'])
  if (field.label.trim() === '') problems.push(['label', 'must not be empty'])
  if ('min' in field && field.min !== undefined && field.max !== undefined && field.min > field.max)
    problems.push(['max', 'must not be below min'])
  if (field.kind === 'file' || field.default === undefined) return problems
  const checked = checkValue(field, field.default)
  if (isSecret(field))
    problems.push(['default', 'does not go with secret: it would be kept and shown with the version'])
  else if (checked.kind === 'problem') problems.push(['default', checked.problem])
  return problems
}
