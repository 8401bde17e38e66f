import type { RunnerStatus } from '../../app/runner-port.ts'
import { engineErrorText, findEngine, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import type { EngineWatch } from './engine-watch.ts'

const STATUS_LIMIT_MS = 2_800

/** Whether a job could run now. Bounded, and immediate while the engine is being listened to. */
export async function readStatus(
  dockerHost: string | undefined,
  image: string,
  watch: EngineWatch,
): Promise<RunnerStatus> {
  const { engine, problem } = findEngine(dockerHost)
  if (engine === null) return { available: false, message: problem, reason: 'engine_missing' }
  try {
    const { facts, imageId } =
      watch.known(engine) ?? (await withinMs(STATUS_LIMIT_MS, () => watch.ask(engine, STATUS_LIMIT_MS)))
    if (imageId === null) {
      const message = `The runner image ${image} is missing. Build or import it.`
      return { available: false, message, reason: 'image_missing' }
    }
    return { available: true, ...facts, image_id: imageId }
  } catch (error) {
    return unreachableStatus(engine, error)
  }
}

function unreachableStatus(engine: Engine, error: unknown): RunnerStatus {
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
