import type { Envelope } from '../../../src-preload/contract/channel.ts'
import type {
  Channel,
  EventName,
  EventPayload,
  Input,
  Output,
  PushedEvent,
} from '../../../src-preload/contract/contract.ts'
import type { Core, Session } from '../../app/core.ts'
import type { PassphraseSources } from './passphrase.ts'

/** What a command gets to do its work with. */
export interface Context {
  readonly core: Core
  readonly session: Session
  readonly say: Say
  readonly input: NodeJS.ReadableStream
  readonly passphrase: PassphraseSources
  /** One channel of the bridge. */
  call<C extends Channel>(channel: C, input: Input<C>): Promise<Envelope<Output<C>>>
  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void
  onAny(listener: (event: PushedEvent) => void): () => void
  /** What Ctrl-C does while `work` goes on: it should make `work` end soon. Without, the command just ends. */
  cancellable<T>(cancel: () => Promise<unknown>, work: Promise<T>): Promise<T>
}

/** What is said beside the result, on stderr, or as a line of `--jsonl`. */
export interface Say {
  /** For people: a line about how things go. Nothing with `--quiet` or `--json`. */
  progress(line: string): void
  /** For people: what a script prints, as it comes. */
  stream(text: string): void
  /** A line of `--jsonl`. */
  event(event: PushedEvent): void
}

export interface Interrupts {
  cancellable: Context['cancellable']
  /** Ctrl-C was pressed: once with nothing to cancel, or twice. */
  readonly pressed: Promise<void>
  wasPressed(): boolean
  stop(): void
}

/** Above the longest grace that a run is given to end (RN-3). */
const CANCEL_TIMEOUT_MS = 30_000

export function listenToInterrupts(): Interrupts {
  const { promise, resolve } = Promise.withResolvers<void>()
  let cancelNow: (() => Promise<unknown>) | null = null
  let presses = 0
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

  function onSignal(): void {
    presses++
    if (presses > 1 || cancelNow === null) return resolve()
    void cancelNow()
    // Cancelling is bounded by the core; should that fail, a signal still has to end the command.
    setTimeout(resolve, CANCEL_TIMEOUT_MS).unref()
  }

  async function cancellable<T>(cancel: () => Promise<unknown>, work: Promise<T>): Promise<T> {
    cancelNow = cancel
    // Pressed a moment ago, before there was anything to cancel.
    if (presses > 0) void cancel()
    try {
      return await work
    } finally {
      cancelNow = null
    }
  }

  for (const signal of signals) process.on(signal, onSignal)
  // Our launcher has ended, however it did.
  process.on('disconnect', onSignal)
  return {
    cancellable,
    pressed: promise,
    wasPressed: () => presses > 0,
    stop: () => {
      for (const signal of signals) process.off(signal, onSignal)
      process.off('disconnect', onSignal)
    },
  }
}

export function createContext(
  core: Core,
  session: Session,
  say: Say,
  input: NodeJS.ReadableStream,
  passphrase: PassphraseSources,
  interrupts: Interrupts,
): Context {
  return {
    core,
    session,
    say,
    input,
    passphrase,
    call: async (channel, message) => (await core.dispatch(session, channel, message)) as never,
    on: (name, listener) =>
      core.subscribe(session, (event) => {
        if (event.name === name) listener(event.payload as never)
      }),
    onAny: (listener) => core.subscribe(session, listener),
    cancellable: interrupts.cancellable,
  }
}
