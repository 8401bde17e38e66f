import { createServer } from 'node:http'
import type { PreviewHost } from '../../app/core.ts'
import { previewHeaders } from '../shared/page-policy.ts'
import { createPreviewStore } from '../shared/preview-store.ts'
import { closeServer, limitServer, listen, LOOPBACK } from './http.ts'

/** Serves script HTML from a port, and so an origin, of its own, where nothing else is (RC-8). */
export interface PreviewServer extends PreviewHost {
  readonly origin: string
  close(): Promise<void>
}

export async function startPreviewServer(now: () => number = Date.now): Promise<PreviewServer> {
  const store = createPreviewStore(now)
  let origin = ''
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    const isOurs =
      request.headers.host === new URL(origin).host && (request.method === 'GET' || request.method === 'HEAD')
    const html = isOurs ? store.find((request.url ?? '/').slice(1)) : null
    request.resume()
    // Also said when there is nothing to show: no answer from here is ever more than an inert document.
    response.writeHead(html === null ? 404 : 200, previewHeaders())
    response.end(request.method === 'HEAD' ? undefined : (html ?? ''))
  })
  limitServer(server)
  origin = `http://${LOOPBACK}:${await listen(server, 0)}`
  return { origin, publish: (html) => `${origin}/${store.add(html)}`, close: () => closeServer(server) }
}
