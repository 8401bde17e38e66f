import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Core } from '../../app/core.ts'
import { failure, type Json } from '../../domain/result.ts'
import { pageHeaders, pagePolicy } from '../shared/page-policy.ts'
import { createAccess, newSecret, sameSecret, type WindowSession } from './access.ts'
import { EVENT_STREAM_LIMITS, openEventStream, type EventStreamLimits } from './event-stream.ts'
import {
  closeServer,
  isOurs,
  limitServer,
  listen,
  LOOPBACK,
  readMessage,
  sendEnvelope,
  sendFailure,
  sendJson,
} from './http.ts'
import { createPageSource } from './page-source.ts'

/** The core for pages in a browser on this machine, and for nobody else. */
export interface LoopbackServer {
  readonly origin: string
  /** Lets another process of this user ask for an address, see `control-file.ts`. */
  readonly controlSecret: string
  /** An address with a new code: opens one window, once. */
  newAddress(): string
  connectedWindows(): number
  onConnectedChange(listener: (connected: number) => void): void
  close(): Promise<void>
}

export interface LoopbackOptions {
  core: Core
  /** 0 picks a free one. */
  port: number
  pageDir: string
  previewOrigin: string
  developmentServer?: URL | null
  eventLimits?: EventStreamLimits
}

export const CONTROL_HEADER = 'x-scriptorium-control'

const MAX_CALLS_UNDER_WAY = 64
const MAX_STREAMS_PER_WINDOW = 4
const CALL_PATH = /^\/call\/([A-Za-z][A-Za-z.]{0,63})$/

export async function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const { core } = options
  const access = createAccess(core)
  const controlSecret = newSecret()
  const developmentServer = options.developmentServer ?? null
  const page = createPageSource(options.pageDir, developmentServer)
  const headers = pageHeaders(pagePolicy(options.previewOrigin, developmentServer))
  const streams = new Set<ServerResponse>()
  const listeners = new Set<(connected: number) => void>()
  let callsUnderWay = 0
  let origin = ''

  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    response.on('error', () => response.destroy())
    answer(request, response).catch(() => {
      // The connection broke half way, or we have a bug: either way this request is over and the next one is not.
      if (response.headersSent) response.destroy()
      else sendFailure(response, failure('INTERNAL_ERROR', 'bug', 'The request could not be answered.'))
    })
  })
  limitServer(server)
  origin = `http://${LOOPBACK}:${await listen(server, options.port)}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/control/address') return answerControl(request, response)
    if (!isOurs(request, origin))
      return refuse(response, 'wrong_origin', 'The request does not come from a window of Scriptorium.')
    if (request.method === 'POST' && path === '/session') return answerSession(request, response)
    if (request.method === 'POST' && path.startsWith('/call/')) return answerCall(request, response, path)
    if (request.method === 'POST' && path === '/another-window') return answerAnotherWindow(request, response)
    if (request.method === 'GET' && path === '/events') return answerEvents(request, response)
    if (request.method === 'GET' || request.method === 'HEAD') return page.send(request, response, path, headers)
    response.setHeader('Allow', 'GET, HEAD, POST')
    sendFailure(
      response,
      failure('VALIDATION_ERROR', 'method_not_allowed', 'Only GET and POST are answered here.'),
      405,
    )
  }

  async function answerSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = await readJson(request, response)
    if (message === undefined) return
    const code =
      typeof message === 'object' && message !== null && !Array.isArray(message) ? message['code'] : undefined
    if (typeof code !== 'string') {
      return sendFailure(
        response,
        failure('VALIDATION_ERROR', 'invalid_input', 'code: must be text', { field: 'code' }),
      )
    }
    const token = access.redeem(code)
    if (!token.ok) return sendFailure(response, token.failure)
    sendJson(response, { token: token.value })
  }

  async function answerCall(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const window = windowOf(request, response)
    if (window === null) return
    // What isn't even a name goes to the core as well, so that "there is no such channel" is said in one place only.
    const channel = CALL_PATH.exec(path)?.[1] ?? ''
    if (callsUnderWay >= MAX_CALLS_UNDER_WAY) {
      return sendFailure(
        response,
        failure('SERVICE_UNAVAILABLE', 'too_many_calls', 'Too much is under way. Try again soon.'),
      )
    }
    callsUnderWay++
    try {
      const message = await readJson(request, response)
      if (message === undefined) return
      sendEnvelope(response, await core.dispatch(window.session, channel, message))
    } finally {
      callsUnderWay--
    }
  }

  function answerAnotherWindow(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    if (windowOf(request, response) === null) return
    sendEnvelope(response, { ok: true, data: { address: newAddress() } })
  }

  /** Asked by a process that can read this user's data folder, never by a page: a page can't hide its origin. */
  function answerControl(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const secret = request.headers[CONTROL_HEADER]
    const isAllowed =
      request.method === 'POST' &&
      request.headers.host === new URL(origin).host &&
      request.headers.origin === undefined &&
      typeof secret === 'string' &&
      sameSecret(secret, controlSecret)
    if (!isAllowed) return refuse(response, 'wrong_origin', 'The request does not come from Scriptorium.')
    sendEnvelope(response, { ok: true, data: { address: newAddress() } })
  }

  function answerEvents(request: IncomingMessage, response: ServerResponse): void {
    const window = windowOf(request, response)
    if (window === null) return
    if (window.openStreams >= MAX_STREAMS_PER_WINDOW) {
      return sendFailure(response, failure('SERVICE_UNAVAILABLE', 'too_many_streams', 'This window listens already.'))
    }
    const push = openEventStream(response, options.eventLimits ?? EVENT_STREAM_LIMITS)
    const stop = core.subscribe(window.session, push)
    window.openStreams++
    streams.add(response)
    connectedChanged()
    response.on('close', () => {
      stop()
      window.openStreams--
      streams.delete(response)
      connectedChanged()
    })
  }

  function windowOf(request: IncomingMessage, response: ServerResponse): WindowSession | null {
    const header = request.headers.authorization
    const token = header?.startsWith('Bearer ') === true ? header.slice('Bearer '.length) : ''
    const window = access.find(token)
    if (window === null) {
      response.setHeader('WWW-Authenticate', 'Bearer')
      const message = 'This window is not connected any more. Ask for a new address where Scriptorium was started.'
      sendFailure(response, failure('FORBIDDEN', 'session_unknown', message), 401)
    }
    return window
  }

  function newAddress(): string {
    return `${origin}/#code=${access.newCode()}`
  }

  function connectedWindows(): number {
    return [...access.windows()].filter((window) => window.openStreams > 0).length
  }

  function connectedChanged(): void {
    const connected = connectedWindows()
    for (const listener of listeners) listener(connected)
  }

  async function close(): Promise<void> {
    listeners.clear()
    for (const stream of streams) stream.destroy()
    await closeServer(server)
  }

  return {
    origin,
    controlSecret,
    newAddress,
    connectedWindows,
    onConnectedChange: (listener) => void listeners.add(listener),
    close,
  }
}

/** Undefined once an answer was sent because the body isn't fit. */
async function readJson(request: IncomingMessage, response: ServerResponse): Promise<Json | undefined> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    request.resume()
    sendFailure(response, failure('VALIDATION_ERROR', 'not_json', 'The request must be application/json.'), 415)
    return undefined
  }
  const message = await readMessage(request)
  if (message.ok) return message.value
  if (message.failure.reason !== 'message_too_large') {
    sendFailure(response, message.failure)
    return undefined
  }
  response.setHeader('Connection', 'close')
  sendFailure(response, message.failure, 413)
  return undefined
}

function refuse(response: ServerResponse, reason: string, message: string): void {
  sendFailure(response, failure('FORBIDDEN', reason, message))
}
