import { Readable, Writable } from 'node:stream'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Core } from '../../src-main/app/core.ts'
import { startLoopbackServer } from '../../src-main/shell/browser/loopback-server.ts'
import { runCommandLine } from '../../src-main/shell/cli/command-line.ts'
import { CALL_CHANNEL, connectPage, EVENT_CHANNEL, type IpcPort } from '../../src-main/shell/electron/ipc-bridge.ts'
import { failure, success } from '../../src-main/domain/result.ts'
import type { Transport, TransportKind } from './transport-suite.ts'

/** What `JSON.stringify` refuses never leaves a page or a script: to the suite that counts as refused. */
const unsayable: Envelope<unknown> = { ok: false, error: failure('VALIDATION_ERROR', 'invalid_json', 'not JSON') }

function textOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input)
  } catch {
    return undefined
  }
}

/** Structured clone on both sides, as between Electron's processes. */
export const electronTransport: TransportKind = {
  name: 'electron',
  async open(core: Core): Promise<Transport> {
    const handlers = new Map<string, Parameters<IpcPort['handle']>[1]>()
    const ipc: IpcPort = {
      handle: (channel, handler) => void handlers.set(channel, handler),
      removeHandler: (channel) => void handlers.delete(channel),
    }
    const listeners = new Set<(event: PushedEvent) => void>()
    const page = {
      id: 1,
      isDestroyed: () => false,
      send: (channel: string, value: unknown) => {
        if (channel === EVENT_CHANNEL) listeners.forEach((listener) => listener(structuredClone(value) as PushedEvent))
      },
    }
    const session = core.openSession({ shell: 'electron' })
    if (!session.ok) throw new Error(session.failure.message)
    const isOurs = (url: string) => url.startsWith('app://scriptorium/')
    const disconnect = connectPage({ core, ipc, page, session: session.value, isOurs })
    const senderFrame = { url: 'app://scriptorium/index.html', parent: null }
    return {
      call: async (channel, input) => {
        const answer = await handlers.get(CALL_CHANNEL)?.(
          { sender: page, senderFrame },
          channel,
          structuredClone(input),
        )
        return structuredClone(answer) as Envelope<unknown>
      },
      listen: async (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      close: async () => disconnect(),
    }
  },
}

export const loopbackTransport: TransportKind = {
  name: 'loopback',
  async open(core: Core): Promise<Transport> {
    const server = await startLoopbackServer({
      core,
      port: 0,
      pageDir: '/nowhere',
      previewOrigin: 'http://127.0.0.1:1',
    })
    const { origin } = server
    const code = server.newAddress().split('#code=')[1]
    const opened = await fetch(`${origin}/session`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    })
    const { token } = (await opened.json()) as { token: string }
    const authorization = `Bearer ${token}`
    return {
      call: async (channel, input) => {
        const body = textOf(input)
        if (body === undefined) return unsayable
        const answer = await fetch(`${origin}/call/${encodeURIComponent(channel)}`, {
          method: 'POST',
          headers: { origin, authorization, 'content-type': 'application/json' },
          body,
        })
        return (await answer.json()) as Envelope<unknown>
      },
      listen: (listener) => readEvents(`${origin}/events`, authorization, listener),
      close: () => server.close(),
    }
  },
}

async function readEvents(
  url: string,
  authorization: string,
  listener: (event: PushedEvent) => void,
): Promise<() => void> {
  const abort = new AbortController()
  const response = await fetch(url, { headers: { authorization }, signal: abort.signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  // The first line says that the stream is open.
  let rest = (await reader.read()).value ?? ''
  const read = async () => {
    for (;;) {
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const event = JSON.parse(line) as { name: string }
        if (event.name !== 'ping') listener(event as PushedEvent)
      }
      const { done, value } = await reader.read()
      if (done) return
      rest += value
    }
  }
  read().catch(() => {})
  return () => abort.abort()
}

/** `scriptorium call`, with everything but the process around it. */
export const commandLineTransport: TransportKind = {
  name: 'command line',
  async open(core: Core): Promise<Transport> {
    // A command closes the core that it opened; the suite's own outlives many commands.
    const shared: Core = { ...core, close: async () => {} }
    const end = Promise.withResolvers<Envelope<never>>()
    const waiting: Core = {
      ...shared,
      dispatch: (_session, channel) =>
        channel === 'system.status' ? Promise.resolve({ ok: true, data: { locked: false } }) : end.promise,
    }
    return {
      call: async (channel, input) => {
        const text = textOf(input)
        if (text === undefined) return unsayable
        const { stdout } = await command(shared, ['call', '--json', '--', channel, '-'], text)
        return JSON.parse(stdout) as Envelope<unknown>
      },
      listen: async (listener) => {
        void command(waiting, ['call', '--jsonl', 'members.list'], '', (line) => {
          const event = JSON.parse(line) as PushedEvent | Envelope<unknown>
          if ('name' in event) listener(event)
        })
        await new Promise((resolve) => setTimeout(resolve, 50))
        return () => end.resolve({ ok: true, data: null as never })
      },
      close: async () => end.resolve({ ok: true, data: null as never }),
    }
  },
}

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

export async function command(
  core: Core,
  words: string[],
  input = '',
  onLine?: (line: string) => void,
): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  const code = await runCommandLine({
    openCore: async () => success(core),
    words,
    environment: {},
    pageDir: '/nowhere',
    stdin: Readable.from([Buffer.from(input)]),
    stdout: sink((text) => {
      stdout += text
      if (onLine !== undefined)
        text
          .split('\n')
          .filter((line) => line !== '')
          .forEach(onLine)
    }),
    stderr: sink((text) => (stderr += text)),
  })
  return { code, stdout, stderr }
}

function sink(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk.toString())
      done()
    },
  })
}
