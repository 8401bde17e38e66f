import { z } from 'zod'
import { riskLevelSchema } from '../../src-main/domain/decision/decision.ts'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { ACTION_ID } from '../../src-main/domain/output.ts'
import {
  memberRunSchema,
  runContextSchema,
  runDetailSchema,
  runnerKindSchema,
  runPhaseSchema,
  runSchema,
  runStatusSchema,
} from '../../src-main/domain/run.ts'
import { fromCase } from './cases.ts'
import { command, query } from './channel.ts'
import { pageInput, pageOf } from './paging.ts'
import { isSpanInOrder, SPAN_NOT_IN_ORDER, timeSpan } from './time-span.ts'
import { toolReference } from './tools.ts'
import { versionReference } from './versions.ts'

/** Bytes cross the bridge as base64 in pieces of at most this size, so that no message is large. */
export const MAX_PIECE_BYTES = 768 * 1024
const base64Piece = z.base64().max((MAX_PIECE_BYTES / 3) * 4)

const values = z.record(z.string(), z.json())

const startInput = {
  /** The caller may choose the id, so that it can listen for the run's events before the run begins. */
  run_id: idSchema.optional(),
  /** Uploads made by `uploads.begin`; each can be used by one run. */
  uploads: z.array(idSchema).max(20).default([]),
  values: values.default({}),
  /** Carries out an action that `parent_run_id` offered; that run's input files are found again (SC-2). */
  action: z
    .strictObject({
      parent_run_id: idSchema,
      action_id: z.string().regex(ACTION_ID, 'is not the id of an action'),
      input: values,
    })
    .nullable()
    .default(null),
  /** Repeats a run of the same tool: its kept files are taken where none are given, and the record names it. */
  rerun_of: idSchema.nullable().default(null),
  ...fromCase,
  /** May lower the limit, never raise it (RN-11). */
  timeout_s: z.number().positive().max(3600).nullable().default(null),
  runner: runnerKindSchema.nullable().default(null),
}

const named = {
  tool_slug: z.string(),
  tool_title: z.string(),
  requested_by_name: z.string(),
  version_number: z.int().nullable(),
}

export const runView = runSchema.extend(named)
export type RunView = z.infer<typeof runView>
export const runDetailView = z.discriminatedUnion('view', [
  runDetailSchema.extend(named).extend({ view: z.literal('full') }),
  memberRunSchema.extend(named).extend({ view: z.literal('member') }),
])
/** `full` for those who may see logs, `member` for the rest (RN-10). */
export type RunDetailView = z.infer<typeof runDetailView>

export const runChannels = {
  'uploads.begin': command(
    'Announces an input file; it is held in memory until a run uses it or 30 minutes have passed',
    z.strictObject({ name: z.string().min(1).max(255), bytes: z.int().min(0).max(20_000_000) }),
    z.object({ id: idSchema }),
  ),
  'uploads.append': command(
    'Adds the next piece of an input file',
    z.strictObject({ id: idSchema, offset: z.int().min(0), data: base64Piece }),
    z.object({ received: z.int() }),
  ),
  'uploads.discard': command(
    'Forgets an input file that no run used',
    z.strictObject({ id: idSchema }),
    z.object({ discarded: z.boolean() }),
  ),
  'runs.sandbox': command(
    'Tries a version out; answers when the run has begun, and tells how it goes by events',
    z.strictObject({ version: versionReference, ...startInput }),
    runView,
  ),
  'runs.tool': command(
    'Runs a published tool; answers when the run has begun, and tells how it goes by events',
    z.strictObject({ tool: toolReference, ...startInput }),
    z.object({ id: idSchema }),
  ),
  'runs.wait': query('Answers when the run has ended', z.strictObject({ run: idSchema }), runDetailView),
  'runs.get': query(
    'One run: in full, or what an ordinary member may see of it',
    z.strictObject({ run: idSchema }),
    runDetailView,
  ),
  'runs.list': query(
    'Runs that the caller may see, newest first',
    z
      .strictObject({
        ...pageInput,
        tool: toolReference.nullable().default(null),
        version: versionReference.nullable().default(null),
        member_id: idSchema.nullable().default(null),
        /** Only the caller's own. */
        mine: z.boolean().default(false),
        context: runContextSchema.nullable().default(null),
        status: runStatusSchema.nullable().default(null),
        risk: riskLevelSchema.nullable().default(null),
        ...timeSpan,
        /** Words: of errors and file names, or of what its tool and its member are called; the last one may be a beginning. */
        text: z.string().trim().max(200).default(''),
      })
      .refine(isSpanInOrder, SPAN_NOT_IN_ORDER),
    pageOf(
      runView
        .omit({ runner: true, limits: true, exit_code: true, signal: true, oom: true, location: true, decision: true })
        .extend({ risk_level: riskLevelSchema.nullable() }),
    ),
  ),
  'runs.cancel': command(
    'Ends a run, in whatever phase and process it is',
    z.strictObject({ run: idSchema }),
    z.object({ id: idSchema, cancelled: z.boolean() }),
  ),
  'runs.preview': command(
    'Serves an HTML output from an origin of its own that runs no script and reaches no network (RC-8)',
    z.strictObject({ run: idSchema, output_index: z.int().min(0).max(49) }),
    z.object({ url: z.string() }),
  ),
  'runs.artifact': query(
    'A piece of an artifact',
    z.strictObject({
      run: idSchema,
      artifact_id: z.string().min(1).max(64),
      offset: z.int().min(0),
      length: z.int().min(1).max(MAX_PIECE_BYTES).default(MAX_PIECE_BYTES),
    }),
    z.object({ name: z.string(), bytes: z.int(), data: z.string() }),
  ),
} as const

/** Pushed while a run goes on (RN-8), to those who may see its logs; `phase` and `finished` to its requester as well. */
export const runEvents = {
  'run.phase': z.object({ run_id: idSchema, phase: runPhaseSchema, elapsed_ms: z.int() }),
  'run.output': z.object({
    run_id: idSchema,
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
    /** Bytes so far, kept or not. */ total_bytes: z.int(),
  }),
  'run.finished': z.object({ run_id: idSchema }),
} as const
