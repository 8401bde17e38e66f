import { z } from 'zod'
import { idSchema, timeSchema } from './identifier.ts'

/** TL-3. */
export const slugSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,127}$/, 'must start with a letter and use only a-z, 0-9 and - (1 to 128 characters)')
export const titleSchema = z.string().trim().min(1, 'must not be empty').max(255, 'must be at most 255 characters')
export const summarySchema = z.string().trim().max(2000, 'must be at most 2,000 characters')
export const tagsSchema = z.array(z.string().trim().min(1).max(50)).max(20, 'at most 20 tags')

export const toolSchema = z.object({
  id: idSchema,
  slug: z.string(),
  title: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  is_published: z.boolean(),
  active_version_id: idSchema.nullable(),
  /** The suggestion that it came from (TL-4). */
  suggestion_id: idSchema.nullable(),
  created_by: idSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
})
export type Tool = z.infer<typeof toolSchema>

/** A maintainer who was removed keeps a row with `is_current` false: authority once held is remembered (TR-3). */
export interface ToolMaintainerRow {
  tool_id: string
  member_id: string
  is_current: boolean
}
