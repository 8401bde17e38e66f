import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { z } from 'zod'
import type { ImageLibrary } from '../../app/image-port.ts'
import { containerName, containerOptions, NO_WORKSPACE } from './container.ts'
import { readStdout } from './demultiplex.ts'
import { withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { attachContainer, removeContainer } from './sandbox.ts'

export interface ImageContents {
  /** The curated libraries (SC-4) that are there. */
  libraries: ImageLibrary[]
  /** By which a tool may ask for a library, curated or not: what all that is installed is called, and is imported as. */
  names: string[]
}

const CALL_LIMIT_MS = 30_000
const READ_LIMIT_MS = 60_000
const MAX_ANSWER_BYTES = 1024 * 1024
const ENTRYPOINT = ['python3', '-P', '-s', '-m', 'scriptorium_runner.libraries']
const LIMITS = {
  timeout_ms: READ_LIMIT_MS,
  memory_bytes: 512 * 1024 * 1024,
  cpus: 1,
  pids: 64,
  work_bytes: 16 * 1024 * 1024,
  tmp_bytes: 16 * 1024 * 1024,
}

const versionsSchema = z.record(z.string(), z.string().nullable())
/** Images of earlier versions of the app tell the curated libraries and nothing else. */
const answerSchema = z.union([
  z.object({ curated: versionsSchema, names: z.array(z.string()) }),
  versionsSchema.transform((curated) => ({ curated, names: [] })),
])

/**
 * SC-4: asks the image itself what it holds, in a throw-away container as confined as a run's. A curated library that
 * should be there and isn't, is left out. Rejects when the engine or the image doesn't play along.
 */
export async function readContents(engine: Engine, image: string, seccompProfile: string): Promise<ImageContents> {
  const runId = `libraries-${randomUUID()}`
  const deadline = new Date(Date.now() + READ_LIMIT_MS + CALL_LIMIT_MS * 3)
  const { name, ...body } = containerOptions({
    image,
    seccompProfile,
    limits: LIMITS,
    workspaceId: NO_WORKSPACE,
    runId,
    deadline,
    entrypoint: ENTRYPOINT,
  })
  const container = engine.docker.getContainer(containerName(runId))
  let socket: Socket | null = null
  try {
    await withinMs(CALL_LIMIT_MS, (abortSignal) =>
      engine.docker.createContainer({ _query: { name }, _body: body, abortSignal } as object),
    )
    socket = await withinMs(CALL_LIMIT_MS, (abortSignal) => attachContainer(container, abortSignal))
    await withinMs(CALL_LIMIT_MS, (abortSignal) => container.start({ abortSignal }))
    const answer = await readAnswer(socket)
    const { curated, names } = answerSchema.parse(JSON.parse(answer))
    const libraries: ImageLibrary[] = []
    for (const [library, version] of Object.entries(curated)) {
      if (version !== null) libraries.push({ name: library, version })
    }
    return { libraries, names: [...new Set([...libraries.map((library) => library.name), ...names])] }
  } finally {
    socket?.destroy()
    await removeContainer(container)
  }
}

async function readAnswer(socket: Socket): Promise<string> {
  const timer = setTimeout(() => socket.destroy(), READ_LIMIT_MS)
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of readStdout(socket, () => {})) {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) throw new Error('the image’s list of libraries is too long')
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
