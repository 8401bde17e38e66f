import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Envelope } from '../../../src-preload/contract/channel.ts'
import { failed, success, type Failure, type FailureCode, type Json, type Result } from '../../domain/result.ts'
import { MAX_MESSAGE_BYTES, parseMessage, tooLarge } from '../shared/message.ts'

/** The few things about HTTP that both loopback servers need. */

export const LOOPBACK = '127.0.0.1'

const STATUS: Record<FailureCode, number> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  VALIDATION_ERROR: 400,
  CONFLICT: 409,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_ERROR: 500,
}

/** What is read and thrown away of a message that is too large, so that its sender gets to read the answer. */
const MAX_DISCARDED_BYTES = 8 * MAX_MESSAGE_BYTES

export function limitServer(server: Server): void {
  server.maxConnections = 64
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 5_000
  server.on('upgrade', (_request, socket) => socket.destroy())
  server.on('clientError', (_error, socket) => socket.destroy())
}

export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Refuses what a page elsewhere, or a name that was made to point here, could send (DNS rebinding, CSRF). */
export function isOurs(request: IncomingMessage, origin: string): boolean {
  if (request.headers.host !== new URL(origin).host) return false
  const sender = request.headers.origin
  if (sender !== undefined) return sender === origin
  const site = request.headers['sec-fetch-site']
  // A POST without an origin comes from no page of ours, unless the browser itself, and no page, says that it does.
  if (request.method === 'POST') return site === 'same-origin'
  return site === undefined || site === 'same-origin' || site === 'none'
}

export function sendEnvelope(response: ServerResponse, envelope: Envelope<Json>, status = 200): void {
  sendJson(response, envelope as unknown as Json, status)
}

export function sendJson(response: ServerResponse, value: Json, status = 200): void {
  if (response.destroyed || response.writableEnded) return
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  })
  response.end(body)
}

export function sendFailure(response: ServerResponse, failure: Failure, status = STATUS[failure.code]): void {
  sendEnvelope(response, { ok: false, error: failure }, status)
}

/** Reads a bounded JSON body. */
export async function readMessage(request: IncomingMessage): Promise<Result<Json>> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.byteLength
    if (bytes > MAX_DISCARDED_BYTES) break
    if (bytes > MAX_MESSAGE_BYTES) pieces.length = 0
    else pieces.push(piece)
  }
  if (bytes > MAX_MESSAGE_BYTES) return failed(tooLarge())
  const text = decode(Buffer.concat(pieces))
  return text.ok ? parseMessage(text.value) : text
}

function decode(bytes: Buffer): Result<string> {
  try {
    return success(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return failed({
      code: 'VALIDATION_ERROR',
      reason: 'invalid_json',
      message: 'The message is not UTF-8.',
      details: {},
    })
  }
}
