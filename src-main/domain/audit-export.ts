import { z } from 'zod'
import { idSchema, sha256Schema } from './identifier.ts'
import { canonicalJson, canonicalValue } from './canonical-json.ts'

/**
 * The history as a file (TR-7): JSON Lines, each line canonical JSON (RFC 8785) and ended by a line feed. First a header,
 * then a line for each event in order, last a signed end, so that a file that was cut shows.
 */

export const EXPORT_FORMAT = 'scriptorium-audit'
/** No event comes near: its source code has at most 512 KiB, and a letter at most six bytes as JSON. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024

const headerSchema = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(1),
  workspace_id: idSchema,
  genesis_hash: sha256Schema,
  /** Fingerprint of the key that signed the genesis event. */
  root: sha256Schema,
})
export type ExportHeader = z.infer<typeof headerSchema>

const entrySchema = z.strictObject({
  order: z.int().min(1),
  head_hash: z.string(),
  outcome: z.enum(['applied', 'conflict', 'invalid']),
  reason: z.strictObject({ code: z.string(), reason: z.string() }).nullable(),
  // The form of an event is checked where its hash is: by the walk.
  event: z.strictObject({
    id: z.string(),
    workspace_id: z.string(),
    key_id: z.string(),
    key_seq: z.int(),
    prev_hash: z.string().nullable(),
    at: z.string(),
    type: z.string(),
    body: z.unknown(),
    seen: z.strictObject({ order: z.int(), head_hash: z.string().nullable() }),
    hash: z.string(),
    signature: z.string(),
  }),
})
export type ExportEntry = z.infer<typeof entrySchema>

const endSchema = z.strictObject({
  end: z.strictObject({ events: z.int().min(1), head_hash: sha256Schema, key_id: sha256Schema }),
  signature: z.string(),
})
export type ExportEnd = z.infer<typeof endSchema>

export type ExportLine =
  { kind: 'header'; header: ExportHeader } | { kind: 'entry'; entry: ExportEntry } | { kind: 'end'; end: ExportEnd }

export function exportLine(content: ExportHeader | ExportEntry | ExportEnd): string {
  return `${canonicalJson(content)}\n`
}

/** What the end's signature covers: the frame of the file. The events vouch for themselves. */
export function exportEndText(header: ExportHeader, end: ExportEnd['end']): string {
  return `scriptorium audit export v1\n${header.workspace_id}\n${header.genesis_hash}\n${end.events}\n${end.head_hash}\n${end.key_id}`
}

/** Null for a line that is not exactly what an export writes. */
export function readExportLine(text: string): ExportLine | null {
  const value = canonicalValue(text)
  if (typeof value !== 'object' || value === null) return null
  if ('format' in value) {
    const header = headerSchema.safeParse(value)
    return header.success ? { kind: 'header', header: header.data } : null
  }
  if ('end' in value) {
    const end = endSchema.safeParse(value)
    return end.success ? { kind: 'end', end: end.data } : null
  }
  const entry = entrySchema.safeParse(value)
  return entry.success ? { kind: 'entry', entry: entry.data } : null
}
