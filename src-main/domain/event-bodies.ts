import { z } from 'zod'
import { MAX_ADVISORY_CHARACTERS } from './advisory.ts'
import { idSchema, sha256Schema, type Sha256 } from './identifier.ts'
import { memberNameSchema, roleSchema } from './member.ts'
import { recordedRunSchema, runMetaSchema } from './run.ts'
import { settingKeySchema } from './setting.ts'
import { suggestionContentSchema } from './suggestion.ts'
import { slugSchema, summarySchema, tagsSchema, titleSchema } from './tool.ts'
import { versionContentSchema, versionStateSchema } from './version.ts'

/**
 * The bodies of events, one for each type (TR-3). Every one says in `based_on` what it rests on, so that its outcome can
 * be decided at any place in the order by anyone. Bodies are never reshaped once landed; a new need is a new type.
 */

/** 32 bytes in base64, in the one way that they are written. */
const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'is not an Ed25519 public key in base64')
const noteSchema = z.string().max(2000).nullable()
const reasonSchema = z.string().trim().min(1, 'must not be empty').max(2000)
const superusersSchema = z.array(idSchema).max(1000).nullable()

export const admittedKeySchema = z.strictObject({
  key_id: sha256Schema,
  public_key: publicKeySchema,
  /** A member's key signs what that member does; a device's system key signs what `system:` does there. */
  kind: z.enum(['member', 'system']),
  member_id: idSchema.nullable(),
  device_id: idSchema,
})
export type AdmittedKey = z.infer<typeof admittedKeySchema>

/**
 * A key's id, its fingerprint: SHA-256 of its public key as written, in base64. Whoever trusts a fingerprint trusts that
 * key and no other, so `apply` admits no key under another id.
 */
export function keyIdOf(publicKey: string, sha256: Sha256): string {
  return sha256(publicKey)
}

export const eventBodies = {
  'workspace.created': z.strictObject({
    workspace_id: idSchema,
    name: z.string().min(1).max(100),
    member: z.strictObject({ id: idSchema, name: memberNameSchema }),
    device: z.strictObject({ id: idSchema, name: z.string().min(1).max(100) }),
    keys: z.array(admittedKeySchema).length(2),
  }),
  'member.added': z.strictObject({
    member_id: idSchema,
    name: memberNameSchema,
    role: roleSchema,
    /** A key made on the adding superuser's device; it is unclaimed until the member sets a passphrase (TR-6). */
    key: admittedKeySchema.nullable(),
    based_on: z.strictObject({ superusers: superusersSchema }),
  }),
  'member.role_changed': z.strictObject({
    member_id: idSchema,
    role: roleSchema,
    based_on: z.strictObject({ role: roleSchema, superusers: superusersSchema }),
  }),
  'member.revoked': z.strictObject({
    member_id: idSchema,
    reason: reasonSchema,
    based_on: z.strictObject({ superusers: superusersSchema }),
  }),
  'member.nominated': z.strictObject({
    nomination_id: idSchema,
    member_id: idSchema,
    role: roleSchema,
    reason: reasonSchema,
    based_on: z.strictObject({ role: roleSchema }),
  }),
  'member.nomination_decided': z.strictObject({
    nomination_id: idSchema,
    member_id: idSchema,
    is_approved: z.boolean(),
    reason: reasonSchema,
    based_on: z.strictObject({ role: roleSchema, superusers: superusersSchema }),
  }),
  /** The member has the key under a passphrase or keychain of their own now (TR-6). Signed by that key. */
  'key.claimed': z.strictObject({ key_id: sha256Schema }),
  /** A new key takes the place of an old one on the same device. Signed by the old one. */
  'key.rotated': z.strictObject({ key_id: sha256Schema, new_key: admittedKeySchema }),
  'key.revoked': z.strictObject({ key_id: sha256Schema, reason: reasonSchema }),
  'device.revoked': z.strictObject({ device_id: idSchema, reason: reasonSchema }),
  /** TR-11: a superuser states that nobody holds events that this restored or copied folder doesn't have. */
  'workspace.resumed': z.strictObject({
    cause: z.enum(['restored', 'copied']),
    reason: reasonSchema,
    based_on: z.strictObject({ order: z.int().min(1), head_hash: sha256Schema }),
  }),
  'setting.changed': z.strictObject({
    key: settingKeySchema,
    value: z.json(),
    based_on: z.strictObject({ value: z.json() }),
  }),
  'tool.created': z.strictObject({
    tool_id: idSchema,
    slug: slugSchema,
    title: titleSchema,
    summary: summarySchema,
    tags: tagsSchema,
    maintainers: z.array(idSchema).max(100),
  }),
  'suggestion.submitted': z.strictObject({ suggestion_id: idSchema, content: suggestionContentSchema }),
  /** TL-4. Accepting, as it stands or modified, makes an unpublished tool that is linked to the suggestion. */
  'suggestion.decided': z.strictObject({
    suggestion_id: idSchema,
    decision: z.enum(['accepted', 'modified', 'denied']),
    rationale: reasonSchema,
    /** The content as the admin changed it; null unless `modified`. */
    modified: suggestionContentSchema.nullable(),
    /** Null when denied. */
    tool: z.strictObject({ tool_id: idSchema, slug: slugSchema }).nullable(),
    based_on: z.strictObject({ status: z.literal('pending') }),
  }),
  'tool.edited': z.strictObject({
    tool_id: idSchema,
    title: titleSchema,
    summary: summarySchema,
    tags: tagsSchema,
    /** The event that last set the metadata. */
    based_on: z.strictObject({ metadata_event_id: idSchema }),
  }),
  'tool.published': z.strictObject({
    tool_id: idSchema,
    based_on: z.strictObject({ is_published: z.literal(false), active_version_id: idSchema.nullable() }),
  }),
  'tool.depublished': z.strictObject({
    tool_id: idSchema,
    based_on: z.strictObject({ is_published: z.literal(true) }),
  }),
  'tool.maintainers_changed': z.strictObject({
    tool_id: idSchema,
    add: z.array(idSchema).max(100),
    remove: z.array(idSchema).max(100),
    based_on: z.strictObject({ maintainers: z.array(idSchema).max(1000) }),
  }),
  'version.saved': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    content: versionContentSchema,
    content_hash: sha256Schema,
    manifest_hash: sha256Schema,
    change_summary: noteSchema,
    /** What a new line starts from; null when it grows a line or starts from nothing. */
    from_version_id: idSchema.nullable(),
    /** The head that this saves over; null starts a new line. */
    based_on: z.strictObject({ parent_version_id: idSchema.nullable() }),
  }),
  'version.submitted': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    review_note: noteSchema,
    based_on: z.strictObject({ state: versionStateSchema, manifest_hash: sha256Schema }),
  }),
  'version.withdrawn': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    new_version_id: idSchema,
    based_on: z.strictObject({ state: versionStateSchema, manifest_hash: sha256Schema }),
  }),
  'version.changes_requested': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    new_version_id: idSchema,
    message: reasonSchema,
    based_on: z.strictObject({ state: versionStateSchema, manifest_hash: sha256Schema }),
  }),
  'version.commented': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    comment_id: idSchema,
    /** A line of the source, counted from 1; null for the version as a whole. */
    line: z.int().min(1).nullable(),
    text: z.string().trim().min(1, 'must not be empty').max(4000),
    based_on: z.strictObject({ manifest_hash: sha256Schema }),
  }),
  'version.published': z.strictObject({
    tool_id: idSchema,
    version_id: idSchema,
    new_version_id: idSchema,
    change_summary: noteSchema,
    based_on: z.strictObject({
      state: versionStateSchema,
      manifest_hash: sha256Schema,
      active_version_id: idSchema.nullable(),
    }),
  }),
  'version.rolled_back': z.strictObject({
    tool_id: idSchema,
    to_version_id: idSchema,
    new_version_id: idSchema,
    reason: reasonSchema,
    based_on: z.strictObject({ manifest_hash: sha256Schema, active_version_id: idSchema.nullable() }),
  }),
  'advisory.attached': z.strictObject({
    advisory_id: idSchema,
    run_id: idSchema,
    kind: z.enum(['suggestion', 'note', 'override_request']),
    text: z.string().trim().min(1, 'must not be empty').max(MAX_ADVISORY_CHARACTERS),
    request_id: z.string().max(100).nullable(),
  }),
  'advisory.reviewed': z.strictObject({
    advisory_id: z.union([idSchema, sha256Schema]),
    run_id: idSchema,
    is_approved: z.boolean(),
    notes: reasonSchema,
    based_on: z.strictObject({ reviewed: z.boolean() }),
  }),
  /** By a device's system key. The text follows from the record, so only its hash is here. */
  'run.explained': z.strictObject({
    run_id: idSchema,
    request_id: z.string().max(100).nullable(),
    advisory_id: sha256Schema.nullable(),
    text_sha256: sha256Schema.nullable(),
    /** A `system:` name (AD-4); null where a person is needed. */
    approved_by: z.string().max(100).nullable(),
    /** Why there is no explanation; null when there is one. */
    error: z.string().max(2000).nullable(),
  }),
  'run.meta_patched': z.strictObject({
    run_id: idSchema,
    meta: runMetaSchema,
    based_on: z.strictObject({ meta_event_id: idSchema.nullable() }),
  }),
  'run.pinned': z.strictObject({ run_id: idSchema, is_pinned: z.boolean() }),
  'run.recorded': z.strictObject({
    tool_id: idSchema,
    run: recordedRunSchema,
    based_on: z.strictObject({ version_id: idSchema, manifest_hash: sha256Schema }),
  }),
} as const

export type EventType = keyof typeof eventBodies
export const EVENT_TYPES = Object.keys(eventBodies) as EventType[]
export type EventBody<T extends EventType> = z.infer<(typeof eventBodies)[T]>
