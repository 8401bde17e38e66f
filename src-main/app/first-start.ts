import type { BankTool } from '../domain/bank.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { seedTool } from './seed-bank.ts'
import { initWorkspace } from './workspace.ts'

/**
 * A window on an empty folder makes a workspace and shows what can be done with it: a first member and sample tools.
 */
export function firstStart(
  context: Context,
  session: Session,
  memberName: string,
  samples: readonly BankTool[],
): Result<null> {
  return context.store.transaction(() => {
    const made = initWorkspace(context, session, { name: 'Scriptorium', member: memberName })
    if (!made.ok) return made
    for (const sample of samples) {
      const seeded = seedTool(context, session, sample, {
        dry_run: false,
        sync_metadata: false,
        sync_code: false,
        publish: true,
      })
      if (seeded.outcome === 'failed')
        return failed(failure('CONFLICT', 'sample_refused', `${seeded.slug}: ${seeded.message}`))
    }
    return success(null)
  })
}
