import { createStore, type StoreApi } from 'zustand'
import type { Failure } from '../../src-main/domain/result.ts'
import type { RunPhase } from '../../src-main/domain/run.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { call, getBridge, onTopicsChanged } from '../bridge/client.ts'
import { useConnection } from '../bridge/connection.ts'
import { appendLog, createLogBuffer, logBufferOf, type LogBuffer } from './log-buffer.ts'

/** One run as this window sees it: what the core last said of it, and what arrived by events since. */
export interface LiveRun {
  runId: string
  phase: RunPhase | null
  /** `performance.now()` at which the run began, by the core's own count of elapsed time. */
  beganAtMs: number | null
  detail: RunDetailView | null
  /** Why the run couldn't be read. */
  failure: Failure | null
  /** Changed in place, since a log can be long; `logRevision` says that it changed. */
  log: LogBuffer
  logRevision: number
  cancelling: boolean
}

export type RunStore = StoreApi<LiveRun>

/** Text arrives in many small pieces; a person can't read faster than this, and rendering each one would stall. */
const LOG_REFRESH_MS = 80

interface Held {
  store: RunStore
  holders: number
  stop: () => void
}

const held = new Map<string, Held>()

/**
 * Listens to a run for as long as somebody holds it. `fresh` is for a run about to be started: nothing can be read yet,
 * and its log will be complete from the first event on. Answers with the store and a function that lets go.
 */
export function holdRun(runId: string, options: { fresh: boolean } = { fresh: false }): [RunStore, () => void] {
  const present = held.get(runId) ?? begin(runId, options.fresh)
  present.holders += 1
  let released = false
  const release = () => {
    if (released) return
    released = true
    present.holders -= 1
    // A view that moves to another place lets go before it takes hold again.
    setTimeout(() => {
      if (present.holders > 0 || held.get(runId) !== present) return
      held.delete(runId)
      present.stop()
    }, 0)
  }
  return [present.store, release]
}

function begin(runId: string, fresh: boolean): Held {
  const store = createStore<LiveRun>(() => ({
    runId,
    phase: null,
    beganAtMs: null,
    detail: null,
    failure: null,
    log: createLogBuffer(),
    logRevision: 0,
    cancelling: false,
  }))
  // Whether every piece of the log since the start was heard. If not, the record's log replaces it at the end.
  let heardAll = fresh
  let refreshTimer: ReturnType<typeof setTimeout> | undefined

  const showLog = () => {
    refreshTimer ??= setTimeout(() => {
      refreshTimer = undefined
      store.setState((now) => ({ logRevision: now.logRevision + 1 }))
    }, LOG_REFRESH_MS)
  }

  const read = async () => {
    const envelope = await call('runs.get', { run: runId })
    if (!envelope.ok) {
      if (store.getState().detail === null) store.setState({ failure: envelope.error })
      return
    }
    const detail = envelope.data
    const before = store.getState()
    // Two readings may be answered out of order; a run that has ended doesn't go on.
    if (detail.status === 'running' && before.detail !== null && before.detail.status !== 'running') return
    const isFirst = before.detail === null
    const isOver = detail.status !== 'running'
    // What was found wrong before the script could start is in the record only; nothing was heard of it.
    const heardNothing = before.log.lines.length === 0
    const showsRecord = detail.view === 'full' && (isOver ? !heardAll || heardNothing : !heardAll && isFirst)
    store.setState({
      detail,
      failure: null,
      ...(showsRecord ? { log: logBufferOf(detail.stdout, detail.stderr), logRevision: before.logRevision + 1 } : {}),
      ...(detail.status === 'running' && before.beganAtMs === null
        ? { beganAtMs: performance.now() - (Date.now() - Date.parse(detail.started_at)) }
        : {}),
      ...(detail.status === 'running' ? {} : { phase: null, beganAtMs: null, cancelling: false }),
    })
  }

  const stops = [
    getBridge().on('run.phase', (event) => {
      if (event.run_id !== runId) return
      store.setState({ phase: event.phase, beganAtMs: performance.now() - event.elapsed_ms, failure: null })
    }),
    getBridge().on('run.output', (event) => {
      if (event.run_id !== runId) return
      appendLog(store.getState().log, event.stream, event.text)
      showLog()
    }),
    getBridge().on('run.finished', (event) => {
      if (event.run_id === runId) void read()
    }),
    onTopicsChanged(['runs'], () => {
      if (isUnderWay(store.getState())) void read()
    }),
    useConnection.subscribe((now, before) => {
      if (now.state === before.state) return
      if (now.state !== 'connected') heardAll = false
      else void read()
    }),
  ]
  if (!fresh) void read()

  const stop = () => {
    for (const end of stops) end()
    clearTimeout(refreshTimer)
  }
  const entry = { store, holders: 0, stop }
  held.set(runId, entry)
  return entry
}

export async function cancelRun(store: RunStore): Promise<Failure | null> {
  store.setState({ cancelling: true })
  const envelope = await call('runs.cancel', { run: store.getState().runId })
  if (envelope.ok) return null
  store.setState({ cancelling: false })
  return envelope.error
}

export function isUnderWay(run: LiveRun): boolean {
  return run.failure === null && (run.detail === null || run.detail.status === 'running')
}
