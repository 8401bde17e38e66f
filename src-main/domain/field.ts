import { z } from 'zod'

/** Input form fields (SC-5). The same schema is used for tools' forms, for settings (without files) and for actions. */

export const MAX_FIELDS = 50
/** RC-7: at most 100 options a field. */
export const MAX_OPTIONS = 100

const base = {
  name: z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
      'must start with a letter or _ and use only letters, digits and _ (at most 64)',
    ),
  label: z.string().min(1, 'must not be empty').max(255),
  help: z.string().max(1000).optional(),
  required: z.boolean().optional(),
}
const optionSchema = z.object({ value: z.string().min(1).max(255), label: z.string().min(1).max(255) })
const optionsSchema = z
  .array(optionSchema)
  .min(1, 'needs at least one option')
  .max(MAX_OPTIONS)
  .refine(
    (options) => new Set(options.map((option) => option.value)).size === options.length,
    'has two options of one value',
  )

const text = { ...base, secret: z.boolean().optional(), default: z.string().max(20_000).optional() }
const numeric = { ...base, min: z.number().optional(), max: z.number().optional(), default: z.number().optional() }

const plainFields = [
  z.strictObject({ kind: z.literal('string'), ...text }),
  z.strictObject({ kind: z.literal('text'), ...text }),
  z.strictObject({ kind: z.literal('integer'), ...numeric }),
  z.strictObject({ kind: z.literal('number'), ...numeric }),
  z.strictObject({ kind: z.literal('boolean'), ...base, default: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('enum'), ...base, options: optionsSchema, default: z.string().optional() }),
  z.strictObject({
    kind: z.literal('multi_enum'),
    ...base,
    options: optionsSchema,
    default: z.array(z.string()).optional(),
  }),
] as const

const fileField = z.strictObject({
  kind: z.literal('file'),
  ...base,
  /** Extensions with a dot (`.csv`) or mime types (`text/*`); empty or absent accepts any file. */
  accept: z.array(z.string().min(1).max(100)).max(20).optional(),
  /** Number of files; absent `min` is 0, or 1 when `required`. */
  min: z.int().min(0).max(20).optional(),
  max: z.int().min(1).max(20).optional(),
})

export const plainFieldSchema = z.discriminatedUnion('kind', plainFields)
export const fieldSchema = z.discriminatedUnion('kind', [...plainFields, fileField])

const uniqueNames = (fields: readonly { name: string }[]): boolean =>
  new Set(fields.map((field) => field.name)).size === fields.length

/** `input_schema` of a version: an array of fields with unique names. */
export const inputSchemaSchema = z.array(fieldSchema).max(MAX_FIELDS).refine(uniqueNames, 'has two fields of one name')
/** `settings_schema` of a version and `fields` of an action: as above, without files. */
export const plainFieldsSchema = z
  .array(plainFieldSchema)
  .max(MAX_FIELDS)
  .refine(uniqueNames, 'has two fields of one name')

export type Field = z.infer<typeof fieldSchema>
export type PlainField = z.infer<typeof plainFieldSchema>
export type FileField = Extract<Field, { kind: 'file' }>
