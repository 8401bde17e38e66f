import { describe, expect, it } from 'vitest'
import { CALL_CHANNEL, connectPage, type IpcCall, type IpcPort } from '../../src-main/shell/electron/ipc-bridge.ts'
import { createStandInCore } from '../contract/stand-in-core.ts'

/** Who may call over Electron's IPC: the page itself, at its own address, in its own window. */

const page = { id: 1, isDestroyed: () => false, send: () => {} }
const ours: IpcCall = { sender: page, senderFrame: { url: 'app://scriptorium/index.html#/tools', parent: null } }

function connect() {
  const core = createStandInCore()
  const session = core.openSession({ shell: 'electron' })
  if (!session.ok) throw new Error('no session')
  const handlers = new Map<string, Parameters<IpcPort['handle']>[1]>()
  const ipc: IpcPort = {
    handle: (channel, handler) => void handlers.set(channel, handler),
    removeHandler: (channel) => void handlers.delete(channel),
  }
  const isOurs = (url: string) => url.startsWith('app://scriptorium/')
  const disconnect = connectPage({ core, ipc, page, session: session.value, isOurs })
  return {
    core,
    handlers,
    disconnect,
    call: (event: IpcCall, ...values: unknown[]) => handlers.get(CALL_CHANNEL)?.(event, ...values),
  }
}

describe('who may call', () => {
  it('is the page', async () => {
    expect(await connect().call(ours, 'settings.list', {})).toMatchObject({ ok: true })
  })

  it('is no frame in it, no other window, no other address and nothing that is gone', async () => {
    const { core, call } = connect()
    const strangers: IpcCall[] = [
      { ...ours, senderFrame: { url: 'app://scriptorium/index.html', parent: {} } },
      { ...ours, senderFrame: { url: 'preview://document/x', parent: null } },
      { ...ours, senderFrame: { url: 'https://evil.example/', parent: null } },
      { ...ours, sender: { ...page, id: 2 } },
      { ...ours, senderFrame: null },
    ]
    for (const stranger of strangers) {
      expect(await call(stranger, 'settings.list', {})).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN', reason: 'wrong_origin' },
      })
    }
    expect(core.calls).toEqual([])
  })

  it('may name no channel but by text', async () => {
    const { call } = connect()
    for (const channel of [undefined, null, {}, ['settings.list'], { toString: () => 'settings.list' }]) {
      expect(await call(ours, channel, {})).toMatchObject({ ok: false, error: { reason: 'unknown_channel' } })
    }
  })

  it('is nobody once the window is closed', () => {
    const { core, handlers, disconnect } = connect()
    disconnect()
    expect(handlers.size).toBe(0)
    expect(core.listenerCount()).toBe(0)
  })
})
