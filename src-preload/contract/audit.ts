import { z } from 'zod'
import { eventBodies, EVENT_TYPES } from '../../src-main/domain/event-bodies.ts'
import { idSchema, sha256Schema, timeSchema } from '../../src-main/domain/identifier.ts'
import { command, query } from './channel.ts'
import { pageInput, pageOf } from './paging.ts'
import { isSpanInOrder, SPAN_NOT_IN_ORDER, timeSpan } from './time-span.ts'
import { toolReference } from './tools.ts'

/** The whole history: looking, checking, and taking it elsewhere (TR-7). */

const path = z.string().min(1).max(4096)

const auditEvent = z.object({
  id: idSchema,
  order_number: z.int(),
  at: timeSchema,
  type: z.string(),
  outcome: z.enum(['applied', 'conflict', 'invalid']),
  reason: z.string().nullable(),
  member_id: idSchema.nullable(),
  /** The member, or `system` for what a device does by itself. */
  member_name: z.string(),
  device_name: z.string(),
  tool_id: idSchema.nullable(),
  tool_slug: z.string().nullable(),
  /** One sentence in plain words. */
  summary: z.string(),
  key_id: z.string(),
  hash: z.string(),
  body: z.json(),
})
export type AuditEvent = z.infer<typeof auditEvent>

const auditFilter = {
  tool: toolReference.nullable().default(null),
  member_id: idSchema.nullable().default(null),
  type: z
    .string()
    .refine((type) => Object.hasOwn(eventBodies, type), `must be one of: ${EVENT_TYPES.join(', ')}`)
    .nullable()
    .default(null),
  ...timeSpan,
  text: z.string().trim().max(200).default(''),
}

const verification = z.object({
  ok: z.boolean(),
  events: z.int(),
  /** The root: the fingerprint of the key that signed the genesis event. */
  root: z.string().nullable(),
  head_hash: z.string().nullable(),
  /** `order` is 0 for what is wrong beside the order: a table, a file, the frame of an export. */
  first_problem: z
    .object({ order: z.int(), event_id: z.string().nullable(), reason: z.string(), message: z.string() })
    .nullable(),
})
export type Verification = z.infer<typeof verification>

export const auditChannels = {
  'audit.list': query(
    'All events, newest first; with words, a page may be short or empty though `next` leads on',
    z.strictObject({ ...pageInput, ...auditFilter }).refine(isSpanInOrder, SPAN_NOT_IN_ORDER),
    pageOf(auditEvent),
  ),
  'audit.verify': query('Checks the whole history from the genesis event on (TR-7)', z.strictObject({}), verification),
  'audit.export': command(
    'Writes the history as one JSON Lines file with a signed end',
    z.strictObject({ path }),
    z.object({ path: z.string(), events: z.int(), bytes: z.int(), root: z.string(), head_hash: z.string() }),
  ),
  'audit.verifyFile': query(
    'Checks an exported history; needs no workspace',
    z.strictObject({ path, root: sha256Schema.nullable().default(null) }),
    verification,
  ),
} as const
