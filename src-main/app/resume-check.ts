import { failure, type Failure } from '../domain/result.ts'
import type { Context } from './context.ts'

/**
 * TR-11: a restored or copied data folder may lack events that its keys have signed since. Until it has heard from its
 * sequencer or peers, or a superuser states that there are none, it appends nothing; reading goes on.
 */
export const MUST_RESUME = 'must_resume'
const FOLDER_MARK = 'folder_mark'

export type ResumeCause = 'restored' | 'copied'

export function mustResume(context: Pick<Context, 'store'>): ResumeCause | null {
  return context.store.local.get(MUST_RESUME) as ResumeCause | null
}

/** At every start: a folder whose mark isn't the one that this device left in it was copied. */
export function noticeCopy(context: Pick<Context, 'store' | 'folderMark'>): void {
  const { local } = context.store
  const known = local.get(FOLDER_MARK)
  if (known === context.folderMark) return
  if (known !== null && mustResume(context) === null) local.set(MUST_RESUME, 'copied')
  local.set(FOLDER_MARK, context.folderMark)
}

export function refuseUntilResumed(context: Context): Failure | null {
  const cause = mustResume(context)
  if (cause === null) return null
  const message =
    `This data folder was ${cause}. A superuser must state that no other device holds later events (workspace resume) ` +
    'before anything is written.'
  return failure('CONFLICT', 'must_resume', message, { cause })
}
