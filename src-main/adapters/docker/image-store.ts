import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { failed, failure, invalidField, success } from '../../domain/result.ts'
import type { Failure, Result } from '../../domain/result.ts'
import { readBuildContext, readHarnessSha256 } from './build-context.ts'
import { engineErrorText, engineUnavailable, findEngine, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { inspectImage } from './image.ts'
import type { RunnerImage } from './image.ts'
import { readLibraries } from './libraries.ts'
import type { Library } from './libraries.ts'
import { followProgress } from './progress.ts'
import { readSeccompProfile } from './seccomp.ts'

export interface ImageStoreOptions {
  dockerHost: string | undefined
  /** Name and tag of the runner image. */
  image: string
  /** The folder `runner-image`: the build's context. */
  runnerImageFolder: string
}

export interface ImageStatus {
  name: string
  /** Null when the engine has no such image. */
  image: RunnerImage | null
  libraries: Library[]
  /** Fit to show; says what to do next, or that all is well. */
  message: string
}

/** Progress comes as lines fit to show; `signal` ends the work where it is. */
export interface ImageStore {
  status(): Promise<Result<ImageStatus>>
  build(onLine: (line: string) => void, signal: AbortSignal): Promise<Result<RunnerImage>>
  exportTo(path: string, signal: AbortSignal): Promise<Result<{ bytes: number }>>
  importFrom(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<RunnerImage>>
}

const CALL_LIMIT_MS = 5_000
/** The engine gathers an image's layers before it answers. */
const FIRST_BYTES_LIMIT_MS = 300_000
const HARNESS_LABEL = 'org.scriptorium.harness'
const READY = 'The runner image is ready.'
const OTHER_VERSION = 'The runner image belongs to another version of the app: build it again.'
const MISSING = 'The runner image is missing. Build it, or import it from a file.'
const CANCELLED = failure('SERVICE_UNAVAILABLE', 'cancelled', 'It was cancelled.')

/** The runner image in the engine: whether it is there, building it, carrying it to a machine without a network. */
export function createImageStore(options: ImageStoreOptions): ImageStore {
  const { image: name } = options
  /** An image of one id never changes. */
  const librariesById = new Map<string, Library[]>()

  async function librariesOf(engine: Engine, image: RunnerImage): Promise<Library[]> {
    const known = librariesById.get(image.id)
    if (known !== undefined) return known
    const profile = await readSeccompProfile(options.runnerImageFolder)
    if (!profile.ok) return []
    const libraries = await readLibraries(engine, image.id, profile.value.text)
    librariesById.clear()
    librariesById.set(image.id, libraries)
    return libraries
  }

  async function found(engine: Engine): Promise<Result<RunnerImage>> {
    const image = await inspectImage(engine, name, CALL_LIMIT_MS)
    if (image !== null) return success(image)
    return failed(failure('NOT_FOUND', 'image_missing', `The engine still has no image ${name}: it was another one.`))
  }

  return {
    status: () =>
      withEngine<ImageStatus>(options, async (engine) => {
        const image = await inspectImage(engine, name, CALL_LIMIT_MS)
        if (image === null) return success({ name, image, libraries: [], message: MISSING })
        const isOwn = image.labels[HARNESS_LABEL] === (await readHarnessSha256(options.runnerImageFolder))
        try {
          const libraries = await librariesOf(engine, image)
          return success({ name, image, libraries, message: isOwn ? READY : OTHER_VERSION })
        } catch (error) {
          const message = `The runner image does not work: build it again. (${engineErrorText(error)})`
          return success({ name, image, libraries: [], message })
        }
      }),

    build: (onLine, signal) =>
      withEngine(
        options,
        async (engine) => {
          const context = await readBuildContext(options.runnerImageFolder)
          const stream = await engine.docker.buildImage(Readable.from([context.tar]), {
            t: name,
            rm: true,
            forcerm: true,
            buildargs: { HARNESS_SHA256: context.harnessSha256 },
            abortSignal: signal,
          })
          await followProgress(Readable.from(stream), onLine)
          return found(engine)
        },
        signal,
      ),

    exportTo: (path, signal) =>
      withEngine(
        options,
        async (engine) => {
          const image = await inspectImage(engine, name, CALL_LIMIT_MS)
          if (image === null) return failed(failure('NOT_FOUND', 'image_missing', MISSING))
          // Whole or not at all under the name that was asked for.
          const partial = `${path}.${randomUUID()}.partial`
          try {
            const bytes = await writeImage(engine, name, partial, signal)
            await rename(partial, path)
            return success({ bytes })
          } finally {
            await rm(partial, { force: true })
          }
        },
        signal,
      ),

    importFrom: (path, onLine, signal) =>
      withEngine(
        options,
        async (engine) => {
          const file = createReadStream(path)
          try {
            const stream = await engine.docker.loadImage(file, { abortSignal: signal })
            await followProgress(Readable.from(stream), onLine)
            return await found(engine)
          } finally {
            file.destroy()
          }
        },
        signal,
      ),
  }
}

/**
 * By hand, because a pipeline whose file can't be opened or written sometimes never settles over a stream of the engine's.
 * The file is opened first: what is wrong with it is known before the engine gathers anything.
 */
async function writeImage(engine: Engine, name: string, path: string, signal: AbortSignal): Promise<number> {
  const file = await open(path, 'wx')
  try {
    const stream = (await withinMs(FIRST_BYTES_LIMIT_MS, () => engine.docker.getImage(name).get(), signal)) as Readable
    const stop = (): void => void stream.destroy(new Error('cancelled'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    let bytes = 0
    try {
      for await (const chunk of stream) {
        await file.writeFile(chunk as Uint8Array)
        bytes += (chunk as Uint8Array).length
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stream.destroy()
    }
    return bytes
  } finally {
    await file.close()
  }
}

async function withEngine<T>(
  options: ImageStoreOptions,
  work: (engine: Engine) => Promise<Result<T>>,
  signal?: AbortSignal,
): Promise<Result<T>> {
  const { engine, problem } = findEngine(options.dockerHost)
  const isCancelled = (): boolean => signal?.aborted ?? false
  if (engine === null) return failed(engineUnavailable(problem))
  if (isCancelled()) return failed(CANCELLED)
  try {
    return await work(engine)
  } catch (error) {
    return failed(isCancelled() ? CANCELLED : workFailure(error))
  }
}

function workFailure(error: unknown): Failure {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  if (syscall === 'connect') return engineUnavailable('The engine does not answer. Start it, then try again.', error)
  if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOSPC' || code === 'EISDIR') {
    return invalidField('path', `the file can't be used (${code})`)
  }
  return engineUnavailable(`The engine could not do it: ${engineErrorText(error)}`)
}
