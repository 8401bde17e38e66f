import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Bridge, Channel, EventName, EventPayload, Input, Output } from '../../src-preload/contract/contract.ts'
import type { Failure } from '../../src-main/domain/result.ts'
import { setConnection } from './connection.ts'
import { followEvents } from './loopback-events.ts'
import { ALL_TOPICS } from './topics.ts'

/**
 * The bridge of a page that was opened in a browser. The address carries a code that can be used once; it is exchanged
 * for a token that lives in this tab only, so that a reload works and a copied address doesn't.
 */
const TOKEN_KEY = 'scriptorium.token'

type Listener = (payload: unknown) => void

export function createLoopbackBridge(): Bridge {
  const listeners = new Map<EventName, Set<Listener>>()
  const deliver = (name: EventName, payload: unknown) => listeners.get(name)?.forEach((listener) => listener(payload))
  const session = openSession()
  void session.then((token) => {
    if (token === null) return setConnection('signed_out')
    followEvents({
      token,
      onEvent: deliver,
      // Whatever happened while nobody listened is unknown, so everything on the screen is read again.
      onReconnect: () => deliver('changed', { topics: [...ALL_TOPICS] }),
    })
  })

  return {
    async call<C extends Channel>(channel: C, input: Input<C>): Promise<Envelope<Output<C>>> {
      const token = await session
      return token === null ? refused(signedOut) : postCall(token, channel, input)
    },
    on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void {
      const registered = listener as Listener
      const ofEvent = listeners.get(event) ?? new Set<Listener>()
      listeners.set(event, ofEvent.add(registered))
      return () => ofEvent.delete(registered)
    },
  }
}

async function postCall<T>(token: string, channel: string, input: unknown): Promise<Envelope<T>> {
  try {
    const response = await fetch(`/call/${encodeURIComponent(channel)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    })
    if (response.status === 401) {
      setConnection('signed_out')
      return refused(signedOut)
    }
    return (await response.json()) as Envelope<T>
  } catch {
    return refused(unreachable)
  }
}

/** The token of this tab, or null if the app has to be opened again from its address. */
async function openSession(): Promise<string | null> {
  const code = takeCodeFromAddress()
  if (code !== null) {
    const token = await exchange(code)
    if (token !== null) sessionStorage.setItem(TOKEN_KEY, token)
  }
  return sessionStorage.getItem(TOKEN_KEY)
}

function takeCodeFromAddress(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code !== null) history.replaceState(null, '', location.pathname + location.search)
  return code
}

async function exchange(code: string): Promise<string | null> {
  try {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    })
    return response.ok ? ((await response.json()) as { token: string }).token : null
  } catch {
    return null
  }
}

const signedOut: Failure = {
  code: 'FORBIDDEN',
  reason: 'session_ended',
  message: 'This page is no longer signed in to the app.',
  details: {},
}

const unreachable: Failure = {
  code: 'SERVICE_UNAVAILABLE',
  reason: 'connection_lost',
  message: 'The app did not answer.',
  details: {},
}

function refused(error: Failure): { ok: false; error: Failure } {
  return { ok: false, error }
}
