import { artifactPathProblem } from '../../domain/artifact-path.ts'
import { maskSecrets } from '../../domain/secrets.ts'
import { success, type Failure, type Result } from '../../domain/result.ts'
import { contractViolation, normaliseResult, readResult, type NormalisedResult } from '../../domain/result-contract.ts'
import { runOutcome } from '../../domain/run-outcome.ts'
import type { Artifact, Run, RunPhase } from '../../domain/run.ts'
import { maySeeRun, maySeeRunLogs } from '../../domain/policy.ts'
import { withoutByteOrderMark } from '../../domain/version.ts'
import { currentSettings, nowText, type Context } from '../context.ts'
import { later } from '../timers.ts'
import type { Runner, RunnerOutcome } from '../runner-port.ts'
import { demandsOf } from './choose-runner.ts'
import { recordLog } from './log-recorder.ts'
import type { RunPlan } from './plan-run.ts'
import type { EndedRun } from './record-run.ts'

/** Each phase that is written down is a durable commit: one that is over sooner than this is told to the screen only. */
const LASTING_PHASE_MS = 200

/** The middle of a run (RN-5): the runner works, no transaction is open, and everything is counted, hashed and shown. */
export async function executeRun(
  context: Context,
  plan: RunPlan,
  run: Run,
  runner: Runner,
  signal: AbortSignal,
): Promise<EndedRun> {
  const began = context.clock.monotonicMs()
  const settings = currentSettings(context)
  const artifacts: Artifact[] = []
  const show = (stream: 'stdout' | 'stderr') => (text: string, totalBytes: number) =>
    context.publish(
      {
        name: 'run.output',
        payload: { run_id: run.id, stream, text, total_bytes: totalBytes },
      },
      (actor) => maySeeRunLogs(actor, run),
    )
  const record = (stream: 'stdout' | 'stderr') => recordLog(context, plan.secretValues, show(stream))
  const logs = { stdout: record('stdout'), stderr: record('stderr') }
  let lasting: ReturnType<typeof setTimeout> | undefined
  const phase = (name: RunPhase): void => {
    clearTimeout(lasting)
    lasting = later(context, LASTING_PHASE_MS, () => context.store.liveRuns.setPhase(run.id, name))
    const elapsedMs = Math.round(context.clock.monotonicMs() - began)
    context.publish({ name: 'run.phase', payload: { run_id: run.id, phase: name, elapsed_ms: elapsedMs } }, (actor) =>
      maySeeRun(actor, run),
    )
  }
  let storageProblem: Failure | null = null

  const outcome = await runner
    .run(
      {
        runId: run.id,
        workspaceId: context.store.state.workspace()?.id ?? '',
        scriptSource: withoutByteOrderMark(plan.content.source_code),
        entrypoint: plan.content.entrypoint,
        files: plan.files,
        values: plan.values,
        settings: plan.settings,
        action: plan.action,
        limits: plan.limits,
        killGraceMs: settings.kill_grace_s * 1000,
        demands: demandsOf(settings),
      },
      {
        phase,
        output: (stream, chunk) => logs[stream].push(chunk),
        artifact(path) {
          const writer = context.blobs.write()
          const isWanted = artifactPathProblem(path) === null && storageProblem === null
          return {
            write: (chunk) => (isWanted ? writer.write(chunk) : Promise.resolve()),
            async finish() {
              if (!isWanted) return writer.discard()
              const stored = await writer.finish()
              if (!stored.ok) storageProblem = stored.failure
              else artifacts.push({ artifact_id: artifactId(context, run.id, path), path, ...stored.value })
            },
            discard: () => writer.discard(),
          }
        },
      },
      signal,
    )
    .finally(() => clearTimeout(lasting))
  phase('recording')
  clearTimeout(lasting)
  const stdout = logs.stdout.finish()
  const stderr = logs.stderr.finish()
  artifacts.sort((a, b) => (a.path < b.path ? -1 : 1))
  const ended = {
    stdout,
    stderr,
    finishedAt: nowText(context),
    durationMs: Math.round(context.clock.monotonicMs() - began),
  }
  if (!outcome.ok) return { ...ended, run: carriedOutByNobody(run, outcome.failure, signal), result: null }
  if (storageProblem !== null) return { ...ended, run: carriedOutByNobody(run, storageProblem, signal), result: null }
  const said = readSaid(context, plan, outcome.value)
  if (!said.ok && outcome.value.ended === 'exited' && outcome.value.exitCode === 0) {
    // RC-2: what was wrong with the result is for admins, who read it in the log.
    const separator = stderr.text.endsWith('\n') || stderr.text === '' ? '' : '\n'
    const problem = String(said.failure.details['detail'] ?? said.failure.message)
    ended.stderr = { ...stderr, text: `${stderr.text}${separator}[scriptorium] ${problem}\n` }
  }
  const { status, reason, record_status, error_summary } = runOutcome(outcome.value, said)
  return {
    ...ended,
    run: {
      ...run,
      status,
      reason,
      record_status,
      error_summary,
      runner: outcome.value.info,
      exit_code: outcome.value.exitCode,
      signal: outcome.value.signal,
      oom: outcome.value.oom,
      artifacts,
    },
    result: withRefusals(said.ok ? said.value : null, outcome.value, plan.secretValues),
  }
}

function readSaid(context: Context, plan: RunPlan, outcome: RunnerOutcome): Result<NormalisedResult> {
  if (outcome.result.state !== 'present')
    return contractViolation(`result.json is ${outcome.result.state.replaceAll('_', ' ')}.`)
  const raw = readResult(outcome.result.bytes)
  if (!raw.ok) return raw
  const { allow_vega_lite: allowVegaLite } = currentSettings(context)
  return success(normaliseResult(raw.value, { allowVegaLite, secretValues: plan.secretValues }))
}

/** Files that weren't kept are told to whoever looks at the result: a silently missing file is worse than a refused one. */
function withRefusals(
  result: NormalisedResult | null,
  outcome: RunnerOutcome,
  secretValues: readonly string[],
): NormalisedResult | null {
  if (outcome.refusedCount === 0) return result
  const named = outcome.refusedArtifacts
    .slice(0, 5)
    .map(({ path, reason }) => `- ${maskSecrets(path, secretValues).slice(0, 100)}: ${reason}`)
  const lines = [`${outcome.refusedCount} file(s) in output/ were not kept:`, ...named]
  // Half a character has no form in UTF-8: a record with one could not be kept.
  const message = lines.join('\n').toWellFormed()
  const base = result ?? { status: 'failed' as const, error_summary: null, outputs: [], next_actions: [], state: null }
  return { ...base, outputs: [...base.outputs.slice(0, 49), { kind: 'notice', level: 'warning', message }] }
}

/** EV-4: the app or the engine couldn't carry it out, or it was cancelled before the engine had it. */
function carriedOutByNobody(run: Run, cause: Failure, signal: AbortSignal): Run {
  if (signal.aborted) {
    return {
      ...run,
      status: 'failed',
      reason: 'cancelled',
      record_status: 'OK',
      error_summary: 'The run was cancelled.',
    }
  }
  const reason = cause.reason === 'interrupted' ? 'interrupted' : 'engine_unavailable'
  return { ...run, status: 'failed', reason, record_status: 'ERROR', error_summary: cause.message }
}

/** RC-5: the same for the same run and path, everywhere. */
function artifactId(context: Context, runId: string, path: string): string {
  return context.keys.sha256(`${runId}\n${path}`).slice(0, 32)
}
