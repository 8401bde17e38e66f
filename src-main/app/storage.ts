import type { Output } from '../../src-preload/contract/contract.ts'
import { mayOperate } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import { currentSettings, type Context } from './context.ts'
import type { Session } from './core.ts'
import { foresee } from './runs/prune.ts'

/** What this data folder takes on its disk, and what of it could go. */

export type StorageView = Output<'system.storage'>

export async function showStorage(context: Context, session: Session): Promise<Result<StorageView>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins see what is stored.'))
  return success(await measureStorage(context))
}

export async function measureStorage(context: Context): Promise<StorageView> {
  const { files, bytes, heldBytes } = context.store.attachments.totals()
  return {
    database_bytes: context.storage.databaseBytes(),
    kept_files: {
      files,
      bytes,
      held_bytes: heldBytes,
      max_bytes: currentSettings(context).kept_files_max_bytes,
      would_free: foresee(context).by_cause,
    },
    backups: context.storage.backups(),
    free_bytes: await context.storage.freeBytes(),
  }
}
