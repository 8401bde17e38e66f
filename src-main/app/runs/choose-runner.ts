import type { Output } from '../../../src-preload/contract/contract.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { RunContext, RunnerKind } from '../../domain/run.ts'
import { actingMember } from '../actor.ts'
import { currentSettings, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Settings } from '../../domain/setting.ts'
import type { Runner, RunnerStatus, SandboxDemands } from '../runner-port.ts'

/** How long an answer of an engine is believed, so that a burst of runs doesn't ask a hundred times. */
const FRESH_MS = 3000
const remembered = new WeakMap<Runner, { at: number; demands: string; status: RunnerStatus }>()

/** Whether a run could be begun with what the workspace demands of its sandboxes. */
export async function runnerStatus(context: Context, runner: Runner): Promise<RunnerStatus> {
  const demands = demandsOf(currentSettings(context))
  const key = JSON.stringify(demands)
  const known = remembered.get(runner)
  const now = context.clock.monotonicMs()
  if (known?.demands === key && now - known.at < FRESH_MS) return known.status
  const status = await runner.status(demands)
  remembered.set(runner, { at: context.clock.monotonicMs(), demands: key, status })
  return status
}

/** To be called when an engine was given another image: what it said before doesn't count. */
export function forgetRunnerStatus(context: Context): void {
  for (const runner of context.runners) remembered.delete(runner)
}

/** What the workspace's settings ask of every sandbox beside its limits. */
export function demandsOf(settings: Settings): SandboxDemands {
  const { runner_image_id: imageId, sandbox_runtime: runtime } = settings
  return { imageId, runtime: runtime === 'default' ? null : runtime }
}

/** The wanted runner, or the first that could run now. Never waits for a dead engine longer than its status may take. */
export async function chooseRunner(
  context: Context,
  runContext: RunContext,
  wanted: RunnerKind | null,
): Promise<Result<Runner>> {
  const requiresDocker = runContext === 'production' && currentSettings(context).production_requires_docker
  if (requiresDocker && wanted === 'embedded') {
    return failed(
      failure(
        'FORBIDDEN',
        'docker_required',
        'This workspace runs published tools in Docker only (production_requires_docker).',
      ),
    )
  }
  const candidates = context.runners.filter(
    (runner) => (wanted ?? runner.kind) === runner.kind && (!requiresDocker || runner.kind === 'docker'),
  )
  let refusal = { message: 'There is no runner on this device. Install Docker, or reinstall the app.', reason: '' }
  for (const runner of candidates) {
    const status = await runnerStatus(context, runner)
    if (status.available) return success(runner)
    refusal = status
  }
  const reason = DEMANDS_UNMET.has(refusal.reason) ? refusal.reason : 'engine_unavailable'
  return failed(failure('SERVICE_UNAVAILABLE', reason, refusal.message))
}

/** An engine that answers and lacks what the workspace demands: another reason than one that isn't there. */
const DEMANDS_UNMET: ReadonlySet<string> = new Set(['image_missing', 'image_not_pinned', 'runtime_missing'])

export async function runnersStatus(context: Context, session: Session): Promise<Result<Output<'runners.status'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const runners = await Promise.all(
    context.runners.map(async (runner) => {
      const status = await runnerStatus(context, runner)
      return status.available
        ? { kind: runner.kind, message: '', reason: null, runtimes: [], ...status }
        : { kind: runner.kind, version: null, isolation: null, image_id: null, warnings: [], runtimes: [], ...status }
    }),
  )
  return success({ runners, preferred: runners.find((runner) => runner.available)?.kind ?? null })
}
