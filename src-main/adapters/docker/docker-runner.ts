import { NO_DEMANDS } from '../../app/runner-port.ts'
import type {
  Runner,
  RunnerJob,
  RunnerOutcome,
  RunnerStatus,
  RunObserver,
  SandboxDemands,
} from '../../app/runner-port.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Failure, Result } from '../../domain/result.ts'
import type { RunLimits, RunnerInfo } from '../../domain/run.ts'
import { MAX_KILL_GRACE_S } from '../../domain/setting.ts'
import { carryOut } from './carry-out.ts'
import type { CarriedOut } from './carry-out.ts'
import { createDisposal } from './disposal.ts'
import { engineUnavailable, findEngine } from './engine.ts'
import type { Engine } from './engine.ts'
import { createEngineWatch } from './engine-watch.ts'
import { isolationIn, readEngineFacts } from './facts.ts'
import type { EngineFacts } from './facts.ts'
import { runtimeProblem } from './missing.ts'
import { reapContainers } from './reap.ts'
import { startSandbox } from './sandbox.ts'
import type { Sandbox } from './sandbox.ts'
import { neverStarted } from '../runner-session/never-started.ts'
import { createRunsUnderWay } from '../runner-session/runs-under-way.ts'
import { readSeccompProfile } from './seccomp.ts'
import type { SeccompProfile } from './seccomp.ts'
import { engineProblem, readStatus } from './status.ts'
import { createWarmPool, preloadFor, specOf } from './warm-pool.ts'
import type { SandboxRecipe } from './warm-pool.ts'

export interface DockerRunnerOptions {
  /** As in the environment variable DOCKER_HOST; undefined looks where engines put their sockets. */
  dockerHost: string | undefined
  /** Name and tag of the runner image. */
  image: string
  /** The folder `runner-image`, for its seccomp profile. */
  runnerImageFolder: string
  /** How many containers wait for a job, ready; 0 starts one for each run. Meant for processes that live long. */
  warmContainers?: number
  /** After so long without a run those that wait are let go. */
  warmIdleMs?: number
}

const FACTS_LIMIT_MS = 10_000
/** What a container may spend before and after its script; only for the label that a reaper reads. */
const RUN_OVERHEAD_MS = 180_000 + MAX_KILL_GRACE_S * 1000
const DEFAULT_WARM_CONTAINERS = 2
const DEFAULT_WARM_IDLE_MS = 10 * 60_000

/** RN-1, RN-2: a container per run, over the local socket of Docker or a compatible engine. */
export function createDockerRunner(options: DockerRunnerOptions): Runner {
  const underWay = createRunsUnderWay()
  const disposal = createDisposal()
  const size = options.warmContainers ?? DEFAULT_WARM_CONTAINERS
  const watch = createEngineWatch(size > 0)
  const pool = createWarmPool({
    size,
    watch,
    idleMs: options.warmIdleMs ?? DEFAULT_WARM_IDLE_MS,
    runOverheadMs: RUN_OVERHEAD_MS,
    dispose: disposal.add,
  })
  /** The last hint, which a run that comes right after it must not overtake. */
  let preparing = Promise.resolve()
  /** A hundred who ask at once get one answer; a hundred questions would keep the engine from giving any in time. */
  let readingStatus: { demands: string; answer: Promise<RunnerStatus> } | null = null

  async function run(job: RunnerJob, observer: RunObserver, signal: AbortSignal): Promise<Result<RunnerOutcome>> {
    if (underWay.isClosed) return failed(engineUnavailable('The app is closing.'))
    return underWay.carryOut(signal, (cancelled) => runOnce(job, observer, cancelled))
  }

  async function runOnce(
    job: RunnerJob,
    observer: RunObserver,
    cancelled: AbortSignal,
  ): Promise<Result<RunnerOutcome>> {
    observer.phase('preparing')
    if (cancelled.aborted) return success(neverStarted('cancelled', unknownInfo()))
    const { engine, problem } = findEngine(options.dockerHost)
    if (engine === null) return failed(engineUnavailable(problem))
    const profile = await readSeccompProfile(options.runnerImageFolder)
    if (!profile.ok) return profile
    if (inputBytesOf(job) > job.limits.work_bytes) {
      return success({ ...neverStarted('lost', unknownInfo()), failureHint: 'limit_exceeded' })
    }

    const recipe = recipeOf(engine, profile.value, job, preloadFor(job.scriptSource))
    const refusal = await runtimeRefusal(recipe)
    if (refusal !== null) return failed(refusal)

    observer.phase('starting')
    await disposal.room()
    await preparing
    const warm = await pool.take(recipe, cancelled)
    if (warm !== null) {
      const { sandbox, facts } = warm
      const { outcome, hasStarted } = await carryOutIn(sandbox, job, observer, cancelled)
      if (outcome.ok) return success({ ...outcome.value, info: infoOf(facts, recipe.runtime, sandbox) })
      // It died while it waited, and nothing of the job has happened: what else is to be said, a new one will say.
      if (hasStarted) return outcome
    }
    return runCold(recipe, job, observer, cancelled)
  }

  async function runCold(
    recipe: SandboxRecipe,
    job: RunnerJob,
    observer: RunObserver,
    cancelled: AbortSignal,
  ): Promise<Result<RunnerOutcome>> {
    const known = watch.known(recipe.engine, recipe.image)?.facts ?? null
    const reading = known ?? readEngineFacts(recipe.engine, FACTS_LIMIT_MS, cancelled).catch(() => null)
    const spec = specOf({ ...recipe, preload: '' }, job.runId, job.limits.timeout_ms + RUN_OVERHEAD_MS)
    const started = await startSandbox(recipe.engine, spec, recipe.profile.sha256, cancelled)
    if (started.kind === 'failed') return failed(started.failure)
    if (started.kind === 'cancelled') {
      const facts = await reading
      const info = facts === null ? unknownInfo() : infoOf(facts, recipe.runtime, null)
      return success(neverStarted('cancelled', info))
    }
    const { sandbox } = started
    const { outcome } = await carryOutIn(sandbox, job, observer, cancelled)
    if (!outcome.ok) return outcome
    const facts = await reading
    return facts === null
      ? failed(engineUnavailable('The engine does not answer. Start it, then try again.'))
      : success({ ...outcome.value, info: infoOf(facts, recipe.runtime, sandbox) })
  }

  async function carryOutIn(
    sandbox: Sandbox,
    job: RunnerJob,
    observer: RunObserver,
    cancelled: AbortSignal,
  ): Promise<CarriedOut> {
    try {
      return await carryOut(sandbox, job, observer, cancelled)
    } finally {
      disposal.add(sandbox)
    }
  }

  function recipeOf(
    engine: Engine,
    profile: SeccompProfile,
    { workspaceId, limits, demands }: Pick<RunnerJob, 'workspaceId' | 'limits' | 'demands'>,
    preload: string,
  ): SandboxRecipe {
    const { imageId, runtime } = demands
    return { engine, image: imageId ?? options.image, profile, runtime, workspaceId, limits, preload }
  }

  /** Before there is a container: an engine without the runtime would only refuse it in its own words. */
  async function runtimeRefusal({ engine, image, runtime }: SandboxRecipe): Promise<Failure | null> {
    if (runtime === null) return null
    const known = watch.known(engine, image)?.facts
    try {
      const { runtimes } = known ?? (await readEngineFacts(engine, FACTS_LIMIT_MS))
      const problem = runtimeProblem(runtimes, runtime)
      return problem === null ? null : failure('SERVICE_UNAVAILABLE', 'runtime_missing', problem)
    } catch (error) {
      return engineUnavailable('The engine does not answer. Start it, then try again.', error)
    }
  }

  async function prepare(workspaceId: string, limits: RunLimits, demands: SandboxDemands): Promise<void> {
    const { engine } = findEngine(options.dockerHost)
    const profile = await readSeccompProfile(options.runnerImageFolder)
    if (engine !== null && profile.ok && !underWay.isClosed) {
      pool.expect(recipeOf(engine, profile.value, { workspaceId, limits, demands }, ''))
    }
  }

  function status(demands: SandboxDemands): Promise<RunnerStatus> {
    const key = JSON.stringify(demands)
    if (readingStatus?.demands === key) return readingStatus.answer
    const reading = { demands: key, answer: askStatus(demands) }
    readingStatus = reading
    return reading.answer.finally(() => {
      if (readingStatus === reading) readingStatus = null
    })
  }

  async function askStatus(demands: SandboxDemands): Promise<RunnerStatus> {
    const answer = await readStatus(options.dockerHost, options.image, demands, watch)
    if (answer.available) pool.imageIs(demands.imageId ?? options.image, answer.image_id)
    if (answer.available) disposal.retry()
    return answer
  }

  return {
    kind: 'docker',
    status: (demands = NO_DEMANDS) => status(demands),
    run,
    prepare(workspaceId, limits, demands = NO_DEMANDS) {
      preparing = prepare(workspaceId, limits, demands)
    },
    async reap(workspaceId, isLive) {
      const { engine, problem } = findEngine(options.dockerHost)
      if (engine === null) return failed(engineUnavailable(problem))
      // An engine that is dead or hangs says so sooner here.
      const silence = await engineProblem(engine)
      if (silence !== null) return failed(engineUnavailable(silence))
      return reapContainers(engine, workspaceId, isLive)
    },
    async close() {
      await underWay.close()
      watch.close()
      await pool.close()
      await disposal.settled()
    },
  }
}

function inputBytesOf(job: RunnerJob): number {
  return job.files.reduce((sum, file) => sum + file.bytes.length, Buffer.byteLength(job.scriptSource))
}

function infoOf(facts: EngineFacts, runtime: string | null, sandbox: Sandbox | null): RunnerInfo {
  const { version } = facts
  const isolation = isolationIn(facts, runtime)
  const effective = sandbox === null ? {} : { ...sandbox.effective, container: sandbox.name }
  return { kind: 'docker', version, isolation, image_id: sandbox?.imageId ?? null, effective }
}

function unknownInfo(): RunnerInfo {
  return { kind: 'docker', version: '', isolation: '', image_id: null, effective: {} }
}
