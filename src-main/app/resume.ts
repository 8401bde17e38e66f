import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayRestore } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { MUST_RESUME, mustResume } from './resume-check.ts'

/** A superuser's statement that nobody holds events which this folder doesn't have (TR-11). */
export function resumeWorkspace(
  context: Context,
  session: Session,
  input: ParsedInput<'workspace.resume'>,
): Result<Output<'workspace.resume'>> {
  const { store } = context
  return store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (!mayRestore(actor.value))
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may go on with this folder.'))
    const cause = mustResume(context)
    if (cause === null)
      return failed(failure('CONFLICT', 'not_stopped', 'This data folder was neither restored nor copied.'))
    const head = store.log.head()
    if (head.head_hash === null) throw new Error('a workspace without events')
    const event = commitEvent(context, { memberId: actor.value.id }, 'workspace.resumed', {
      cause,
      reason: input.reason,
      based_on: { order: head.order, head_hash: head.head_hash },
    })
    if (!event.ok) return event
    store.local.remove(MUST_RESUME)
    return success({ id: event.value.id })
  })
}
