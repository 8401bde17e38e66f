import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ImageStatus, ImageStore } from '../../app/image-port.ts'
import { failed, failure, invalidField, success } from '../../domain/result.ts'
import type { Failure, Result } from '../../domain/result.ts'
import { readBuildContext, readHarnessSha256 } from './build-context.ts'
import { engineErrorText, engineUnavailable, findEngine, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { inspectImage } from './image.ts'
import type { RunnerImage } from './image.ts'
import { readContents } from './libraries.ts'
import type { ImageContents } from './libraries.ts'
import { pinnedImageMissing } from './missing.ts'
import { followProgress } from './progress.ts'
import { readSeccompProfile } from './seccomp.ts'

export interface ImageStoreOptions {
  dockerHost: string | undefined
  /** Name and tag of the runner image. */
  image: string
  /** The folder `runner-image`: the build's context. */
  runnerImageFolder: string
}

export interface DockerImageStore extends ImageStore {
  build(onLine: (line: string) => void, signal: AbortSignal): Promise<Result<RunnerImage>>
  importFrom(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<RunnerImage>>
}

const CALL_LIMIT_MS = 5_000
/** The engine gathers an image's layers before it answers. */
const FIRST_BYTES_LIMIT_MS = 300_000
const HARNESS_LABEL = 'org.scriptorium.harness'
const READY = 'The runner image is ready.'
const OTHER_VERSION = 'The runner image belongs to another version of the app: build it again.'
const MISSING = 'The runner image is missing. Build it, or import it from a file.'
const NOT_PINNED =
  'Runs use the workspace’s image. The one that was built or imported last is another: a superuser may accept it.'
/** What the engine says when it loaded an image that came without a name. */
const LOADED_ID = /^Loaded image ID: (sha256:[0-9a-f]{64})$/
const MAX_CONTENTS = 4
const CANCELLED = failure('SERVICE_UNAVAILABLE', 'cancelled', 'It was cancelled.')

/** The runner image in the engine: whether it is there, building it, carrying it to a machine without a network. */
export function createImageStore(options: ImageStoreOptions): DockerImageStore {
  const { image: name } = options
  /** An image of one id never changes. What is being read is here, too: a hundred who ask get one answer. */
  const contentsById = new Map<string, Promise<ImageContents>>()

  function contentsOf(engine: Engine, imageId: string): Promise<ImageContents> {
    const known = contentsById.get(imageId)
    if (known !== undefined) return known
    const reading = askForContents(engine, imageId)
    if (contentsById.size >= MAX_CONTENTS) contentsById.clear()
    contentsById.set(imageId, reading)
    reading.catch(() => contentsById.delete(imageId))
    return reading
  }

  async function askForContents(engine: Engine, imageId: string): Promise<ImageContents> {
    const profile = await readSeccompProfile(options.runnerImageFolder)
    if (!profile.ok) throw new Error(profile.failure.message)
    return readContents(engine, imageId, profile.value.text)
  }

  /** What to do about the images that are here, or that all is well. */
  async function messageOf(named: RunnerImage | null, pinned: RunnerImage | null, pinnedId: string | null) {
    if (pinnedId !== null && pinned === null) return pinnedImageMissing(pinnedId, named !== null)
    const used = pinned ?? named
    if (used === null) return MISSING
    if (used.labels[HARNESS_LABEL] !== (await readHarnessSha256(options.runnerImageFolder))) return OTHER_VERSION
    return named === null || named.id === used.id ? READY : NOT_PINNED
  }

  async function found(engine: Engine): Promise<Result<RunnerImage>> {
    const image = await inspectImage(engine, name, CALL_LIMIT_MS)
    if (image !== null) return success(image)
    return failed(failure('NOT_FOUND', 'image_missing', `The engine still has no image ${name}: it was another one.`))
  }

  return {
    status: (pinnedId) =>
      withEngine<ImageStatus>(options, async (engine) => {
        const image = await inspectImage(engine, name, CALL_LIMIT_MS)
        const pinned =
          pinnedId === null || pinnedId === image?.id ? image : await inspectImage(engine, pinnedId, CALL_LIMIT_MS)
        const hasPinned = pinnedId !== null && pinned?.id === pinnedId
        const message = await messageOf(image, hasPinned ? pinned : null, pinnedId)
        const used = pinned ?? image
        if (used === null) return success({ name, image, hasPinned, libraries: [], message })
        try {
          const { libraries } = await contentsOf(engine, used.id)
          return success({ name, image, hasPinned, libraries, message })
        } catch (error) {
          const problem = `The runner image does not work: build it again. (${engineErrorText(error)})`
          return success({ name, image, hasPinned, libraries: [], message: problem })
        }
      }),

    async libraryNames(imageId) {
      const read = await withEngine(options, async (engine) => success((await contentsOf(engine, imageId)).names))
      return read.ok ? read.value : null
    },

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

    exportTo: (path, pinnedId, signal) =>
      withEngine(
        options,
        async (engine) => {
          const named = await inspectImage(engine, name, CALL_LIMIT_MS)
          const isOther = pinnedId !== null && named?.id !== pinnedId
          const pinned = isOther ? await inspectImage(engine, pinnedId, CALL_LIMIT_MS) : null
          if (named === null && pinned === null) return failed(failure('NOT_FOUND', 'image_missing', MISSING))
          // Whole or not at all under the name that was asked for.
          const partial = `${path}.${randomUUID()}.partial`
          try {
            const bytes = await writeImage(engine, pinned?.id ?? name, partial, signal)
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
            let loadedId: string | null = null
            await followProgress(Readable.from(stream), (line) => {
              loadedId = LOADED_ID.exec(line)?.[1] ?? loadedId
              onLine(line)
            })
            if (loadedId !== null) await nameImage(engine, loadedId, name)
            return await found(engine)
          } finally {
            file.destroy()
          }
        },
        signal,
      ),
  }
}

/** An image that was carried here by its id gets the name that it goes by. */
async function nameImage(engine: Engine, imageId: string, name: string): Promise<void> {
  const colon = name.lastIndexOf(':')
  const target = { repo: name.slice(0, colon), tag: name.slice(colon + 1) }
  await withinMs(CALL_LIMIT_MS, () => engine.docker.getImage(imageId).tag(target))
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
