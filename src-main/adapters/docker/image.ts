import type Docker from 'dockerode'
import { withinMs } from './engine.ts'
import type { Engine } from './engine.ts'

export interface RunnerImage {
  id: string
  sizeBytes: number
  createdAt: string
  labels: { [name: string]: string }
}

/** The image's facts, or null when the engine has none of that name. Rejects when the engine doesn't answer. */
export async function inspectImage(engine: Engine, image: string, limitMs: number): Promise<RunnerImage | null> {
  const inspected = await withinMs(limitMs, (abortSignal) => dialImage(engine, image, abortSignal))
  if (inspected === null) return null
  if (typeof inspected.Id !== 'string') throw new Error('the answer is not an engine’s')
  return {
    id: inspected.Id,
    sizeBytes: inspected.Size,
    createdAt: inspected.Created,
    labels: inspected.Config?.Labels ?? {},
  }
}

/** Directly, because dockerode's own call can't be aborted. */
function dialImage(engine: Engine, image: string, abortSignal: AbortSignal): Promise<Docker.ImageInspectInfo | null> {
  const request = {
    path: `/images/${image}/json`,
    method: 'GET',
    abortSignal,
    statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
    options: {},
  }
  return new Promise((resolve, reject) => {
    engine.docker.modem.dial(request, (error, answer) => {
      if (error === null || error === undefined) resolve(answer as Docker.ImageInspectInfo)
      else if ((error as { statusCode?: number }).statusCode === 404) resolve(null)
      else reject(error as Error)
    })
  })
}
