import { create } from 'zustand'

/**
 * How the page stands with the core. In Electron it is always `connected`; a transport that can break says so here, and
 * nothing but the shell around the screens looks at it.
 */
export type ConnectionState =
  | 'connected'
  /** The app doesn't answer; the transport is trying again by itself. */
  | 'lost'
  /** The app answers but doesn't know this page: it has to be opened again from the address printed at start. */
  | 'signed_out'

interface Connection {
  state: ConnectionState
  /** Whether the page was ever connected. If it wasn't there is nothing worth keeping on the screen. */
  wasConnected: boolean
}

export const useConnection = create<Connection>(() => ({ state: 'connected', wasConnected: false }))

export function setConnection(state: ConnectionState): void {
  useConnection.setState((now) => ({ state, wasConnected: now.wasConnected || state === 'connected' }))
}
