import { z } from 'zod'
import { idSchema, sha256Schema, timeSchema } from '../../src-main/domain/identifier.ts'
import { memberNameSchema, memberSchema, roleSchema } from '../../src-main/domain/member.ts'
import { command, query } from './channel.ts'
import { listOf, pageInput, pageOf } from './paging.ts'

const reason = z.string().trim().min(1, 'must not be empty').max(2000)

const nomination = z.object({
  id: idSchema,
  member_id: idSchema,
  member_name: z.string(),
  role: roleSchema,
  status: z.enum(['pending', 'approved', 'declined']),
  reason: z.string(),
  nominated_by_name: z.string(),
  nominated_at: timeSchema,
  decided_by_name: z.string().nullable(),
  decided_at: timeSchema.nullable(),
  decision_reason: z.string().nullable(),
})
export type NominationView = z.infer<typeof nomination>

const key = z.object({
  /** The fingerprint: SHA-256 of the public key. */
  id: sha256Schema,
  kind: z.enum(['member', 'system']),
  member_id: idSchema.nullable(),
  member_name: z.string().nullable(),
  device_id: idSchema,
  device_name: z.string(),
  status: z.enum(['active', 'revoked']),
  is_unclaimed: z.boolean(),
  admitted_at: timeSchema,
  revoked_at: timeSchema.nullable(),
  /** Null when the private half is not on this device. */
  protection: z.enum(['none', 'passphrase', 'keychain']).nullable(),
})
export type KeyView = z.infer<typeof key>

const device = z.object({
  id: idSchema,
  name: z.string(),
  status: z.enum(['active', 'revoked']),
  admitted_at: timeSchema,
  is_this_device: z.boolean(),
})

/** NIST SP 800-63B asks for at least 8 characters and against rules of composition. */
const newPassphrase = z.string().min(8, 'must have at least 8 characters').max(1000)
const passphrase = z.string().min(1).max(1000)

export const memberChannels = {
  'session.unlock': command(
    'Unlocks the acting member’s key; wrong passphrases are answered ever more slowly',
    z.strictObject({ passphrase }),
    z.object({ locked: z.boolean() }),
  ),
  'session.lock': command('Locks every key of this process', z.strictObject({}), z.object({ locked: z.boolean() })),
  'session.touch': command(
    'Says that somebody is there, so that the key stays unlocked',
    z.strictObject({}),
    z.object({ locked: z.boolean() }),
  ),
  'keys.list': query('Keys of all members: fingerprints, devices and states', z.strictObject({}), listOf(key)),
  'keys.protect': command(
    'Seals one’s own key by a passphrase or the system’s keychain, or leaves it unprotected',
    z.strictObject({
      protection: z.enum(['none', 'passphrase', 'keychain']),
      /** Needed for `passphrase`. */
      passphrase: newPassphrase.nullable().default(null),
    }),
    key,
  ),
  'keys.rotate': command(
    'Makes a new key in place of one’s own on this device, protected in the same way',
    /** Needed when the present key is under a passphrase; it may be the same one. */
    z.strictObject({ passphrase: newPassphrase.nullable().default(null) }),
    key,
  ),
  'keys.revoke': command(
    'Ends a key; what it signed before stays valid',
    z.strictObject({ key_id: sha256Schema, reason }),
    key,
  ),
  'devices.list': query('Devices that take part', z.strictObject({}), listOf(device)),
  'devices.revoke': command(
    'Ends a device’s part in the workspace',
    z.strictObject({ device_id: idSchema, reason }),
    device,
  ),
  'members.nominate': command(
    'Nominates a member for a higher role (RB-3)',
    z.strictObject({ member_id: idSchema, role: roleSchema, reason }),
    nomination,
  ),
  'members.nominations': query(
    'Nominations, newest first',
    z.strictObject({ ...pageInput, status: z.enum(['pending', 'approved', 'declined']).nullable().default(null) }),
    pageOf(nomination),
  ),
  'members.decideNomination': command(
    'Approves or declines a nomination with a reason (RB-3)',
    z.strictObject({ nomination_id: idSchema, approve: z.boolean(), reason }),
    nomination,
  ),
  'members.list': query('Everybody in the workspace', z.strictObject({}), listOf(memberSchema)),
  'members.add': command(
    'Adds a member and makes a key for them on this device',
    z.strictObject({ name: memberNameSchema, role: roleSchema }),
    memberSchema,
  ),
  'members.setRole': command(
    'Changes a role; the last active superuser keeps theirs (RB-4)',
    z.strictObject({ member_id: idSchema, role: roleSchema }),
    memberSchema,
  ),
  'members.revoke': command(
    'Ends a membership; what the member signed before stays valid',
    z.strictObject({ member_id: idSchema, reason }),
    memberSchema,
  ),
} as const
