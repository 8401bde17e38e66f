import { z } from 'zod'
import { timeSchema } from '../../src-main/domain/identifier.ts'
import { command, query } from './channel.ts'
import { listOf } from './paging.ts'

/** Backups: one file each, checked before it counts. */

const path = z.string().min(1).max(4096)

const backup = z.object({
  path: z.string(),
  bytes: z.int(),
  created_at: timeSchema,
  events: z.int(),
  verified: z.boolean(),
})
export type BackupView = z.infer<typeof backup>

export const backupChannels = {
  'backups.create': command(
    'Writes a backup and checks it before it counts',
    z.strictObject({ path: path.nullable().default(null), files: z.boolean().default(true) }),
    backup,
  ),
  'backups.list': query('Backups in this data folder, newest first', z.strictObject({}), listOf(backup)),
  'backups.restore': command(
    'Puts a backup in the place of this data folder’s history at the next start; the present one is kept beside it',
    z.strictObject({ path }),
    z.object({ restored_events: z.int(), kept_as: z.string(), must_restart: z.literal(true) }),
  ),
} as const
