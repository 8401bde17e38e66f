import { z } from 'zod'
import { summarySchema, tagsSchema, titleSchema } from './tool.ts'
import { savableInputSchema } from './usable-fields.ts'
import { entrypointSchema } from './version.ts'

/** A tool of a script bank (TL-5): `tool.json` and `script.py` in a folder of its slug. */
export const bankToolSchema = z.strictObject({
  title: titleSchema,
  summary: summarySchema.default(''),
  tags: tagsSchema.default([]),
  entrypoint: entrypointSchema.default('run_tool'),
  usage_instructions: z.string().nullable().default(null),
  input_schema: savableInputSchema.nullable().default(null),
})
export type BankTool = z.infer<typeof bankToolSchema> & { slug: string; source_code: string }
