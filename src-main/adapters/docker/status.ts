import type { RunnerStatus, SandboxDemands } from '../../app/runner-port.ts'
import { engineErrorText, findEngine, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import type { EngineKnowledge, EngineWatch } from './engine-watch.ts'
import { isolationIn, readEngineFacts } from './facts.ts'
import { inspectImage } from './image.ts'
import { pinnedImageMissing, runtimeProblem } from './missing.ts'

const STATUS_LIMIT_MS = 2_800

/** Whether a job with these demands could run now. Bounded, and immediate while the engine is being listened to. */
export async function readStatus(
  dockerHost: string | undefined,
  name: string,
  demands: SandboxDemands,
  watch: EngineWatch,
): Promise<RunnerStatus> {
  const { engine, problem } = findEngine(dockerHost)
  if (engine === null) return { available: false, message: problem, reason: 'engine_missing' }
  const image = demands.imageId ?? name
  try {
    return await withinMs(STATUS_LIMIT_MS, async () => {
      const known = watch.known(engine, image) ?? (await watch.ask(engine, image, STATUS_LIMIT_MS))
      // An engine may know an image by more than one id, and evidence names one.
      if (known.imageId === null || (demands.imageId !== null && known.imageId !== demands.imageId)) {
        return missingImage(engine, name, demands, known)
      }
      return statusOf(known, demands)
    })
  } catch (error) {
    return unreachableStatus(engine, error)
  }
}

/**
 * Why the engine can't be asked anything now; null when it answers. Of itself only: a question about an image would turn
 * the watch away from the one that runs use.
 */
export async function engineProblem(engine: Engine): Promise<string | null> {
  try {
    await readEngineFacts(engine, STATUS_LIMIT_MS)
    return null
  } catch (error) {
    return unreachableStatus(engine, error).message
  }
}

function statusOf({ facts, imageId }: EngineKnowledge, demands: SandboxDemands): RunnerStatus {
  const { runtimes } = facts
  const message = runtimeProblem(runtimes, demands.runtime)
  if (message !== null) return { available: false, message, reason: 'runtime_missing', runtimes }
  return { available: true, ...facts, isolation: isolationIn(facts, demands.runtime), image_id: imageId }
}

async function missingImage(
  engine: Engine,
  name: string,
  { imageId }: SandboxDemands,
  { facts: { runtimes } }: EngineKnowledge,
): Promise<RunnerStatus> {
  if (imageId === null) {
    const message = `The runner image ${name} is missing. Build or import it.`
    return { available: false, message, reason: 'image_missing', runtimes }
  }
  const here = await inspectImage(engine, name, STATUS_LIMIT_MS)
  const reason = here === null ? 'image_missing' : 'image_not_pinned'
  return { available: false, message: pinnedImageMissing(imageId, here !== null), reason, runtimes }
}

function unreachableStatus(engine: Engine, error: unknown): Extract<RunnerStatus, { available: false }> {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 'ENOENT') {
    const message = 'No engine was found. Install Docker or a compatible engine and start it, then try again.'
    return { available: false, message, reason: 'engine_missing' }
  }
  const hint =
    code === 'EACCES'
      ? `You may not use its socket ${engine.socketPath}: ask an administrator of this machine.`
      : 'Start or restart it, then try again.'
  const message = `The engine does not answer (${engineErrorText(error).slice(0, 120)}). ${hint}`
  return { available: false, message, reason: 'engine_unreachable' }
}
