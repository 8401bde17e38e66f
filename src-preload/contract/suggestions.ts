import { z } from 'zod'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { suggestionContentSchema, suggestionSchema, suggestionStatusSchema } from '../../src-main/domain/suggestion.ts'
import { slugSchema } from '../../src-main/domain/tool.ts'
import { command, query } from './channel.ts'
import { pageInput, pageOf } from './paging.ts'

/** Suggestions: from a proposal to a tool. */

const suggestionView = suggestionSchema.extend({
  submitted_by_name: z.string(),
  decided_by_name: z.string().nullable(),
  tool_slug: z.string().nullable(),
})
export type SuggestionView = z.infer<typeof suggestionView>

export const suggestionChannels = {
  'suggestions.submit': command('Suggests a new tool (TL-4)', suggestionContentSchema, suggestionView),
  'suggestions.list': query(
    'Suggestions that the caller may see, newest first',
    z.strictObject({ ...pageInput, status: suggestionStatusSchema.nullable().default(null) }),
    pageOf(suggestionView),
  ),
  'suggestions.decide': command(
    'Accepts, accepts with changes, or denies; accepting makes an unpublished tool (TL-4)',
    z.strictObject({
      suggestion_id: idSchema,
      decision: z.enum(['accepted', 'modified', 'denied']),
      /** Names the tool; not for `denied`. */
      slug: slugSchema.nullable().default(null),
      /** Needed for `modified`. */
      modified: suggestionContentSchema.nullable().default(null),
      rationale: z.string().trim().min(1, 'must not be empty').max(2000),
    }),
    suggestionView,
  ),
} as const
