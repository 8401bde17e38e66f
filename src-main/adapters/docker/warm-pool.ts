import { randomUUID } from 'node:crypto'
import type { RunLimits } from '../../domain/run.ts'
import type { ContainerSpec } from './container.ts'
import type { Engine } from './engine.ts'
import type { EngineFacts } from './facts.ts'
import type { EngineKnowledge, EngineWatch } from './engine-watch.ts'
import type { Sandbox } from './sandbox.ts'
import { startSandbox } from './sandbox.ts'
import type { SeccompProfile } from './seccomp.ts'

/**
 * Single-use containers that were created, started and looked at before there is a job for them, so that a run pays
 * for none of it. Waiting ones count against no limit of runs; they hold some 10 MB each, and a processor only while
 * they start.
 */
export interface WarmPool {
  /** A waiting sandbox made just so, or null: then start one. Bounded, whatever the engine does. Never rejects. */
  take(recipe: SandboxRecipe, cancelled: AbortSignal): Promise<WarmSandbox | null>
  /** Says what the next job will need, and fills up to it in the background. */
  expect(recipe: SandboxRecipe): void
  /** Says which image this name or id stands for by now; what waits with another one is replaced. */
  imageIs(image: string, imageId: string | null): void
  /** Removes all that wait, and waits until they are gone. */
  close(): Promise<void>
}

/** What decides how a sandbox is made. Only jobs that agree in all of it may use the same one. */
export interface SandboxRecipe {
  engine: Engine
  /** A name and tag, or the id of the one image that is to be used. */
  image: string
  profile: SeccompProfile
  runtime: string | null
  workspaceId: string
  limits: RunLimits
  /** Modules that are imported before the job comes, separated by commas. */
  preload: string
}

export interface WarmSandbox {
  sandbox: Sandbox
  facts: EngineFacts
}

export interface WarmPoolOptions {
  /** How many wait for each set of preloaded modules; 0 for no pool at all. */
  size: number
  /** After so long without a job all are let go. */
  idleMs: number
  /** What a run may take beyond its own limit; part of a container's deadline. */
  runOverheadMs: number
  watch: EngineWatch
  /** Disposes of a sandbox in the background. */
  dispose(sandbox: Sandbox): void
}

/** A take must not wait long for an engine that may be gone. */
const TAKE_LIMIT_MS = 1_500
const FILL_LIMIT_MS = 10_000
/** A run of some milliseconds isn't to share the processor with the start of its successor. */
const REFILL_DELAY_MS = 250
/** For one that could not be made, or died: some times between two jobs, so that an engine in trouble is left alone. */
const RETRY_DELAY_MS = 2_000
const MAX_RETRIES = 3
/** What small tools import; some milliseconds each that a run would pay. */
const COMMON_MODULES = [
  'collections',
  'csv',
  'datetime',
  'io',
  'json',
  'math',
  'pathlib',
  're',
  'skriptoteket_toolkit',
  'statistics',
  'tool_errors',
  'zipfile',
]
/** Scripts that preload something more, and those that don't. */
const MAX_SHELVES = 2

interface Waiting extends WarmSandbox {
  expiresAtMs: number
}

interface Shelf {
  recipe: SandboxRecipe
  ready: Waiting[]
  fills: Set<{ controller: AbortController; finished: Promise<void> }>
  /** Those who came when nothing was ready but something was on its way. */
  waiters: ((taken: Waiting | null) => void)[]
  isEmptied: boolean
  /** Until the next job. */
  retriesLeft: number
  planned?: { timer: ReturnType<typeof setTimeout>; dueMs: number }
  idleTimer?: ReturnType<typeof setTimeout>
}

export function createWarmPool(options: WarmPoolOptions): WarmPool {
  const { size, idleMs, runOverheadMs, watch, dispose } = options
  /** By what they preload, the most recently used last. */
  const shelves = new Map<string, Shelf>()
  const filling = new Set<Promise<void>>()
  let baseKey = ''
  let closed = false

  function shelfFor(recipe: SandboxRecipe): Shelf {
    const key = keyOf(recipe)
    if (key !== baseKey) {
      emptyAll()
      baseKey = key
    }
    const known = shelves.get(recipe.preload)
    const shelf = known ?? { recipe, ready: [], fills: new Set(), waiters: [], isEmptied: false, retriesLeft: 0 }
    // Timeouts of runs differ and matter for the deadline only.
    shelf.recipe = recipe
    shelf.retriesLeft = MAX_RETRIES
    shelves.delete(recipe.preload)
    shelves.set(recipe.preload, shelf)
    const [oldest] = shelves.values()
    if (shelves.size > MAX_SHELVES && oldest !== undefined) empty(oldest)
    clearTimeout(shelf.idleTimer)
    shelf.idleTimer = setTimeout(() => empty(shelf), idleMs)
    shelf.idleTimer.unref()
    return shelf
  }

  function emptyAll(): void {
    for (const shelf of [...shelves.values()]) empty(shelf)
  }

  function empty(shelf: Shelf): void {
    shelf.isEmptied = true
    clearTimeout(shelf.idleTimer)
    clearTimeout(shelf.planned?.timer)
    if (shelves.get(shelf.recipe.preload) === shelf) shelves.delete(shelf.recipe.preload)
    for (const { sandbox } of shelf.ready.splice(0)) dispose(sandbox)
    for (const { controller } of shelf.fills) controller.abort()
    for (const waiter of shelf.waiters.splice(0)) waiter(null)
  }

  /** What is planned is hastened and never put off: runs in quick succession would put it off for ever. */
  function refillLater(shelf: Shelf, delayMs: number): void {
    if (closed || shelf.isEmptied) return
    const dueMs = performance.now() + delayMs
    if (shelf.planned !== undefined && shelf.planned.dueMs <= dueMs) return
    clearTimeout(shelf.planned?.timer)
    const timer = setTimeout(() => refill(shelf), delayMs)
    timer.unref()
    shelf.planned = { timer, dueMs }
  }

  function retry(shelf: Shelf): void {
    if (shelf.retriesLeft === 0) return
    shelf.retriesLeft -= 1
    refillLater(shelf, RETRY_DELAY_MS)
  }

  function refill(shelf: Shelf): void {
    clearTimeout(shelf.planned?.timer)
    delete shelf.planned
    if (closed || shelf.isEmptied) return
    while (shelf.ready.length + shelf.fills.size < size) startFill(shelf)
  }

  function startFill(shelf: Shelf): void {
    const controller = new AbortController()
    const finished = makeWaiting(shelf.recipe, controller.signal).then((made) => {
      shelf.fills.delete(entry)
      filling.delete(finished)
      place(shelf, made)
    })
    const entry = { controller, finished }
    shelf.fills.add(entry)
    filling.add(finished)
  }

  function place(shelf: Shelf, made: Waiting | null): void {
    if (made === null) {
      // Whoever waits for a fill that will not come goes on without.
      while (shelf.waiters.length > shelf.fills.size) shelf.waiters.shift()?.(null)
      return retry(shelf)
    }
    const known = watch.known(shelf.recipe.engine, shelf.recipe.image)
    if (closed || shelf.isEmptied || (known !== null && known.imageId !== made.sandbox.imageId)) {
      dispose(made.sandbox)
      return place(shelf, null)
    }
    const waiter = shelf.waiters.shift()
    if (waiter !== undefined) {
      refillLater(shelf, REFILL_DELAY_MS)
      return waiter(made)
    }
    shelf.ready.push(made)
    // One that dies while it waits is of no use to anybody.
    void made.sandbox.ended.then(() => {
      const index = shelf.ready.indexOf(made)
      if (index < 0) return
      shelf.ready.splice(index, 1)
      dispose(made.sandbox)
      retry(shelf)
    })
  }

  async function makeWaiting(recipe: SandboxRecipe, cancelled: AbortSignal): Promise<Waiting | null> {
    const lifeMs = idleMs + recipe.limits.timeout_ms + runOverheadMs
    const expiresAtMs = performance.now() + lifeMs
    const asking = knowledge(recipe, FILL_LIMIT_MS)
    const preload = [...COMMON_MODULES, recipe.preload].filter((name) => name !== '').join(',')
    const spec = { ...specOf({ ...recipe, preload }, `waiting-${randomUUID()}`, lifeMs), isWaiting: true }
    const started = await startSandbox(recipe.engine, spec, recipe.profile.sha256, cancelled)
    if (started.kind !== 'started') return null
    const known = await asking
    if (known !== null) return { sandbox: started.sandbox, facts: known.facts, expiresAtMs }
    dispose(started.sandbox)
    return null
  }

  /** Null when the engine doesn't answer: then nobody knows what waits there. */
  async function knowledge({ engine, image }: SandboxRecipe, limitMs: number): Promise<EngineKnowledge | null> {
    return watch.known(engine, image) ?? watch.ask(engine, image, limitMs).catch(() => null)
  }

  function imageIs(image: string, imageId: string | null): void {
    for (const shelf of [...shelves.values()].filter(({ recipe }) => recipe.image === image)) {
      const others = shelf.ready.filter(({ sandbox }) => sandbox.imageId !== imageId)
      if (others.length === 0) continue
      shelf.ready = shelf.ready.filter(({ sandbox }) => sandbox.imageId === imageId)
      for (const { sandbox } of others) dispose(sandbox)
      if (imageId !== null) refill(shelf)
    }
  }

  function takeReady(shelf: Shelf): Waiting | null {
    for (;;) {
      const taken = shelf.ready.shift()
      if (taken === undefined) return null
      const leftMs = taken.expiresAtMs - performance.now()
      if (taken.sandbox.isOpen() && leftMs >= shelf.recipe.limits.timeout_ms + runOverheadMs) return taken
      dispose(taken.sandbox)
    }
  }

  function onItsWay(shelf: Shelf, cancelled: AbortSignal): Promise<Waiting | null> {
    const { promise, resolve } = Promise.withResolvers<Waiting | null>()
    shelf.waiters.push(resolve)
    const leave = (): void => {
      const index = shelf.waiters.indexOf(resolve)
      if (index >= 0) shelf.waiters.splice(index, 1)
      resolve(null)
    }
    cancelled.addEventListener('abort', leave, { once: true })
    return promise.finally(() => cancelled.removeEventListener('abort', leave))
  }

  return {
    async take(recipe, cancelled) {
      if (size === 0 || closed || cancelled.aborted) return null
      const shelf = shelfFor(recipe)
      refillLater(shelf, REFILL_DELAY_MS)
      if (shelf.ready.length > 0) {
        const known = await knowledge(recipe, TAKE_LIMIT_MS)
        if (known === null) return null
        imageIs(recipe.image, known.imageId)
      }
      const ready = takeReady(shelf)
      if (ready !== null) return ready
      return !shelf.isEmptied && shelf.fills.size > shelf.waiters.length ? onItsWay(shelf, cancelled) : null
    },
    expect(recipe) {
      if (size > 0 && !closed) refill(shelfFor(recipe))
    },
    imageIs,
    async close() {
      closed = true
      emptyAll()
      await Promise.all(filling)
    },
  }
}

/** The spec of a container for one run, or for waiting. `lifeMs` from now it must be gone. */
export function specOf(recipe: SandboxRecipe, runId: string, lifeMs: number): ContainerSpec {
  const { image, profile, runtime, workspaceId, limits, preload } = recipe
  const deadline = new Date(Date.now() + lifeMs)
  return { image, seccompProfile: profile.text, runtime, workspaceId, limits, preload, runId, deadline }
}

/** All but the modules: when any of this changes, everything that waits is of no use. */
function keyOf({ engine, image, profile, runtime, workspaceId, limits }: SandboxRecipe): string {
  const { timeout_ms: _, ...inForce } = limits
  const entries = Object.entries(inForce).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([engine.socketPath, image, profile.sha256, runtime, workspaceId, entries])
}

/** Importing pandas costs a quarter of a second, so it pays to have it in memory for scripts that will. */
export function preloadFor(scriptSource: string): string {
  return /^[ \t]*(?:from[ \t]+pandas\b|import[ \t][^#\n]*\bpandas\b)/m.test(scriptSource) ? 'pandas' : ''
}
