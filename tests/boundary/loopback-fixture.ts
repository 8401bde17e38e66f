import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLoopbackServer } from '../../src-main/shell/browser/loopback-server.ts'
import { startPreviewServer } from '../../src-main/shell/browser/preview-server.ts'
import { createStandInCore } from '../contract/stand-in-core.ts'

export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** Sends exactly what it is told, `Host`, `Origin` and unnormalised paths included, as no browser would. */
export function ask(origin: string, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Reply> {
  const { hostname, port, host } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path, method, headers: { host, ...headers }, agent: false },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(pieces).toString(),
          })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Both servers over a stand-in core, with a small page in a folder of their own. */
export async function openLoopback() {
  const folder = mkdtempSync(join(tmpdir(), 'scriptorium-loopback-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'page', 'assets', 'index-AbCd1234.js'), 'export {}')
  writeFileSync(join(folder, 'page', 'assets', 'unknown.exe'), 'MZ')
  writeFileSync(join(folder, 'secret.txt'), 'top secret')
  const core = createStandInCore()
  const preview = await startPreviewServer()
  const server = await startLoopbackServer({
    core,
    port: 0,
    pageDir: join(folder, 'page'),
    previewOrigin: preview.origin,
    eventLimits: { pingEveryMs: 40, maxWaitingBytes: 64 * 1024 },
  })

  const newCode = () => server.newAddress().split('#code=')[1] ?? ''
  const ours = () => ({ origin: server.origin, 'content-type': 'application/json' })

  function openSession(code: string, headers: Record<string, string> = ours()): Promise<Reply> {
    return ask(server.origin, '/session', { method: 'POST', headers, body: JSON.stringify({ code }) })
  }

  async function newToken(): Promise<string> {
    return (JSON.parse((await openSession(newCode())).text) as { token: string }).token
  }

  function call(token: string, headers: Record<string, string> = ours(), body: string | Buffer = '{}'): Promise<Reply> {
    const all = { authorization: `Bearer ${token}`, ...headers }
    return ask(server.origin, '/call/settings.list', { method: 'POST', headers: all, body })
  }

  async function close(): Promise<void> {
    await Promise.all([server.close(), preview.close()])
    rmSync(folder, { recursive: true })
  }

  return { folder, core, preview, server, newCode, ours, openSession, newToken, call, close }
}

export type Loopback = Awaited<ReturnType<typeof openLoopback>>
