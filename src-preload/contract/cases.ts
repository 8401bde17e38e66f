import { z } from 'zod'
import { caseNameSchema, caseSchema } from '../../src-main/domain/case.ts'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { command, query } from './channel.ts'
import { listOf } from './paging.ts'
import { toolReference } from './tools.ts'
import { versionReference } from './versions.ts'

/** Saved inputs of a tool: the caller's own, on this device only. */

export type CaseView = z.infer<typeof caseSchema>

/** Inputs from a case, for a run or for another case. */
export const fromCase = {
  /** A case of the caller's and of this tool: its files and values are taken where none are given. */
  case: idSchema.nullable().default(null),
  /** Which of its files are taken, besides the uploads; null for all of them, unless there are uploads. */
  case_files: z.array(z.string().max(255)).max(20).nullable().default(null),
}

export const caseChannels = {
  'cases.list': query(
    "The caller's own saved inputs of a tool, the ones used last first",
    z.strictObject({ tool: toolReference }),
    listOf(caseSchema),
  ),
  'cases.save': command(
    'Keeps input files and values under a name, on this device, until the case is removed; values of secret fields are left out',
    z.strictObject({
      tool: toolReference,
      name: caseNameSchema,
      /** Whose form the values were filled into; null for the active version, else the newest that the caller may see. */
      version: versionReference.nullable().default(null),
      values: z.record(z.string(), z.json()).default({}),
      /** Uploads made by `uploads.begin`; they stay, so that a run can use them afterwards. */
      uploads: z.array(idSchema).max(20).default([]),
      ...fromCase,
      /** One of the caller's own runs of this tool: its kept files and its values are taken where none are given. */
      from_run: idSchema.nullable().default(null),
      /** Replaces the case of this name, if there is one. */
      replace: z.boolean().default(false),
    }),
    caseSchema.extend({
      replaced: z.boolean(),
      /** Names of the values that were not kept, because they are secret. */
      left_out: z.array(z.string()),
    }),
  ),
  'cases.remove': command(
    'Removes saved inputs; their files are let go by the next pruning, unless something else keeps them',
    z.strictObject({ case: idSchema }),
    z.object({ id: idSchema, removed: z.literal(true) }),
  ),
} as const
