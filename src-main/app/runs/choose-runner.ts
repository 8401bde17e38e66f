import type { Output } from '../../../src-preload/contract/contract.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { RunContext, RunnerKind } from '../../domain/run.ts'
import { actingMember } from '../actor.ts'
import { currentSettings, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Runner, RunnerStatus } from '../runner-port.ts'

/** How long an answer of an engine is believed, so that a burst of runs doesn't ask a hundred times. */
const FRESH_MS = 3000
const remembered = new WeakMap<Runner, { at: number; status: RunnerStatus }>()

export async function runnerStatus(context: Context, runner: Runner): Promise<RunnerStatus> {
  const known = remembered.get(runner)
  const now = context.clock.monotonicMs()
  if (known !== undefined && now - known.at < FRESH_MS) return known.status
  const status = await runner.status()
  remembered.set(runner, { at: context.clock.monotonicMs(), status })
  return status
}

/** The wanted runner, or the first that could run now. Never waits for a dead engine longer than its status may take. */
export async function chooseRunner(
  context: Context,
  runContext: RunContext,
  wanted: RunnerKind | null,
): Promise<Result<{ runner: Runner; status: Extract<RunnerStatus, { available: true }> }>> {
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
  let message = 'There is no runner on this device. Install Docker, or reinstall the app.'
  for (const runner of candidates) {
    const status = await runnerStatus(context, runner)
    if (status.available) return success({ runner, status })
    message = status.message
  }
  return failed(failure('SERVICE_UNAVAILABLE', 'engine_unavailable', message))
}

export async function runnersStatus(context: Context, session: Session): Promise<Result<Output<'runners.status'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const runners = await Promise.all(
    context.runners.map(async (runner) => {
      const status = await runnerStatus(context, runner)
      return status.available
        ? { kind: runner.kind, message: '', reason: null, ...status }
        : { kind: runner.kind, version: null, isolation: null, image_id: null, warnings: [], ...status }
    }),
  )
  return success({ runners, preferred: runners.find((runner) => runner.available)?.kind ?? null })
}
