import { z } from 'zod'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { roleSchema } from '../../src-main/domain/member.ts'
import { toolSchema } from '../../src-main/domain/tool.ts'
import { versionContentSchema, versionSchema } from '../../src-main/domain/version.ts'

/** Shapes that several channels answer with. Names are joined here, in main, so that no screen has to look them up. */

export const memberRef = z.object({ id: idSchema, name: z.string(), role: roleSchema })
export type MemberRef = z.infer<typeof memberRef>

/** What the caller may do with a subject, by the policy functions: screens show or hide by it, and check nothing (RB-1). */
const toolPermissions = z.object({
  edit: z.boolean(),
  create_draft: z.boolean(),
  publish: z.boolean(),
  roll_back: z.boolean(),
  see_versions: z.boolean(),
  run: z.boolean(),
})

export const toolView = toolSchema.extend({
  maintainers: z.array(memberRef),
  active_version_number: z.int().nullable(),
  draft_count: z.int(),
  in_review_count: z.int(),
  /** What title, summary and tags were set by last; an edit names it. */
  metadata_event_id: idSchema,
  may: toolPermissions,
})
export type ToolView = z.infer<typeof toolView>

const versionPermissions = z.object({
  save_over: z.boolean(),
  submit: z.boolean(),
  withdraw: z.boolean(),
  run: z.boolean(),
  publish: z.boolean(),
  request_changes: z.boolean(),
  roll_back_to: z.boolean(),
})

export const versionView = versionSchema.extend({
  tool_slug: z.string(),
  created_by_name: z.string(),
  submitted_for_review_by_name: z.string().nullable(),
  reviewed_by_name: z.string().nullable(),
  published_by_name: z.string().nullable(),
  /** Whether the version has taken its place in the order (TR-4). */
  outcome: z.enum(['applied', 'pending']),
  may: versionPermissions,
})
export type VersionView = z.infer<typeof versionView>

export const versionWithContent = versionView.extend(versionContentSchema.shape)
export type VersionWithContent = z.infer<typeof versionWithContent>
