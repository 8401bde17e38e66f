import type { IncomingMessage, ServerResponse } from 'node:http'
import { failure } from '../../domain/result.ts'
import { openStaticFiles } from '../shared/static-files.ts'
import { sendFailure } from './http.ts'

/** Answers requests for the page: its built files, or those of a development server on this machine. */
export interface PageSource {
  send(request: IncomingMessage, response: ServerResponse, path: string, headers: Record<string, string>): Promise<void>
}

const DEVELOPMENT_TIMEOUT_MS = 30_000

export function createPageSource(pageDir: string, developmentServer: URL | null): PageSource {
  return { send: developmentServer === null ? sendBuilt(pageDir) : sendFrom(developmentServer) }
}

function sendBuilt(pageDir: string): PageSource['send'] {
  const files = openStaticFiles(pageDir)
  return async (request, response, path, headers) => {
    const file = await files.read(path)
    if (file === null) return sendFailure(response, failure('NOT_FOUND', 'not_found', 'There is no such page.'))
    const all = { ...headers, ETag: file.etag, 'Cache-Control': file.cacheControl }
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, all)
      response.end()
      return
    }
    response.writeHead(200, { ...all, 'Content-Type': file.type, 'Content-Length': file.body.byteLength })
    response.end(request.method === 'HEAD' ? undefined : file.body)
  }
}

/** Passed on rather than redirected to, so that the page keeps the origin that the calls are checked against. */
function sendFrom(developmentServer: URL): PageSource['send'] {
  return async (request, response, _path, headers) => {
    const url = new URL(request.url ?? '/', developmentServer)
    if (url.origin !== developmentServer.origin) {
      return sendFailure(response, failure('NOT_FOUND', 'not_found', 'There is no such page.'))
    }
    const accept = request.headers.accept
    const answer = await fetch(url, {
      headers: accept === undefined ? {} : { accept },
      redirect: 'manual',
      signal: AbortSignal.timeout(DEVELOPMENT_TIMEOUT_MS),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    const type = answer.headers.get('content-type') ?? 'application/octet-stream'
    response.writeHead(answer.status, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
