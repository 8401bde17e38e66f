import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CODE_LIFETIME_MS, createAccess } from '../../src-main/shell/browser/access.ts'
import { ask, openLoopback, type Loopback } from './loopback-fixture.ts'

/** What a page elsewhere or another program on this machine could try. */

let { core, preview, server, newCode, ours, openSession, newToken, call, close }: Loopback = {} as Loopback

beforeEach(async () => {
  ;({ core, preview, server, newCode, ours, openSession, newToken, call, close } = await openLoopback())
})
afterEach(() => close())

describe('who may ask', () => {
  it('answers a page of ours', async () => {
    const reply = await call(await newToken())
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.text)).toMatchObject({ ok: true })
  })

  it('refuses a name that was made to point here (DNS rebinding)', async () => {
    const token = await newToken()
    const port = new URL(server.origin).port
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port}.evil.example`,
    ]) {
      const origin = `http://${host}`
      expect((await call(token, { ...ours(), host, origin })).status).toBe(403)
      expect((await call(token, { ...ours(), host })).status).toBe(403)
      expect((await ask(server.origin, '/', { headers: { host } })).status).toBe(403)
      expect((await openSession(newCode(), { ...ours(), host })).status).toBe(403)
    }
    expect(core.calls).toEqual([])
  })

  it('refuses another origin, an opaque one and none at all (CSRF)', async () => {
    const token = await newToken()
    for (const origin of [
      'http://evil.example',
      'null',
      preview.origin,
      'http://127.0.0.1',
      `${server.origin}.evil.example`,
    ]) {
      expect((await call(token, { ...ours(), origin })).status).toBe(403)
      expect((await openSession(newCode(), { ...ours(), origin })).status).toBe(403)
      expect(
        (await ask(server.origin, '/events', { headers: { origin, authorization: `Bearer ${token}` } })).status,
      ).toBe(403)
    }
    for (const site of [
      {},
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ]) {
      expect(
        (await call(token, { 'content-type': 'application/json', ...site } as Record<string, string>)).status,
      ).toBe(403)
    }
    expect((await ask(server.origin, '/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    expect(core.calls).toEqual([])
  })

  it('grants no other origin anything when asked in advance', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const reply = await ask(server.origin, '/call/settings.list', { method: 'OPTIONS', headers })
    expect(reply.status).toBe(403)
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('refuses a missing or wrong token', async () => {
    const token = await newToken()
    for (const wrong of ['', 'x', `${token}x`, token.slice(1), token.toUpperCase()]) {
      const reply = await call(wrong)
      expect(reply.status).toBe(401)
      expect(JSON.parse(reply.text)).toMatchObject({
        ok: false,
        error: { code: 'FORBIDDEN', reason: 'session_unknown' },
      })
    }
    expect((await ask(server.origin, '/events')).status).toBe(401)
    expect(core.calls).toEqual([])
  })

  it('takes a code once', async () => {
    const code = newCode()
    expect((await openSession(code)).status).toBe(200)
    const again = await openSession(code)
    expect(again.status).toBe(403)
    expect(JSON.parse(again.text)).toMatchObject({ error: { reason: 'code_refused' } })
    expect((await openSession('guess')).status).toBe(403)
    expect((await openSession(undefined as never)).status).toBe(400)
  })

  it('takes a code for a while only, and keeps few of them', () => {
    let now = 1000
    const access = createAccess(core, () => now)
    const late = access.newCode()
    now += CODE_LIFETIME_MS
    expect(access.redeem(late).ok).toBe(false)
    const first = access.newCode()
    for (let count = 0; count < 10; count++) access.newCode()
    expect(access.redeem(first).ok).toBe(false)
  })

  it('keeps few windows, and lets go of those that are closed', async () => {
    const first = await newToken()
    for (let count = 0; count < 16; count++) await newToken()
    expect((await call(first)).status).toBe(401)
  })

  it('gives a connected window the address of another', async () => {
    const token = await newToken()
    const headers = { ...ours(), authorization: `Bearer ${token}` }
    const reply = await ask(server.origin, '/another-window', { method: 'POST', headers })
    const { address } = (JSON.parse(reply.text) as { data: { address: string } }).data
    expect((await openSession(address.split('#code=')[1] ?? '')).status).toBe(200)
    expect((await ask(server.origin, '/another-window', { method: 'POST', headers: ours() })).status).toBe(401)
  })
})

describe('what may be sent', () => {
  it('refuses a body over 2 MiB, announced or not, in words', async () => {
    const token = await newToken()
    const body = Buffer.from(`{"value":"${'x'.repeat(2 * 1024 * 1024)}"}`)
    for (const framing of [{ 'content-length': String(body.byteLength) }, { 'transfer-encoding': 'chunked' }]) {
      const reply = await call(token, { ...ours(), ...framing } as Record<string, string>, body)
      expect(reply.status).toBe(413)
      expect(JSON.parse(reply.text)).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_ERROR', reason: 'message_too_large' },
      })
    }
    expect(core.calls).toEqual([])
    expect((await call(token)).status).toBe(200)
  })

  it('refuses what is not JSON', async () => {
    const token = await newToken()
    expect((await call(token, { ...ours(), 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call(token, ours(), '{')).status).toBe(400)
    expect((await call(token, ours(), '')).status).toBe(400)
    expect((await call(token, ours(), Buffer.from([0x22, 0xff, 0x22]))).status).toBe(400)
    const deep = JSON.parse((await call(token, ours(), '['.repeat(1_000_000))).text) as unknown
    expect(deep).toMatchObject({ error: { reason: 'message_too_deep' } })
    expect(core.calls).toEqual([])
  })

  it('survives a connection that breaks half way and one that speaks no HTTP', async () => {
    const { hostname, port } = new URL(server.origin)
    for (const text of [
      `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 50\r\n\r\n{`,
      '\u0000\u0001\r\n\r\n',
    ]) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(text)
      await new Promise((resolve) => setTimeout(resolve, 20))
      socket.destroy()
    }
    expect((await call(await newToken())).status).toBe(200)
  })
})
