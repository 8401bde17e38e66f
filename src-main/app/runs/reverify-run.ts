import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { onlyParts, PARTS } from '../../domain/run-diff.ts'
import { mayAnnotateRun } from '../../domain/policy.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { Member } from '../../domain/member.ts'
import type { RunRow } from '../../domain/state.ts'
import { actingMember } from '../actor.ts'
import { currentSettings, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import { decideContent } from '../decide-version.ts'
import { ownSettings } from '../tool-settings.ts'
import { runnerStatus } from './choose-runner.ts'
import { keptInputs, type InputVault } from './kept-inputs.ts'
import { limitsFor, secretsOf, type RunPlan } from './plan-run.ts'
import { asSeenBy, diffRows } from './compare-runs.ts'
import { findEndedRun } from './read-runs.ts'

type Verdict = Output<'runs.reverify'>

/** EV-8: the same version on the same kept inputs, image and limits again. */
export async function reverifyRun(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.reverify'>,
  vault: InputVault,
  execute: (plan: RunPlan) => Promise<Result<string>>,
): Promise<Result<Verdict>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findEndedRun(context, actor.value, input.run)
  if (!found.ok) return found
  const original = found.value
  if (!mayAnnotateRun(actor.value, original)) {
    return failed(
      failure(
        'FORBIDDEN',
        'not_allowed',
        'Only contributors and above may reverify a run. Run the tool again instead.',
      ),
    )
  }
  const planned = await planAgain(context, actor.value, original, vault)
  if ('reason' in planned) return success(unreproducible(original.id, planned.reason))
  const run = await execute(planned.plan)
  if (!run.ok) {
    return run.failure.reason === 'runner_busy' ? run : success(unreproducible(original.id, run.failure.message))
  }
  const again = context.store.state.run(run.value)
  if (again === null) throw new Error('a finished run has no record')
  // Blocked by now, cancelled, or given up by the engine: that says nothing about what the script does.
  if (again.record.record_status !== 'OK' || again.record.reason === 'cancelled') {
    return success({
      ...unreproducible(original.id, again.record.error_summary ?? 'The second run was not carried out.'),
      run_id: again.id,
    })
  }
  const diff = onlyParts(diffRows(context, original, again), COMPARED)
  const isMatch = diff.severity === null || diff.severity === 'INFO'
  const seen = asSeenBy(actor.value, original, again, diff)
  return success({
    id: original.id,
    verdict: isMatch ? 'MATCH' : 'DRIFT',
    reason: isMatch
      ? null
      : (seen.changes.find((change) => change.severity === diff.severity)?.message ??
        'It differs in what only admins see.'),
    run_id: again.id,
    diff: seen,
  })
}

/** The decision is measured against what is active now. */
const COMPARED = PARTS.filter((part) => part !== 'decision')

async function planAgain(
  context: Context,
  member: Member,
  original: RunRow,
  vault: InputVault,
): Promise<{ plan: RunPlan } | { reason: string }> {
  const { record } = original
  if (record.runner === null || record.record_status !== 'OK')
    return { reason: 'The run was never carried out by a runner.' }
  if (record.reason === 'cancelled') return { reason: 'Somebody cancelled the run; when, can’t be repeated.' }
  if (record.action_id !== null) return { reason: 'An action depends on the state of the run before it.' }
  const version = context.store.state.version(original.version_id)
  const tool = context.store.state.tool(original.tool_id)
  const content = context.store.reads.content(record.manifest_hash)
  if (version === null || tool === null || content === null) return { reason: 'The version that ran is not here.' }
  const open = new Set(
    (content.input_schema ?? []).flatMap((field) => ('secret' in field && field.secret === true ? [] : [field.name])),
  )
  if (Object.keys(record.values).some((name) => !open.has(name)))
    return { reason: 'A value that is secret, or that the form doesn’t know, is not kept.' }
  const allowed = limitsFor(currentSettings(context), original.context, null)
  const lowered = Object.entries(record.limits).find(([name, value]) => value > allowed[name as keyof typeof allowed])
  if (lowered !== undefined)
    return { reason: `The workspace’s limit ${lowered[0]} is lower now than it was for the run.` }
  const files = await keptInputs(context, vault, original.id)
  if (!files.ok) return { reason: 'Its input files are no longer kept.' }
  const runner = context.runners.find((candidate) => candidate.kind === record.runner?.kind)
  const status = runner === undefined ? null : await runnerStatus(context, runner)
  if (status?.available !== true) return { reason: status?.message ?? 'Its runner is not on this device.' }
  const isSameImage =
    status.image_id === record.runner.image_id && (status.image_id !== null || status.version === record.runner.version)
  if (!isSameImage) return { reason: isPinned(context) ? OTHER_PINNED : OTHER_IMAGE }
  const settings = ownSettings(context, record.requested_by, tool.id, content.settings_schema)
  return {
    plan: {
      runId: context.ids.next(),
      member,
      tool,
      version,
      content,
      context: original.context,
      files: files.value,
      uploadIds: [],
      caseId: null,
      values: record.values,
      recordedValues: record.values,
      secretValues: secretsOf(content.settings_schema ?? [], settings),
      // Whose settings it ran with; they are personal and not in the record, so they are those of now.
      settings,
      action: null,
      parentRunId: original.id,
      limits: record.limits,
      runner: record.runner.kind,
      decision: decideContent(context, tool, content),
    },
  }
}

const OTHER_IMAGE = 'The runner image is another one now. Import the image that the run names.'
const OTHER_PINNED =
  'The workspace’s runner image is another one now. A superuser would have to accept the run’s again.'

function isPinned(context: Context): boolean {
  return currentSettings(context).runner_image_id !== null
}

function unreproducible(id: string, reason: string): Verdict {
  return { id, verdict: 'UNREPRODUCIBLE', reason, run_id: null, diff: null }
}
