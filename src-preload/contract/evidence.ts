import { z } from 'zod'
import { advisoryKindSchema, advisorySchema, MAX_ADVISORY_CHARACTERS } from '../../src-main/domain/advisory.ts'
import { idSchema, sha256Schema } from '../../src-main/domain/identifier.ts'
import { runDiffSchema } from '../../src-main/domain/run-diff.ts'
import { metaNameSchema, metaValueSchema, runMetaSchema } from '../../src-main/domain/run.ts'
import { command, query } from './channel.ts'
import { pageInput, pageOf } from './paging.ts'
import { isSpanInOrder, SPAN_NOT_IN_ORDER, timeSpan } from './time-span.ts'
import { versionReference } from './versions.ts'

/** Runs as evidence (section 8) and what stands beside them (section 9). */

const advisoryView = advisorySchema.extend({
  created_by_name: z.string().nullable(),
  reviewed_by_name: z.string().nullable(),
  /** Of the run that it is about. */
  tool_slug: z.string(),
  tool_title: z.string(),
})
export type AdvisoryView = z.infer<typeof advisoryView>

const notes = z.object({
  id: idSchema,
  explanation_status: z.enum(['NONE', 'PENDING', 'READY', 'ERROR']),
  explanation_error: z.string().nullable(),
  is_pinned: z.boolean(),
  meta: z.record(z.string(), z.string()),
})
export type RunNotesView = z.infer<typeof notes>

const problem = z.object({
  run_id: idSchema,
  kind: z.enum(['record', 'input', 'artifact', 'log', 'result']),
  name: z.string(),
  /** `not_a_file`: a link or a folder took its place. */
  problem: z.enum(['missing', 'altered', 'not_a_file', 'unreadable']),
  /** What to do about it. */
  message: z.string(),
})

const advisoryId = z.union([idSchema, sha256Schema], { error: 'is not the id of an advisory' })
const requestId = z.string().max(100).nullable().default(null)

/** Runs whose files go, and what goes from the disk: a content that another run keeps does not. */
const freed = z.object({ runs: z.int(), files: z.int(), freed_bytes: z.int() })
/** RN-9: over age; over the size that all kept files may take, oldest first; and what crashes left, which no run names. */
export const freedByCauseSchema = z.object({ over_age: freed, over_size: freed, left_over: freed })

export const evidenceChannels = {
  'advisories.attach': command(
    'Attaches a suggestion, a note or an override request; harmless when repeated with the same id (AD-1)',
    z.strictObject({
      /** Chosen by the caller, so that repeating a call makes no second advisory. */
      id: idSchema.optional(),
      run: idSchema,
      kind: z.enum(['suggestion', 'note', 'override_request']),
      text: z
        .string()
        .trim()
        .min(1, 'must not be empty')
        .max(MAX_ADVISORY_CHARACTERS, 'is longer than 20,000 characters'),
      request_id: requestId,
    }),
    advisoryView,
  ),
  'advisories.list': query(
    'Advisories in order: of one run, or all that the caller may see',
    z
      .strictObject({
        ...pageInput,
        run: idSchema.nullable().default(null),
        kind: advisoryKindSchema.nullable().default(null),
        reviewed: z.boolean().nullable().default(null),
        /** A member's id, or a `system:` name (AD-4). */
        reviewed_by: z.string().max(100).nullable().default(null),
        /** Only those that were approved by themselves under this policy (AD-4). */
        policy: z.enum(['A', 'B']).nullable().default(null),
        ...timeSpan,
      })
      .refine(isSpanInOrder, SPAN_NOT_IN_ORDER),
    pageOf(advisoryView),
  ),
  'advisories.review': command(
    'Approves or rejects an advisory; approving an override request is the override (EV-3)',
    z.strictObject({
      advisory_id: advisoryId,
      approve: z.boolean(),
      notes: z.string().trim().min(1, 'must not be empty').max(2000),
    }),
    advisoryView,
  ),
  'runs.explain': command(
    'Explains a run from its decision (AD-2)',
    z.strictObject({ run: idSchema, request_id: requestId }),
    notes,
  ),
  'runs.notes': query(
    'What stands beside a run: explanation status, pin and meta',
    z.strictObject({ run: idSchema }),
    notes,
  ),
  'runs.pin': command(
    'Keeps a run’s files from being pruned, or lets them go',
    z.strictObject({ run: idSchema, pinned: z.boolean() }),
    notes,
  ),
  'runs.patchMeta': command(
    'Changes the meta of a run; null removes an entry (EV-1)',
    z.strictObject({ run: idSchema, set: z.record(metaNameSchema, metaValueSchema.nullable()) }),
    notes.extend({ meta: runMetaSchema }),
  ),
  'runs.diff': query(
    'What changed between two runs (EV-7)',
    z.strictObject({ a: idSchema, b: idSchema }),
    runDiffSchema,
  ),
  'runs.verify': query(
    'Checks the record and the files of a run again, or of all runs that the caller may see (EV-6)',
    z.strictObject({
      run: idSchema.nullable().default(null),
      /** Chosen by the caller, who then hears how far it is by `job.progress` and may stop it by `job.cancel`. */
      job_id: idSchema.nullable().default(null),
    }),
    z.object({
      ok: z.boolean(),
      runs: z.int(),
      /** Records, files, logs and outputs that were looked at. */
      checked: z.int(),
      /** Files that are no longer kept, or never were. */
      pruned: z.int(),
      problem_count: z.int(),
      /** The first thousand. */
      problems: z.array(problem),
    }),
  ),
  'runs.reverify': command(
    'Runs the same version on the same kept inputs, image and limits again, and compares (EV-8)',
    z.strictObject({ run: idSchema }),
    z.object({
      id: idSchema,
      verdict: z.enum(['MATCH', 'DRIFT', 'UNREPRODUCIBLE']),
      reason: z.string().nullable(),
      /** The run that was made for comparing; null when there couldn't be one. */
      run_id: idSchema.nullable(),
      diff: runDiffSchema.nullable(),
    }),
  ),
  'packs.export': command(
    'Writes the evidence of a run, or of a version and its newest runs, to one file that can be checked anywhere',
    z.strictObject({
      run: idSchema.nullable().default(null),
      version: versionReference.nullable().default(null),
      path: z.string().min(1).max(4096),
      /** Without, files that the run read and wrote are named by their hashes only. */
      files: z.boolean().default(true),
    }),
    z.object({
      id: idSchema,
      path: z.string(),
      bytes: z.int(),
      events: z.int(),
      /** Files, logs and outputs that it holds, and those that are named but not held. */
      files: z.int(),
      absent: z.int(),
      /** The fingerprint of the key that signed the genesis event: what whoever checks the pack must know from elsewhere. */
      root: sha256Schema,
      head_hash: sha256Schema,
    }),
  ),
  'runs.prune': command(
    'Deletes kept files that are over age or over size, except held ones, and says what it freed (RN-9)',
    z.strictObject({ dry_run: z.boolean().default(false) }),
    freed.extend({ kept_bytes: z.int(), by_cause: freedByCauseSchema, dry_run: z.boolean() }),
  ),
} as const
