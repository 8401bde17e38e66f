import { z } from 'zod'
import { idSchema, timeSchema } from './identifier.ts'
import { titleSchema } from './tool.ts'

/** A proposal for a new tool (TL-4). */

const wordsSchema = z.array(z.string().trim().min(1).max(100)).max(20)

export const suggestionContentSchema = z.strictObject({
  title: titleSchema,
  description: z.string().trim().min(1, 'must not be empty').max(10_000, 'must be at most 10,000 characters'),
  professions: wordsSchema,
  categories: wordsSchema,
})
export type SuggestionContent = z.infer<typeof suggestionContentSchema>

export const suggestionStatusSchema = z.enum(['pending', 'accepted', 'modified', 'denied'])

export const suggestionSchema = suggestionContentSchema.extend({
  id: idSchema,
  status: suggestionStatusSchema,
  submitted_by: idSchema,
  submitted_at: timeSchema,
  decided_by: idSchema.nullable(),
  decided_at: timeSchema.nullable(),
  rationale: z.string().nullable(),
  /** The content as it was accepted, where the admin changed it. */
  modified: suggestionContentSchema.nullable(),
  tool_id: idSchema.nullable(),
})
export type Suggestion = z.infer<typeof suggestionSchema>
