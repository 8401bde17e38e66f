import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { automaticApprover, generatedAdvisoryId } from '../../domain/advisory.ts'
import type { EventBody } from '../../domain/event-bodies.ts'
import { mayAnnotateRun } from '../../domain/policy.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { RunRow } from '../../domain/state.ts'
import { actingMember } from '../actor.ts'
import { commitEvent } from '../commit.ts'
import { changed, currentSettings, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import { findEndedRun } from './read-runs.ts'
import { notesView, PENDING } from './run-notes.ts'

/**
 * AD-2: PENDING is local and short; the end (READY with the advisory and its approval, or ERROR with the cause) is one
 * event and so one transaction. What a crash leaves PENDING is closed as ERROR at the next start.
 */
export async function explainRun(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.explain'>,
): Promise<Result<Output<'runs.explain'>>> {
  const run = annotatedRun(context, session, input.run)
  if (!run.ok) return run
  const { id } = run.value
  if (isReady(context, id)) return success(notesView(context, id))
  context.store.local.set(`${PENDING}${id}`, context.owner.id)
  changed(context, 'runs')
  try {
    const explained = await explainedText(context, run.value)
    const recorded = recordExplanation(context, run.value, input.request_id, explained)
    return recorded.ok ? success(notesView(context, id)) : recorded
  } finally {
    context.store.local.remove(`${PENDING}${id}`)
    changed(context, 'runs')
  }
}

/** An engine that throws is a bug of that engine; the run says so and the incident has a number (ER-1). */
async function explainedText(context: Context, run: RunRow): Promise<Result<string>> {
  try {
    return await context.explainer.explain(run.record)
  } catch (error) {
    return failed(context.reportBug('explain', error))
  }
}

function recordExplanation(
  context: Context,
  { id, record }: RunRow,
  requestId: string | null,
  text: Result<string>,
): Result<unknown> {
  return context.store.transaction(() => {
    // Somebody else may have explained it meanwhile; both find the same advisory (AD-1).
    if (isReady(context, id)) return success(null)
    const { decision } = record
    if (!text.ok || decision === null) {
      return commitEvent(
        context,
        { system: true },
        'run.explained',
        without(id, requestId, text.ok ? 'The run has no decision.' : text.failure.message),
      )
    }
    return commitEvent(context, { system: true }, 'run.explained', {
      run_id: id,
      request_id: requestId,
      advisory_id: generatedAdvisoryId(id, context.explainer, context.keys.sha256),
      text_sha256: context.keys.sha256(text.value),
      approved_by: automaticApprover(currentSettings(context).explanation_approval, decision),
      error: null,
    })
  })
}

const isReady = (context: Context, runId: string): boolean =>
  context.store.state.runNotes(runId)?.explanation_status === 'READY'

const without = (runId: string, requestId: string | null, error: string): EventBody<'run.explained'> => ({
  run_id: runId,
  request_id: requestId,
  advisory_id: null,
  text_sha256: null,
  approved_by: null,
  error: error.slice(0, 2000),
})

/** At start and from time to time: explanations whose process is gone ended in nothing, and say so. */
export function closeBrokenExplanations(context: Context): void {
  const { local, state } = context.store
  for (const name of local.names(PENDING)) {
    context.store.transaction(() => {
      const owner = local.get(name)
      // Gone by now, or this process's own, or that of another one that lives.
      if (owner === null || owner === context.owner.id || context.owner.isAlive(owner)) return
      const runId = name.slice(PENDING.length)
      const cause = 'The app ended while this run was being explained. Explain it again.'
      if (state.run(runId) !== null && !isReady(context, runId)) {
        const closed = commitEvent(context, { system: true }, 'run.explained', without(runId, null, cause))
        // A folder that must be resumed first stays as it is; the next start tries again.
        if (!closed.ok) return
      }
      local.remove(name)
    })
  }
}

function annotatedRun(context: Context, session: Session, id: string): Result<RunRow> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const run = findEndedRun(context, actor.value, id)
  if (run.ok && !mayAnnotateRun(actor.value, run.value))
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only contributors and above may explain a run.'))
  return run
}
