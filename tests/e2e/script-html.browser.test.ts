import { createServer as createPage } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { startPreviewServer, type PreviewServer } from '../../src-main/shell/browser/preview-server.ts'
import { launchChromium } from '../support/chromium.ts'
import { needs } from '../support/needs.ts'

/** RC-8: script HTML reaches no network. Whether anything left is asked of who would have heard it. */

const chromium = await needs('chromium')

describe.skipIf(!chromium.available)('RC-8 script HTML', () => {
  let browser: Browser
  let preview: PreviewServer
  let listener: Server
  let connections = 0
  beforeAll(async () => {
    browser = await launchChromium()
    preview = await startPreviewServer()
    listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await preview.close()
    await new Promise((resolve) => listener.close(resolve))
  })

  const away = (): string => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`

  /** Shown as a run's output is, and opened by itself, until a page of ours has loaded and been heard after it. */
  async function connectionsOf(html: string): Promise<number> {
    connections = 0
    const page = await browser.newPage()
    const url = preview.publish(html)
    await page.setContent(`<iframe sandbox="" src="${url}" width="600" height="400"></iframe>`)
    const frame = page.frames()[1]
    await frame?.waitForLoadState('load')
    await frame?.getByText('the end').waitFor()
    await page.goto(url)
    await page.getByText('the end').waitFor()
    // Not every browser connects ahead; where one does, a link that isn't there can't make it.
    expect(await page.locator('link').count()).toBe(0)
    const link = page.locator('a').first()
    if ((await link.count()) > 0) await link.hover()
    // What was to be connected ahead has been by the time that a request made after it is heard.
    const before = connections
    const control = await browser.newPage()
    await control.goto(`${away()}/control`).catch(() => {})
    await expect.poll(() => connections).toBeGreaterThan(before)
    await control.close()
    await page.close()
    return before
  }

  it('the listener hears a page that may connect', async () => {
    const open = createPage((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(`<!doctype html><img src="${away()}"><p>the end`)
    })
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve))
    connections = 0
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(open.address() as AddressInfo).port}`)
    await expect.poll(() => connections, { timeout: 20_000 }).toBeGreaterThan(0)
    await page.close()
    await new Promise((resolve) => open.close(resolve))
  })

  const links: [string, (to: string) => string][] = [
    ['preconnect', (to) => `<link rel="preconnect" href="${to}">`],
    ['preconnect for fonts', (to) => `<link rel=preconnect crossorigin href="${to}">`],
    ['in capitals', (to) => `<LINK REL="PRECONNECT" HREF="${to}">`],
    ['with slashes for spaces', (to) => `<link/rel="preconnect"/href="${to}">`],
    ['across lines', (to) => `<link\n\frel="stylesheet preconnect"\nhref="${to}"\n>`],
    ['hidden in a half tag', (to) => `<<link rel=preconnect href="${to}">`],
    ['in a drawing', (to) => `<svg><foreignObject><link rel=preconnect href="${to}"></foreignObject></svg>`],
    [
      'in a template of the page',
      (to) => `<div><template shadowrootmode=open><link rel=preconnect href="${to}"></template></div>`,
    ],
    [
      'dns-prefetch',
      (to) => `<meta http-equiv="x-dns-prefetch-control" content="on"><link rel="dns-prefetch" href="${to}">`,
    ],
    [
      'prefetch and preload',
      (to) =>
        `<link rel=prefetch href="${to}"><link rel=preload as=image href="${to}"><link rel=modulepreload href="${to}">`,
    ],
    [
      'pictures, styles and frames',
      (to) =>
        `<img src="${to}" srcset="${to}/2x 2x"><style>@import "${to}";p{background:url(${to})}</style><iframe src="${to}"></iframe><object data="${to}"></object><video poster="${to}" src="${to}"></video>`,
    ],
    ['going elsewhere by itself', (to) => `<meta http-equiv="refresh" content="0;url=${to}">`],
    ['a link to point at', (to) => `<a href="${to}" ping="${to}">there</a>`],
    ['rules for looking ahead', (to) => `<script type="speculationrules">{"prefetch":[{"urls":["${to}"]}]}</script>`],
  ]
  it.each(links)('connects to nobody: %s', { timeout: 60_000 }, async (_what, htmlTo) => {
    expect(await connectionsOf(`<!doctype html><title>t</title>${htmlTo(away())}<p>the end</p>`)).toBe(0)
  })

  it('keeps all of a document but its links, and says that no name is to be looked up', async () => {
    const text = '<p>the &lt;link&gt; <linked>and</linked> <b>bold</b></p>'
    const response = await fetch(preview.publish(`<link rel="icon" href="x">${text}`))
    expect(await response.text()).toBe(`<bgsound rel="icon" href="x">${text}`)
    expect(response.headers.get('x-dns-prefetch-control')).toBe('off')
  })
})
