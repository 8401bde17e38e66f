import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { maySeeRunLogs, type Actor } from '../../domain/policy.ts'
import { success, type Result } from '../../domain/result.ts'
import { diffRuns, onlyParts, type ComparedRun, type RunDiff } from '../../domain/run-diff.ts'
import { runResultSchema } from '../../domain/run.ts'
import type { RunRow } from '../../domain/state.ts'
import { actingMember } from '../actor.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import { findEndedRun } from './read-runs.ts'

/** EV-7: what changed between two runs, as far as the actor may see either. */

export function compareRuns(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.diff'>,
): Result<Output<'runs.diff'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const a = findEndedRun(context, actor.value, input.a)
  if (!a.ok) return a
  const b = findEndedRun(context, actor.value, input.b)
  if (!b.ok) return b
  return success(asSeenBy(actor.value, a.value, b.value, diffRows(context, a.value, b.value)))
}

/** RN-10: whoever may not see logs doesn't learn of them by comparing either. */
export function asSeenBy(actor: Actor, a: RunRow, b: RunRow, diff: RunDiff): RunDiff {
  const seesAll = maySeeRunLogs(actor, a) && maySeeRunLogs(actor, b)
  return seesAll ? diff : onlyParts(diff, ['version', 'inputs', 'outputs', 'artifacts', 'timings'])
}

export function diffRows(context: Context, a: RunRow, b: RunRow): RunDiff {
  return diffRuns(compared(context, a), compared(context, b))
}

/** A result that was altered is compared by its recorded hash alone; verifying tells of it. */
function compared(context: Context, { record }: RunRow): ComparedRun {
  const bytes = record.result_sha256 === null ? null : context.store.content(record.result_sha256)
  if (bytes === null || context.keys.sha256OfBytes(bytes) !== record.result_sha256) return { record, result: null }
  const result = runResultSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  return { record, result: result.success ? result.data : null }
}
