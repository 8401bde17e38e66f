import { afterEach, describe, expect, it } from 'vitest'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Core } from '../../src-main/app/core.ts'
import { createStandInCore, SETTING, type StandInCore } from './stand-in-core.ts'

/** One way to the core, as a window or a script has it. */
export interface Transport {
  /** Whatever `input` is: what is no JSON, or too much of it, is for the transport to refuse. */
  call(channel: string, input: unknown): Promise<Envelope<unknown>>
  /** Settles once events are being heard. */
  listen(listener: (event: PushedEvent) => void): Promise<() => void>
  close(): Promise<void>
}

export interface TransportKind {
  name: string
  open(core: Core): Promise<Transport>
}

/** What every transport does alike: the core's answers pass through it unchanged, and nothing else gets through. */
export function describeTransport(kind: TransportKind): void {
  describe(`transport: ${kind.name}`, () => {
    let open: Transport[] = []
    afterEach(async () => {
      await Promise.all(open.map((transport) => transport.close()))
      open = []
    })

    async function connect(core: StandInCore = createStandInCore()): Promise<Transport> {
      const transport = await kind.open(core)
      open.push(transport)
      return transport
    }

    it('answers a call with the envelope of the core', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      expect(await transport.call('settings.list', {})).toEqual({ ok: true, data: { items: [SETTING], next: null } })
      expect(core.calls).toEqual([{ channel: 'settings.list', input: {} }])
    })

    it('passes text on unchanged, whatever its characters', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      const value = 'a"b\\c\n\u0000\u001b[31m \u202e ü 日本 🎉 </script>'
      await transport.call('settings.set', { key: 'pids', value })
      expect(core.calls[0]?.input).toEqual({ key: 'pids', value })
    })

    it('passes a failure on as a value (ER-1)', async () => {
      const answer = await (await connect()).call('tools.get', { tool: 'nothing' })
      expect(answer).toEqual({
        ok: false,
        error: { code: 'NOT_FOUND', reason: 'not_found', message: expect.any(String), details: {} },
      })
    })

    it('says that there is no such channel', async () => {
      const transport = await connect()
      for (const channel of ['tools.destroy', '__proto__', 'constructor', 'toString']) {
        expect(await transport.call(channel, {})).toMatchObject({
          ok: false,
          error: { code: 'NOT_FOUND', reason: 'unknown_channel' },
        })
      }
    })

    it('names the field of bad input (ER-3)', async () => {
      const answer = await (await connect()).call('tools.get', { tool: 7 })
      expect(answer).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR', details: { field: 'tool' } } })
    })

    it('shows a bug by its incident id and nothing of its inside (ER-1)', async () => {
      const answer = await (await connect()).call('system.doctor', {})
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'INTERNAL_ERROR', details: { incident_id: expect.any(String) } },
      })
      expect(JSON.stringify(answer)).not.toContain('secret')
    })

    it('lets only JSON values through', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      const cycle: Record<string, unknown> = {}
      cycle['self'] = cycle
      for (const input of [cycle, 1n, undefined, { value: 1n }]) {
        expect(await transport.call('settings.list', input)).toMatchObject({
          ok: false,
          error: { code: 'VALIDATION_ERROR' },
        })
      }
      expect(core.calls).toEqual([])
    })

    it('refuses a message that is too large or nested too deeply', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      const large = await transport.call('settings.set', { key: 'pids', value: 'x'.repeat(2 * 1024 * 1024) })
      expect(large).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR', reason: 'message_too_large' } })
      let deep: unknown = 1
      for (let level = 0; level < 1000; level++) deep = [deep]
      const answer = await transport.call('settings.set', { key: 'pids', value: deep })
      expect(answer).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR', reason: 'message_too_deep' } })
      expect(core.calls).toEqual([])
    })

    it('takes no prototype from a message', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      await transport.call('settings.set', JSON.parse('{"key":"pids","value":1,"__proto__":{"polluted":true}}'))
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      expect((core.calls[0]?.input as Record<string, unknown>)['polluted']).toBeUndefined()
    })

    it('goes on answering after a hostile message', async () => {
      const transport = await connect()
      await transport.call('settings.list', 1n)
      await transport.call('../../session', {})
      expect(await transport.call('settings.list', {})).toMatchObject({ ok: true })
    })

    it('answers calls that are under way at once', async () => {
      const transport = await connect()
      const answers = await Promise.all(Array.from({ length: 10 }, () => transport.call('settings.list', {})))
      expect(answers.every((answer) => answer.ok)).toBe(true)
    })

    it('pushes events in order, and none once nobody listens', async () => {
      const core = createStandInCore()
      const transport = await connect(core)
      const heard: PushedEvent[] = []
      const stop = await transport.listen((event) => heard.push(event))
      const sent = Array.from({ length: 200 }, (_, index): PushedEvent => {
        return { name: 'run.phase', payload: { run_id: SETTING.key, phase: 'running', elapsed_ms: index } }
      })
      sent.forEach((event) => core.push(event))
      await until(() => heard.length === sent.length)
      expect(heard).toEqual(sent)
      stop()
      await until(() => core.listenerCount() === 0 || kind.name === 'electron')
    })
  })
}

export async function until(condition: () => boolean, timeoutMs = 5000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come to pass in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
