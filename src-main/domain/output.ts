import { z } from 'zod'
import { plainFieldsSchema } from './field.ts'
import type { Json } from './result.ts'

/** What a run shows: the kinds of RC-6, after normalisation (`result-contract.ts`). Every cap of RC-7 has been applied. */

const jsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>
const truncated = z.boolean().optional()

export const outputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('notice'),
    level: z.enum(['info', 'success', 'warning', 'error']),
    message: z.string(),
    truncated,
  }),
  z.object({ kind: z.literal('markdown'), markdown: z.string(), truncated }),
  z.object({
    kind: z.literal('table'),
    title: z.string().nullable(),
    columns: z.array(z.object({ key: z.string(), label: z.string() })),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    truncated,
  }),
  z.object({ kind: z.literal('json'), title: z.string().nullable(), value: jsonSchema, truncated }),
  z.object({ kind: z.literal('html_sandboxed'), html: z.string(), truncated }),
  z.object({ kind: z.literal('vega_lite'), spec: z.record(z.string(), jsonSchema) }),
])
export type Output = z.infer<typeof outputSchema>

/** What an action may be called: in what a script offers, and when it is asked for. */
export const ACTION_ID = /^[^\p{Cc}\p{Cf}]{1,255}$/u

export const nextActionSchema = z.object({
  action_id: z.string(),
  label: z.string(),
  kind: z.literal('form'),
  fields: plainFieldsSchema,
  prefill: z.record(z.string(), jsonSchema).optional(),
})
export type NextAction = z.infer<typeof nextActionSchema>
