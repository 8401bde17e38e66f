import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Core } from '../../src-main/app/core.ts'
import { openCore } from '../../src-main/compose.ts'
import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import { until, type Transport } from './transport-suite.ts'
import { commandLineTransport, electronTransport, loopbackTransport } from './transports.ts'

/** The real core behind each transport: what the stand-in of the suite promises, it does as well. */
describe.each([electronTransport, loopbackTransport, commandLineTransport])('real core over $name', (kind) => {
  let folder: string
  let core: Core
  let transport: Transport

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scriptorium-transport-'))
    const opened = await openCore({ dataDir: folder, asWindow: false, preview: null })
    if (!opened.ok) throw new Error(opened.failure.message)
    core = opened.value
    transport = await kind.open(core)
  })

  afterEach(async () => {
    await transport.close()
    await core.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('answers, refuses, and tells of changes', async () => {
    expect(await transport.call('workspace.init', { member: 'ada' })).toMatchObject({
      ok: true,
      data: { member: { name: 'ada' } },
    })
    const heard: PushedEvent[] = []
    const stop = await transport.listen((event) => heard.push(event))
    const tool = { slug: 'greet', title: 'Greet \u202e </script>' }
    expect(await transport.call('tools.create', tool)).toMatchObject({ ok: true, data: tool })
    await until(() => heard.some((event) => event.name === 'changed' && event.payload.topics.includes('tools')))
    stop()
    expect(await transport.call('tools.get', { tool: 'nothing' })).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    })
    expect(await transport.call('tools.create', tool)).toMatchObject({ ok: false, error: { code: 'CONFLICT' } })
    expect(await transport.call('tools.create', { slug: 'No!', title: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'VALIDATION_ERROR', details: { field: 'slug' } },
    })
    for (const channel of ['tools.destroy', '__proto__', 'constructor', '']) {
      expect(await transport.call(channel, {})).toMatchObject({ ok: false, error: { reason: 'unknown_channel' } })
    }
  })
})
