import { symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askForAddress, removeControlFile, writeControlFile } from '../../src-main/shell/browser/control-file.ts'
import { createPreviewStore, MAX_PREVIEWS, PREVIEW_LIFETIME_MS } from '../../src-main/shell/shared/preview-store.ts'
import { until } from '../contract/transport-suite.ts'
import { ask, openLoopback, type Loopback } from './loopback-fixture.ts'

/** What is served on loopback: the page, events, script HTML, and addresses for a second start. */

let { folder, core, preview, server, ours, openSession, newToken, close }: Loopback = {} as Loopback

beforeEach(async () => {
  ;({ folder, core, preview, server, ours, openSession, newToken, close } = await openLoopback())
})
afterEach(() => close())

describe('the page', () => {
  it('is served with a policy that lets it do what it needs and no more', async () => {
    const { status, headers, text } = await ask(server.origin, '/')
    expect(status).toBe(200)
    expect(text).toContain('page')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'")
    expect(policy).toContain(`frame-src ${preview.origin};`)
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default ")
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-/)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
  })

  it('is not sent again when it has not changed', async () => {
    const first = await ask(server.origin, '/')
    const second = await ask(server.origin, '/', { headers: { 'if-none-match': String(first.headers.etag) } })
    expect(second).toMatchObject({ status: 304, text: '' })
    const hashed = await ask(server.origin, '/assets/index-AbCd1234.js?v=1')
    expect(hashed.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringContaining('immutable'),
    })
  })

  it('has nothing outside of its folder', async () => {
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'))
    symlinkSync(folder, join(folder, 'page', 'up'))
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..\\secret.txt',
      '//secret.txt',
      `${folder}/secret.txt`,
      '/link.txt',
      '/up/secret.txt',
      '/assets',
      '/assets/',
      '/index.html%00.js',
      '/assets/unknown.exe',
      '/.hidden',
      `/${'a'.repeat(5000)}.js`,
      'http://evil.example/',
      '*',
    ]
    for (const path of paths) {
      const reply = await ask(server.origin, path)
      expect([path, reply.status]).toEqual([path, 404])
      expect(reply.text).not.toContain('secret')
    }
  })

  it('answers no other method', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expect((await ask(server.origin, '/', { method, headers: ours() })).status).toBe(405)
    }
  })
})

describe('events', () => {
  async function openEvents(token: string) {
    const abort = new AbortController()
    const response = await fetch(`${server.origin}/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    })
    return { reader: response.body!.pipeThrough(new TextDecoderStream()).getReader(), stop: () => abort.abort() }
  }

  it('show that they live', async () => {
    const { reader, stop } = await openEvents(await newToken())
    let text = ''
    while (text.split('{"name":"ping"}\n').length < 4) text += (await reader.read()).value
    stop()
    await until(() => core.listenerCount() === 0)
    expect(server.connectedWindows()).toBe(0)
  })

  it('are dropped for a reader that is too slow, so that nothing grows without bound, and for no other', async () => {
    const { reader, stop } = await openEvents(await newToken())
    let received = 0
    const reading = (async () => {
      for (;;) received += (await reader.read()).value?.match(/run\.output/g)?.length ?? 0
    })().catch(() => {})
    const { hostname, port, host } = new URL(server.origin)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${await newToken()}\r\n\r\n`)
    socket.pause()
    await until(() => core.listenerCount() === 2)
    const text = 'x'.repeat(16 * 1024)
    let sent = 0
    while (sent < 5000 && core.listenerCount() === 2) {
      core.push({ name: 'run.output', payload: { run_id: String(sent), stream: 'stdout', text, total_bytes: sent } })
      sent++
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(core.listenerCount()).toBe(1)
    await until(() => received === sent)
    stop()
    await reading
    socket.destroy()
  })

  it('come as few at a time as one window needs', async () => {
    const token = await newToken()
    const streams = await Promise.all([1, 2, 3, 4].map(() => openEvents(token)))
    expect((await ask(server.origin, '/events', { headers: { authorization: `Bearer ${token}` } })).status).toBe(503)
    streams.forEach((stream) => stream.stop())
  })
})

describe('script HTML (RC-8)', () => {
  it('is shown without script, network or an origin', async () => {
    const url = new URL(preview.publish('<h1>hello</h1><script>alert(1)</script>'))
    expect(url.origin).not.toBe(server.origin)
    const reply = await ask(url.origin, url.pathname)
    expect(reply.text).toContain('<h1>hello</h1>')
    expect(reply.headers).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
  })

  it('has an address that cannot be guessed, under our name only', async () => {
    const url = new URL(preview.publish('hello'))
    expect(url.pathname.length).toBeGreaterThan(40)
    expect((await ask(url.origin, '/')).status).toBe(404)
    expect((await ask(url.origin, url.pathname, { headers: { host: 'evil.example' } })).status).toBe(404)
    expect((await ask(server.origin, url.pathname)).status).toBe(404)
  })

  it('is kept for a while and in a bounded number', () => {
    let now = 0
    const store = createPreviewStore(() => now)
    const first = store.add('first')
    expect(store.find(first)).toBe('first')
    for (let count = 0; count < MAX_PREVIEWS; count++) store.add('more')
    expect(store.find(first)).toBeNull()
    const last = store.add('last')
    now += PREVIEW_LIFETIME_MS
    expect(store.find(last)).toBeNull()
  })
})

describe('a second start on the same folder', () => {
  it('is given an address of the first', async () => {
    await writeControlFile(folder, server)
    const address = await askForAddress(folder)
    expect((await openSession(address?.split('#code=')[1] ?? '')).status).toBe(200)
    await removeControlFile(folder)
    expect(await askForAddress(folder)).toBeNull()
  })

  it('is not given one for a wrong secret, or as a page', async () => {
    const control = (headers: Record<string, string>) =>
      ask(server.origin, '/control/address', { method: 'POST', headers })
    const secret = server.controlSecret
    expect((await control({ 'x-scriptorium-control': secret })).status).toBe(200)
    expect((await control({ 'x-scriptorium-control': `${secret}x` })).status).toBe(403)
    expect((await control({})).status).toBe(403)
    expect((await control({ 'x-scriptorium-control': secret, origin: server.origin })).status).toBe(403)
    expect((await control({ 'x-scriptorium-control': secret, host: 'evil.example' })).status).toBe(403)
  })

  it('is not led elsewhere by what a killed window left behind', async () => {
    await writeControlFile(folder, server)
    await server.close()
    expect(await askForAddress(folder)).toBeNull()
    for (const content of ['', 'null', '[]', '{"origin":"http://evil.example","secret":"s"}', '{"origin":7}']) {
      writeFileSync(join(folder, 'window.json'), content)
      expect(await askForAddress(folder)).toBeNull()
    }
  })
})
