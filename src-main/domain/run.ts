import { z } from 'zod'
import { decisionSchema } from './decision/decision.ts'
import { idSchema, sha256Schema, timeSchema } from './identifier.ts'
import { nextActionSchema, outputSchema } from './output.ts'
import type { Json } from './result.ts'

/** Runs and their outcome: RN-11, EV-1, EV-4. */

export const RUN_STATUSES = ['running', 'succeeded', 'failed', 'timed_out'] as const
export const runStatusSchema = z.enum(RUN_STATUSES)
export type RunStatus = z.infer<typeof runStatusSchema>

export const RUN_REASONS = [
  'script_error',
  'syntax_error',
  'entrypoint_missing',
  'exit',
  'oom',
  'cancelled',
  'interrupted',
  'blocked',
  'runner_contract_violation',
  'engine_unavailable',
  'limit_exceeded',
] as const
export const runReasonSchema = z.enum(RUN_REASONS)
export type RunReason = z.infer<typeof runReasonSchema>

export const runContextSchema = z.enum(['sandbox', 'production'])
export type RunContext = z.infer<typeof runContextSchema>

export const runnerKindSchema = z.enum(['docker', 'embedded'])
export type RunnerKind = z.infer<typeof runnerKindSchema>

/** EV-4: OK = it was executed; BLOCKED = refused by the decision; ERROR = the app or the engine couldn't carry it out. */
export const recordStatusSchema = z.enum(['OK', 'BLOCKED', 'ERROR'])

export const runInputSchema = z.object({ name: z.string(), bytes: z.int(), sha256: sha256Schema })
export type RunInput = z.infer<typeof runInputSchema>

export const artifactSchema = z.object({
  /** Stable: derived from the run's id and the path (RC-5). */
  artifact_id: z.string(),
  path: z.string(),
  bytes: z.int(),
  sha256: sha256Schema,
})
export type Artifact = z.infer<typeof artifactSchema>

/** RN-8: everything was counted and hashed; `text` is the first and the last part within the cap of RC-7. */
export const logSchema = z.object({ text: z.string(), bytes: z.int(), sha256: sha256Schema, truncated: z.boolean() })
export type Log = z.infer<typeof logSchema>

/** Limits in force for one run (RN-3). A caller may lower one, never raise it (RN-11). */
export const runLimitsSchema = z.object({
  timeout_ms: z.int(),
  memory_bytes: z.int(),
  cpus: z.number(),
  pids: z.int(),
  work_bytes: z.int(),
  tmp_bytes: z.int(),
})
export type RunLimits = z.infer<typeof runLimitsSchema>

/** Which runner executed the run and how it was isolated (RN-1); `effective` is what was read back, not what was asked. */
export const runnerInfoSchema = z.object({
  kind: runnerKindSchema,
  version: z.string(),
  image_id: z.string().nullable(),
  isolation: z.string(),
  effective: z.record(z.string(), z.json()),
})
export type RunnerInfo = z.infer<typeof runnerInfoSchema>

export const runSchema = z.object({
  id: idSchema,
  tool_id: idSchema,
  version_id: idSchema,
  /** TR-12: the content that ran, whatever becomes of the version. */
  manifest_hash: sha256Schema,
  context: runContextSchema,
  requested_by: idSchema,
  status: runStatusSchema,
  reason: runReasonSchema.nullable(),
  record_status: recordStatusSchema,
  started_at: timeSchema,
  finished_at: timeSchema.nullable(),
  duration_ms: z.int().nullable(),
  error_summary: z.string().nullable(),
  /** A place in the script that the outcome points at, such as a syntax error's (RN-6). */
  location: z.object({ line: z.int(), column: z.int() }).nullable(),
  runner: runnerInfoSchema.nullable(),
  limits: runLimitsSchema,
  exit_code: z.int().nullable(),
  signal: z.int().nullable(),
  oom: z.boolean(),
  inputs: z.array(runInputSchema),
  artifacts: z.array(artifactSchema),
  /** The action that this run carried out and the run whose result offered it. */
  action_id: z.string().nullable(),
  /** Lineage: the run that this one is an action of, or a rerun or reverification of. */
  parent_run_id: idSchema.nullable(),
  /** The risk judgement before the run (EV-2); null only for runs that were recorded before there were any. */
  decision: decisionSchema.nullable(),
})
/** The summary of a run: what lists show. */
export type Run = z.infer<typeof runSchema>

/** How a log is named in a record: the text itself is content beside the events (TR-1). */
const recordedLogSchema = z.strictObject({
  bytes: z.int(),
  /** Over everything that was written, kept or not. */
  sha256: sha256Schema,
  /** Of the part that was kept; null once nothing was written. */
  kept_sha256: sha256Schema.nullable(),
  truncated: z.boolean(),
})

/**
 * The record of an ended run as its event carries it (EV-1). Immutable: what comes later (advisories, pins) stands
 * beside it.
 */
export const recordedRunSchema = runSchema
  .omit({ tool_id: true, status: true })
  .extend({
    status: z.enum(['succeeded', 'failed', 'timed_out']),
    finished_at: timeSchema,
    duration_ms: z.int(),
    stdout: recordedLogSchema,
    stderr: recordedLogSchema,
    /** SHA-256 of the canonical JSON of outputs, next_actions and state; null when the script gave nothing back. */
    result_sha256: sha256Schema.nullable(),
    /** The form's values by name; what is marked secret is null (SC-5). */
    values: z.record(z.string(), z.json()),
  })
  .strict()
export type RecordedRun = z.infer<typeof recordedRunSchema>

/** EV-1: the one part of a record that may be patched: short texts by name. */
export const MAX_META_ENTRIES = 50
export const metaNameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'is not a name')
export const metaValueSchema = z.string().max(2000)
export const runMetaSchema = z
  .record(metaNameSchema, metaValueSchema)
  .refine((meta) => Object.keys(meta).length <= MAX_META_ENTRIES, `has more than ${MAX_META_ENTRIES} entries`)

/** What the script gave back and wrote, kept by content hash beside the record (TR-1, RN-9). */
export const runResultSchema = z.object({
  outputs: z.array(outputSchema),
  next_actions: z.array(nextActionSchema),
  state: z.record(z.string(), z.json() as z.ZodType<Json>).nullable(),
})
export type RunResult = z.infer<typeof runResultSchema>

/** A run in full, for those who may see its logs. */
export const runDetailSchema = runSchema.extend({
  ...runResultSchema.shape,
  stdout: z.string().nullable(),
  stderr: z.string().nullable(),
  stdout_truncated: z.boolean(),
  stderr_truncated: z.boolean(),
  values: z.record(z.string(), z.json()),
})
export type RunDetail = z.infer<typeof runDetailSchema>

/** RN-10: what an ordinary member sees of a run. */
export const memberRunSchema = runSchema
  .omit({ runner: true, limits: true, exit_code: true, signal: true, oom: true, location: true, decision: true })
  .extend(runResultSchema.shape)
export type MemberRun = z.infer<typeof memberRunSchema>

export const RUN_PHASES = ['preparing', 'starting', 'running', 'collecting', 'recording'] as const
export const runPhaseSchema = z.enum(RUN_PHASES)
export type RunPhase = z.infer<typeof runPhaseSchema>
