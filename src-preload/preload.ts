import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge, PushedEvent } from './contract/contract.ts'

// The two names that `ipc-bridge.ts` in main knows as well. This file imports types only, so that the sandboxed page
// gets these few lines and nothing else.
const CALL_CHANNEL = 'scriptorium:call'
const EVENT_CHANNEL = 'scriptorium:event'

const bridge: Bridge = {
  call: (channel, input) => ipcRenderer.invoke(CALL_CHANNEL, channel, input),
  on: (name, listener) => {
    const onEvent = (_event: unknown, pushed: PushedEvent) => {
      if (pushed.name === name) listener(pushed.payload as never)
    }
    ipcRenderer.on(EVENT_CHANNEL, onEvent)
    return () => void ipcRenderer.off(EVENT_CHANNEL, onEvent)
  },
}

contextBridge.exposeInMainWorld('scriptorium', bridge)
