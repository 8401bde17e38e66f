import { useCallback, useEffect, useRef, useState } from 'react'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type {
  Bridge,
  Channel,
  channels,
  EventName,
  EventPayload,
  Input,
  Output,
  Topic,
} from '../../src-preload/contract/contract.ts'
import type { Failure } from '../../src-main/domain/result.ts'
import { notifyFailure } from '../notifications.tsx'
import { setConnection } from './connection.ts'
import { createLoopbackBridge } from './loopback.ts'
import { topicsOf } from './topics.ts'

/** The page's one way to the core. Nothing here or above knows which transport carries a call. */

declare global {
  interface Window {
    scriptorium?: Bridge
  }
}

type ChannelOfKind<K extends 'query' | 'command'> = {
  [C in Channel]: (typeof channels)[C]['kind'] extends K ? C : never
}[Channel]
export type QueryChannel = ChannelOfKind<'query'>
export type CommandChannel = ChannelOfKind<'command'>

let bridge: Bridge | undefined

export function getBridge(): Bridge {
  if (bridge === undefined) {
    bridge = window.scriptorium ?? createLoopbackBridge()
    if (window.scriptorium !== undefined) setConnection('connected')
  }
  return bridge
}

/** Never rejects: a transport that breaks is a failure like any other. */
export async function call<C extends Channel>(channel: C, input: Input<C>): Promise<Envelope<Output<C>>> {
  try {
    return await getBridge().call(channel, input)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The app did not answer.'
    return { ok: false, error: { code: 'SERVICE_UNAVAILABLE', reason: 'connection_lost', message, details: {} } }
  }
}

/** Listens while the component is mounted; `listener` may change from render to render. */
export function useBridgeEvent<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): void {
  const latest = useRef(listener)
  useEffect(() => void (latest.current = listener))
  useEffect(() => getBridge().on(event, (payload) => latest.current(payload)), [event])
}

/** Runs `read` when one of the topics changed, once for a burst of changes. */
export function onTopicsChanged(topics: readonly Topic[], read: () => void): () => void {
  const BURST_MS = 60
  let timer: ReturnType<typeof setTimeout> | undefined
  const readSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      read()
    }, BURST_MS)
  }
  const stop = getBridge().on('changed', (payload) => {
    if (payload.topics.some((topic) => topics.includes(topic))) readSoon()
  })
  readers.add(readSoon)
  return () => {
    stop()
    readers.delete(readSoon)
    clearTimeout(timer)
  }
}

const readers = new Set<() => void>()

/** For when what may be read has changed rather than what there is: a key was unlocked. */
export function readEverythingAgain(): void {
  for (const readSoon of readers) readSoon()
}

export interface Query<T> {
  /** The newest answer; kept while it is read again, so that the layout doesn't jump. */
  data: T | undefined
  /** Why there is no answer, or why `data` couldn't be read again. */
  error: Failure | undefined
  /** True until the first answer, good or bad, to this very input. */
  loading: boolean
  reload(): void
}

interface QueryOptions {
  /** While another input is being read, go on showing the answer to the one before (search boxes). */
  keepPrevious?: boolean
}

/** Reads a channel, and reads it again when what it is made of changes. `null` as input reads nothing. */
export function useQuery<C extends QueryChannel>(
  channel: C,
  input: Input<C> | null,
  options: QueryOptions = {},
): Query<Output<C>> {
  const key = input === null ? null : JSON.stringify([channel, input])
  const [answer, setAnswer] = useState<{ key: string | null; data?: Output<C>; error?: Failure }>({ key: null })
  const [generation, setGeneration] = useState(0)
  const inputNow = useRef(input)
  useEffect(() => void (inputNow.current = input))

  useEffect(() => {
    if (key === null || inputNow.current === null) return
    const asked = inputNow.current
    return readAgainOnChange(topicsOf(channel), async (isCurrent) => {
      const envelope = await call(channel, asked)
      if (!isCurrent()) return
      setAnswer((before) => afterReading(before, key, envelope))
    })
  }, [channel, key, generation])

  const reload = useCallback(() => setGeneration((before) => before + 1), [])
  const isOurs = answer.key === key
  return {
    data: isOurs || options.keepPrevious === true ? answer.data : undefined,
    error: isOurs ? answer.error : undefined,
    loading: key !== null && !isOurs,
    reload,
  }
}

interface Answer<T> {
  key: string | null
  data?: T
  error?: Failure
}

function afterReading<T>(before: Answer<T>, key: string, envelope: Envelope<T>): Answer<T> {
  if (envelope.ok) return { key, data: envelope.data }
  // A connection that broke or a key that was locked says nothing about the data on the screen; any other failure does.
  const isPassing = envelope.error.code === 'SERVICE_UNAVAILABLE' || envelope.error.reason === 'locked'
  const keepsData = isPassing && before.key === key && before.data !== undefined
  return keepsData ? { key, data: before.data as T, error: envelope.error } : { key, error: envelope.error }
}

/** One reading at a time; a change during a reading asks for one more. Stops caring once the answer is stale. */
export function readAgainOnChange(
  topics: readonly Topic[],
  read: (isCurrent: () => boolean) => Promise<void>,
): () => void {
  let current = true
  let reading = false
  let again = false
  const readNow = async () => {
    if (reading) return void (again = true)
    reading = true
    do {
      again = false
      await read(() => current)
    } while (again && current)
    reading = false
  }
  const stop = onTopicsChanged(topics, () => void readNow())
  void readNow()
  return () => {
    current = false
    stop()
  }
}

export interface Command<C extends CommandChannel> {
  /** Answers like `call`; a failure is also kept in `error` and, unless the form shows it, told in a toast. */
  run(input: Input<C>): Promise<Envelope<Output<C>>>
  running: boolean
  error: Failure | undefined
  clear(): void
}

/** `failures: 'form'` when the screen shows the failure beside what was typed, which is better where it can. */
export function useCommand<C extends CommandChannel>(
  channel: C,
  options: { failures?: 'toast' | 'form' } = {},
): Command<C> {
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<Failure | undefined>()
  const toForm = options.failures === 'form'

  const run = useCallback(
    async (input: Input<C>) => {
      setRunning(true)
      setError(undefined)
      const envelope = await call(channel, input)
      setRunning(false)
      if (!envelope.ok) {
        setError(envelope.error)
        if (!toForm) notifyFailure(envelope.error)
      }
      return envelope
    },
    [channel, toForm],
  )
  const clear = useCallback(() => setError(undefined), [])
  return { run, running, error, clear }
}
