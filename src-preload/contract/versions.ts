import { z } from 'zod'
import { decisionSchema } from '../../src-main/domain/decision/decision.ts'
import { idSchema, timeSchema, versionReferenceSchema } from '../../src-main/domain/identifier.ts'
import { savableInputSchema, savableSettingsSchema } from '../../src-main/domain/usable-fields.ts'
import {
  entrypointSchema,
  runtimeSchema,
  versionContentSchema,
  versionStateSchema,
} from '../../src-main/domain/version.ts'
import { command, query } from './channel.ts'
import { longPageInput, pageInput, pageOf } from './paging.ts'
import { toolReference } from './tools.ts'
import { toolView, versionView, versionWithContent } from './views.ts'

/** An id, or `slug@number`, `slug@head` (the newest head that the caller may see), `slug@active`. */
export const versionReference = versionReferenceSchema

const note = z.string().trim().max(2000).nullable().default(null)
const reason = z.string().trim().min(1, 'must not be empty').max(2000)

const content = {
  entrypoint: entrypointSchema.default('run_tool'),
  source_code: versionContentSchema.shape.source_code,
  input_schema: savableInputSchema.nullable().default(null),
  settings_schema: savableSettingsSchema.nullable().default(null),
  usage_instructions: versionContentSchema.shape.usage_instructions.default(null),
  runtime: runtimeSchema.nullable().default(null),
}

const activation = z.object({
  tool_id: idSchema,
  previous_active_version_id: idSchema.nullable(),
  new_active_version_id: idSchema,
  archived_version_ids: z.array(idSchema),
})

const problem = z.object({
  code: z.string(),
  message: z.string(),
  line: z.int(),
  column: z.int(),
})

/** Work that was typed and not saved yet, kept on this device per member and tool, so that nothing is ever lost. */
const unsaved = z.object({
  base_version_id: idSchema.nullable(),
  entrypoint: z.string(),
  source_code: z.string(),
  input_schema_text: z.string(),
  usage_instructions: z.string(),
  change_summary: z.string(),
  /** Null: kept by an older version of the app, which didn't ask for it. */
  packages_text: z.string().max(10_000).nullable().default(null),
  updated_at: timeSchema,
})
export type UnsavedWork = z.infer<typeof unsaved>

const decision = z.object({
  id: idSchema,
  version_id: idSchema,
  verdict: z.enum(['submitted', 'changes_requested', 'published', 'withdrawn', 'rolled_back']),
  by_name: z.string(),
  at: timeSchema,
  message: z.string().nullable(),
  resulting_version_id: idSchema.nullable(),
})

const comment = z.object({
  id: idSchema,
  version_id: idSchema,
  /** Counted from 1; null for the version as a whole. */
  line: z.int().nullable(),
  text: z.string(),
  by_name: z.string(),
  at: timeSchema,
})
export type CommentView = z.infer<typeof comment>

export const versionChannels = {
  'versions.comment': command(
    'Comments on a version in review, or on one line of it',
    z.strictObject({
      version: versionReference,
      line: z.int().min(1).max(1_000_000).nullable().default(null),
      text: z.string().trim().min(1, 'must not be empty').max(4000),
    }),
    comment,
  ),
  'versions.comments': query(
    'Comments on a version, oldest first',
    z.strictObject({ version: versionReference, ...longPageInput }),
    pageOf(comment),
  ),
  'versions.save': command(
    'Saves a script as a new version: over the head of a line, or as a new line (VR-1, VR-3, VR-4)',
    z.strictObject({
      tool: toolReference,
      ...content,
      /** The head that is saved over. Null starts a new line. */
      expected_parent_version_id: idSchema.nullable(),
      /** What a new line starts from; null = from nothing. */
      from_version_id: idSchema.nullable().default(null),
      change_summary: note,
    }),
    versionView.extend({ unchanged: z.boolean() }),
  ),
  'versions.list': query(
    'Versions of a tool that the caller may see, newest first, without source',
    z.strictObject({ tool: toolReference, state: versionStateSchema.nullable().default(null), ...pageInput }),
    pageOf(versionView),
  ),
  'versions.get': query(
    'One version with its source',
    z.strictObject({ version: versionReference }),
    versionWithContent,
  ),
  'versions.decision': query(
    'The risk judgement on a version, measured against the active one (EV-2)',
    z.strictObject({ version: versionReference }),
    decisionSchema,
  ),
  'versions.submit': command(
    'Sends a head to review',
    z.strictObject({ version: versionReference, review_note: note }),
    versionView,
  ),
  'versions.withdraw': command(
    'Takes one’s version back from review; answers with the new draft (VR-12)',
    z.strictObject({ version: versionReference }),
    versionView,
  ),
  'versions.requestChanges': command(
    'Sends a version back with a message; answers with the new draft (VR-7)',
    z.strictObject({ version: versionReference, message: reason }),
    versionView,
  ),
  'versions.publish': command(
    'Makes the reviewed content the active version (VR-6)',
    z.strictObject({
      version: versionReference,
      /** The active version that the difference was shown against; null when there was none. */
      expected_active_version_id: idSchema.nullable(),
      change_summary: note,
    }),
    activation,
  ),
  'versions.rollback': command(
    'Makes the content of a once active version active again (VR-8)',
    z.strictObject({
      tool: toolReference,
      to_version: versionReference,
      expected_active_version_id: idSchema.nullable(),
      reason,
    }),
    activation,
  ),
  'versions.decisions': query(
    'Submissions and verdicts of a tool, newest first, with their messages',
    z.strictObject({ tool: toolReference, ...longPageInput }),
    pageOf(decision),
  ),
  'reviews.list': query(
    'Versions in review across tools, oldest first, that the caller may see',
    z.strictObject({ ...pageInput }),
    pageOf(versionView.extend({ tool_title: z.string() })),
  ),
  'editor.open': query(
    'What the editor starts with: the newest draft head that the caller may see, else the active version, else a starter',
    z.strictObject({ tool: toolReference }),
    z.object({
      tool: toolView,
      /** Null: a starter, nothing was saved yet. */
      version: versionWithContent.nullable(),
      starter: z.object({ entrypoint: z.string(), source_code: z.string() }),
      unsaved: unsaved.nullable(),
    }),
  ),
  'editor.keep': command(
    'Keeps unsaved work on this device; null forgets it',
    z.strictObject({
      tool: toolReference,
      unsaved: unsaved.omit({ updated_at: true }).strict().nullable(),
    }),
    z.object({ kept: z.boolean() }),
  ),
  'editor.check': query(
    'Problems of a script as the runner’s Python would see them: syntax errors and common mistakes',
    z.strictObject({
      source_code: versionContentSchema.shape.source_code,
      entrypoint: z.string().max(128).default('run_tool'),
    }),
    z.object({ problems: z.array(problem) }),
  ),
} as const
