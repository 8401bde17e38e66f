import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { inputSchemaSchema, plainFieldsSchema } from './field.ts'
import { idSchema, sha256Schema, timeSchema, type Sha256 } from './identifier.ts'

export const VERSION_STATES = ['draft', 'in_review', 'active', 'archived'] as const
export const versionStateSchema = z.enum(VERSION_STATES)
export type VersionState = z.infer<typeof versionStateSchema>

/** Bytes of UTF-8 that a script may have. Larger ones are data, and belong in an input file. */
export const MAX_SOURCE_BYTES = 512 * 1024

export const entrypointSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a Python function')

export const MAX_PACKAGES = 50
export const packagesSchema = z
  .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'is not the name of a package'))
  .max(MAX_PACKAGES)

export const runtimeSchema = z.strictObject({ packages: packagesSchema })

/** Everything that decides how a version runs: what `manifest_hash` covers (VR-2). */
export const versionContentSchema = z.strictObject({
  entrypoint: entrypointSchema,
  source_code: z.string().max(MAX_SOURCE_BYTES, 'is longer than 512 KiB'),
  input_schema: inputSchemaSchema.nullable(),
  settings_schema: plainFieldsSchema.nullable(),
  usage_instructions: z
    .string()
    .max(64 * 1024, 'is longer than 64 KiB')
    .nullable(),
  runtime: runtimeSchema.nullable(),
})
export type VersionContent = z.infer<typeof versionContentSchema>

/** The metadata of a version, without its content: what lists show. */
export const versionSchema = z.object({
  id: idSchema,
  tool_id: idSchema,
  /** Null while the version's event waits for its place in the order (TR-4). */
  version_number: z.int().nullable(),
  state: versionStateSchema,
  /** The first version of the draft line that this one belongs to (VR-3). */
  line_id: idSchema,
  /** Nothing was saved over this one yet. Only the head of a line can be saved over or submitted. */
  is_head: z.boolean(),
  entrypoint: z.string(),
  content_hash: sha256Schema,
  manifest_hash: sha256Schema,
  derived_from_version_id: idSchema.nullable(),
  created_by: idSchema,
  created_at: timeSchema,
  change_summary: z.string().nullable(),
  submitted_for_review_by: idSchema.nullable(),
  submitted_for_review_at: timeSchema.nullable(),
  review_note: z.string().nullable(),
  reviewed_by: idSchema.nullable(),
  reviewed_at: timeSchema.nullable(),
  published_by: idSchema.nullable(),
  published_at: timeSchema.nullable(),
  /** True from the moment a version was active, for good: only such a version can be rolled back to (VR-8). */
  was_active: z.boolean(),
})
export type Version = z.infer<typeof versionSchema>
export type VersionRow = Version & VersionContent

/** Text without the byte order mark that some editors put before it; to Python it is no part of the script. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** VR-2: SHA-256 of `{entrypoint}\n{source_code}`. */
export function contentHash(content: VersionContent, sha256: Sha256): string {
  return sha256(`${content.entrypoint}\n${content.source_code}`)
}

/** VR-2: SHA-256 of the canonical JSON (RFC 8785) of exactly these six keys; absent is null. */
export function manifestHash(content: VersionContent, sha256: Sha256): string {
  const manifest = {
    entrypoint: content.entrypoint,
    input_schema: content.input_schema,
    runtime: content.runtime === null ? null : { packages: content.runtime.packages },
    settings_schema: content.settings_schema,
    source_code: content.source_code,
    usage_instructions: content.usage_instructions,
  }
  return sha256(canonicalJson(manifest))
}
