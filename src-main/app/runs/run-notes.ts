import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { mayAnnotateRun, type Actor } from '../../domain/policy.ts'
import { failed, failure, invalidField, success, type Result } from '../../domain/result.ts'
import { MAX_META_ENTRIES } from '../../domain/run.ts'
import { actingMember } from '../actor.ts'
import { commitEvent } from '../commit.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import { findEndedRun } from './read-runs.ts'

/** What stands beside a record and may change (EV-1): its pin, its meta, and how far its explanation is. */

/** Names under which this device remembers whose explanations are under way. */
export const PENDING = 'explaining/'

export function getRunNotes(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.notes'>,
): Result<Output<'runs.notes'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const run = findEndedRun(context, actor.value, input.run)
  return run.ok ? success(notesView(context, run.value.id)) : run
}

export function pinRun(context: Context, session: Session, input: ParsedInput<'runs.pin'>): Result<Output<'runs.pin'>> {
  return annotate(context, session, input.run, (actor) => {
    if ((context.store.state.runNotes(input.run)?.is_pinned ?? false) === input.pinned) return success(null)
    return commitEvent(context, { memberId: actor.id }, 'run.pinned', { run_id: input.run, is_pinned: input.pinned })
  })
}

/** Each patch is recorded; what the record itself says never changes. */
export function patchRunMeta(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.patchMeta'>,
): Result<Output<'runs.patchMeta'>> {
  return annotate(context, session, input.run, (actor) => {
    const notes = context.store.state.runNotes(input.run)
    const kept = Object.entries({ ...notes?.meta, ...input.set }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    )
    if (kept.length > MAX_META_ENTRIES)
      return failed(invalidField('set', `would give more than ${MAX_META_ENTRIES} entries`))
    return commitEvent(context, { memberId: actor.id }, 'run.meta_patched', {
      run_id: input.run,
      meta: Object.fromEntries(kept),
      based_on: { meta_event_id: notes?.meta_event_id ?? null },
    })
  })
}

function annotate(
  context: Context,
  session: Session,
  id: string,
  change: (actor: Actor) => Result<unknown>,
): Result<Output<'runs.notes'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const run = findEndedRun(context, actor.value, id)
    if (!run.ok) return run
    if (!mayAnnotateRun(actor.value, run.value)) {
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only contributors and above may annotate a run.'))
    }
    const done = change(actor.value)
    return done.ok ? success(notesView(context, id)) : done
  })
}

export function notesView(context: Context, runId: string): Output<'runs.notes'> {
  const notes = context.store.state.runNotes(runId)
  const status = notes?.explanation_status ?? 'NONE'
  const isPending = status !== 'READY' && context.store.local.get(`${PENDING}${runId}`) !== null
  return {
    id: runId,
    explanation_status: isPending ? 'PENDING' : status,
    explanation_error: isPending ? null : (notes?.explanation_error ?? null),
    is_pinned: notes?.is_pinned ?? false,
    meta: notes?.meta ?? {},
  }
}
