import type { Envelope } from '../../../src-preload/contract/channel.ts'
import { failure, type Json } from '../../domain/result.ts'
import type { Core, Session } from '../../app/core.ts'
import { checkMessage } from '../shared/message.ts'

/**
 * The bridge over Electron's IPC. Electron comes in through the small ports below, so that the same code runs, and is
 * tested, where there is no Electron.
 */

export const CALL_CHANNEL = 'scriptorium:call'
export const EVENT_CHANNEL = 'scriptorium:event'

/** What is used of `ipcMain`. */
export interface IpcPort {
  handle(channel: string, listener: (event: IpcCall, ...values: unknown[]) => Promise<unknown>): void
  removeHandler(channel: string): void
}

/** What is used of an `IpcMainInvokeEvent`. */
export interface IpcCall {
  sender: PagePort
  /** Null when the frame is gone already. */
  senderFrame: { url: string; parent: unknown } | null
}

/** What is used of a window's `WebContents`. */
export interface PagePort {
  id: number
  isDestroyed(): boolean
  send(channel: string, value: unknown): void
}

export interface IpcBridgeOptions {
  core: Core
  ipc: IpcPort
  page: PagePort
  session: Session
  /** Whether an address is one of our page. */
  isOurs: (url: string) => boolean
}

const MAX_CALLS_UNDER_WAY = 64

/** Connects one window. Answers with a function that disconnects it. */
export function connectPage({ core, ipc, page, session, isOurs }: IpcBridgeOptions): () => void {
  let callsUnderWay = 0

  async function answer(event: IpcCall, channel: unknown, input: unknown): Promise<Envelope<Json>> {
    if (!isTrusted(event))
      return refused('FORBIDDEN', 'wrong_origin', 'The request does not come from a window of Scriptorium.')
    if (callsUnderWay >= MAX_CALLS_UNDER_WAY) {
      return refused('SERVICE_UNAVAILABLE', 'too_many_calls', 'Too much is under way. Try again soon.')
    }
    // Structured clone carries more than JSON can say; whatever it is, the core gets what any other window could send.
    const message = checkMessage(input)
    if (!message.ok) return { ok: false, error: message.failure }
    callsUnderWay++
    try {
      return await core.dispatch(session, typeof channel === 'string' ? channel : '', message.value)
    } finally {
      callsUnderWay--
    }
  }

  /** Only the page itself, not a frame in it, and only while it shows our address. */
  function isTrusted({ sender, senderFrame }: IpcCall): boolean {
    return sender.id === page.id && senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url)
  }

  ipc.handle(CALL_CHANNEL, (event, channel, input) => answer(event, channel, input))
  const stop = core.subscribe(session, (event) => {
    if (!page.isDestroyed()) page.send(EVENT_CHANNEL, event)
  })

  return () => {
    stop()
    ipc.removeHandler(CALL_CHANNEL)
  }
}

function refused(...[code, reason, message]: Parameters<typeof failure>): {
  ok: false
  error: ReturnType<typeof failure>
} {
  return { ok: false, error: failure(code, reason, message) }
}
