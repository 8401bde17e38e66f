import type { Readable } from 'node:stream'
import { withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { readEngineFacts } from './facts.ts'
import type { EngineFacts } from './facts.ts'
import { inspectImage } from './image.ts'

/** What the engine said of itself and of an image; the id is null when it has no such image. */
export interface EngineKnowledge {
  facts: EngineFacts
  imageId: string | null
}

/**
 * Listens to the engine's events about images, so that a run needn't ask each time whether the engine is there and which
 * image a name stands for, or whether it has the image of an id. Of one image at a time: the one that was asked for last.
 * When the connection ends, nothing is known any more. For processes that live long.
 */
export interface EngineWatch {
  /** What is known without asking; null when nobody listens, or when it was heard too long ago. */
  known(engine: Engine, image: string): EngineKnowledge | null
  /** Asks now, and listens from now on. Rejects when the engine doesn't answer in time. */
  ask(engine: Engine, image: string, limitMs: number): Promise<EngineKnowledge>
  close(): void
}

/** An engine that hangs keeps its connections, so that what it said is believed for so long and no longer. */
const BELIEVED_MS = 30_000
/** When what is known is older than this, asking for it has it confirmed in the background. */
const CONFIRM_AFTER_MS = 3_000
const LISTEN_LIMIT_MS = 3_000
const CONFIRM_LIMIT_MS = 3_000
const EVENTS = { type: ['image'], event: ['tag', 'untag', 'delete', 'load', 'import', 'pull'] }

interface Listening {
  socketPath: string
  /** What the knowledge is about. */
  image: string
  knowledge: EngineKnowledge | null
  confirmedAtMs: number
  isConfirming: boolean
  /** How many were heard. */
  events: number
  stop: () => void
}

export function createEngineWatch(isEnabled: boolean): EngineWatch {
  let listening: Listening | null = null
  let opening: Promise<Listening | null> | null = null
  let closed = false

  async function open(engine: Engine): Promise<Listening | null> {
    if (listening?.socketPath === engine.socketPath) return listening
    listening?.stop()
    const entry = await listen(engine).catch(() => null)
    listening = entry
    if (closed) entry?.stop()
    return entry
  }

  async function listen(engine: Engine): Promise<Listening> {
    const controller = new AbortController()
    const options = { filters: JSON.stringify(EVENTS), abortSignal: controller.signal }
    const opening = engine.docker.getEvents(options as object) as Promise<Readable>
    const stream = await withinMs(LISTEN_LIMIT_MS, () => opening).catch((error: unknown) => {
      controller.abort()
      throw error
    })
    const entry: Listening = {
      socketPath: engine.socketPath,
      image: '',
      knowledge: null,
      confirmedAtMs: 0,
      isConfirming: false,
      events: 0,
      stop() {
        entry.knowledge = null
        if (listening === entry) listening = null
        // An abort alone leaves the connection open once the answer has begun.
        stream.destroy()
      },
    }
    stream.on('data', () => {
      // Whatever it was, the name may stand for another image now.
      entry.events += 1
      entry.knowledge = null
    })
    for (const event of ['end', 'close', 'error']) stream.on(event, entry.stop)
    return entry
  }

  async function read(engine: Engine, image: string, limitMs: number): Promise<EngineKnowledge> {
    const [facts, found] = await Promise.all([readEngineFacts(engine, limitMs), inspectImage(engine, image, limitMs)])
    return { facts, imageId: found?.id ?? null }
  }

  function confirm(entry: Listening, engine: Engine): void {
    if (entry.isConfirming) return
    entry.isConfirming = true
    void readInto(entry, engine, entry.image, CONFIRM_LIMIT_MS)
      .catch(entry.stop)
      .finally(() => (entry.isConfirming = false))
  }

  /** What is read while an event comes may be from before it: then it isn't kept. */
  async function readInto(entry: Listening, engine: Engine, image: string, limitMs: number): Promise<EngineKnowledge> {
    const eventsBefore = entry.events
    const knowledge = await read(engine, image, limitMs)
    if (entry === listening && entry.events === eventsBefore) {
      entry.image = image
      entry.knowledge = knowledge
      entry.confirmedAtMs = performance.now()
    }
    return knowledge
  }

  return {
    known(engine, image) {
      if (listening === null || listening.socketPath !== engine.socketPath || listening.image !== image) return null
      const ageMs = performance.now() - listening.confirmedAtMs
      if (listening.knowledge === null || ageMs > BELIEVED_MS) return null
      if (ageMs > CONFIRM_AFTER_MS) confirm(listening, engine)
      return listening.knowledge
    },
    async ask(engine, image, limitMs) {
      if (!isEnabled || closed) return read(engine, image, limitMs)
      // Several ask at once when a pool fills; one connection is enough.
      opening ??= open(engine).finally(() => (opening = null))
      const entry = await opening
      return entry === null ? read(engine, image, limitMs) : readInto(entry, engine, image, limitMs)
    },
    close() {
      closed = true
      listening?.stop()
    },
  }
}
