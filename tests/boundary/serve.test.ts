import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveWindow, type Served, type ServeOptions } from '../../src-main/shell/browser/serve-window.ts'
import { failure, type Result } from '../../src-main/domain/result.ts'
import { createStandInCore, opening, type StandInCore } from '../contract/stand-in-core.ts'

/** The life of a window that a browser shows, with a stand-in for the browser. */

let folder: string
let core: StandInCore
let served: Result<Served>[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scriptorium-serve-'))
  for (const name of ['page', 'bin', 'data']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>')
  core = createStandInCore()
})

afterEach(async () => {
  for (const one of served) if (one.ok && one.value.kind === 'here') await one.value.window.close()
  served = []
  rmSync(folder, { recursive: true, force: true })
})

/** Named as the first browser that is looked for. */
function installBrowser(body: string): void {
  const file = join(folder, 'bin', 'google-chrome')
  writeFileSync(file, `#!${process.execPath}\n${body}`)
  chmodSync(file, 0o755)
}

async function serve(options: Partial<ServeOptions> = {}): Promise<Result<Served>> {
  const one = await serveWindow({
    openCore: opening(core),
    dataDir: join(folder, 'data'),
    pageDir: join(folder, 'page'),
    port: 0,
    open: true,
    environment: { PATH: join(folder, 'bin'), DISPLAY: ':0' },
    developmentServer: null,
    ...options,
  })
  served.push(one)
  return one
}

function windowOf(one: Result<Served>) {
  if (!one.ok || one.value.kind !== 'here') throw new Error('not served from here')
  return one.value.window
}

const taken = async () => ({
  ok: false as const,
  failure: failure('CONFLICT', 'window_open', 'There is a window already.'),
})

const CONNECT = `
const url = new URL(process.argv.find((word) => word.startsWith('--app=')).slice(6))
const body = JSON.stringify({ code: url.hash.slice('#code='.length) })
const headers = { origin: url.origin, 'content-type': 'application/json' }
const send = async () => {
  const { token } = await (await fetch(url.origin + '/session', { method: 'POST', headers, body })).json()
  await (await fetch(url.origin + '/events', { headers: { authorization: 'Bearer ' + token } })).body.getReader().read()
}
`

describe.skipIf(process.platform !== 'linux')('a window in a browser', () => {
  it('opens in a window of its own, and ends when the person closes it', async () => {
    installBrowser(`${CONNECT} send().then(() => setTimeout(() => process.exit(0), 200))`)
    const window = windowOf(await serve())
    expect(window.how).toBe('own window')
    await window.closedByPerson
  })

  it('goes on when the browser could show nothing', async () => {
    installBrowser('process.exit(1)')
    const window = windowOf(await serve())
    const soon = new Promise((resolve) => setTimeout(() => resolve('goes on'), 400))
    expect(await Promise.race([window.closedByPerson, soon])).toBe('goes on')
    expect((await fetch(new URL(window.address).origin)).status).toBe(200)
  })

  it('starts no browser where there is no screen', async () => {
    installBrowser(`require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'started'))}, '')`)
    expect(windowOf(await serve({ environment: { PATH: join(folder, 'bin') } })).how).toBe('nothing')
    expect(windowOf(await serve({ open: false })).how).toBe('nothing')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(existsSync(join(folder, 'started'))).toBe(false)
  })

  it('takes everything with it that it started', async () => {
    installBrowser(
      `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, ''); setInterval(() => {}, 1000)`,
    )
    const window = windowOf(await serve())
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(statSync(join(folder, 'data', 'window.json')).mode & 0o077).toBe(0)
    await window.close()
    expect(existsSync(join(folder, 'data', 'window.json'))).toBe(false)
    expect(core.isClosed()).toBe(true)
    await expect(fetch(new URL(window.address).origin)).rejects.toThrow()
  })

  it('gives a second start an address of the first', async () => {
    const first = windowOf(await serve({ open: false }))
    const second = await serve({ open: false, openCore: taken })
    expect(second).toMatchObject({
      ok: true,
      value: { kind: 'elsewhere', address: expect.stringContaining(`${new URL(first.address).origin}/#code=`) },
    })
  })

  it('is refused in the words of the core when the first is no browser window', async () => {
    expect(await serve({ open: false, openCore: taken })).toMatchObject({
      ok: false,
      failure: { reason: 'window_open' },
    })
  })

  it('says so when its page was not built, or its port is taken', async () => {
    expect(await serve({ open: false, pageDir: folder })).toMatchObject({
      ok: false,
      failure: { reason: 'page_missing' },
    })
    const port = Number(new URL(windowOf(await serve({ open: false })).address).port)
    expect(await serve({ open: false, port })).toMatchObject({ ok: false, failure: { reason: 'port_unavailable' } })
    expect(core.isClosed()).toBe(true)
  })
})
