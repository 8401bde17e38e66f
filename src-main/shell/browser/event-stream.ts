import type { ServerResponse } from 'node:http'
import type { PushedEvent } from '../../../src-preload/contract/contract.ts'

/** How one window hears of events: a line of JSON each, and a line now and then to show that the stream lives. */
export interface EventStreamLimits {
  pingEveryMs: number
  maxWaitingBytes: number
}

export const EVENT_STREAM_LIMITS: EventStreamLimits = { pingEveryMs: 10_000, maxWaitingBytes: 4 * 1024 * 1024 }

const PING = '{"name":"ping"}\n'
const MAX_MERGED_CHARACTERS = 64 * 1024

/**
 * Writes events until the reader goes away, or falls too far behind: then the connection is dropped and the page, once
 * connected again, reads afresh. Answers with the function that takes an event.
 */
export function openEventStream(response: ServerResponse, limits: EventStreamLimits): (event: PushedEvent) => void {
  let waiting: PushedEvent[] = []
  let waitingBytes = 0
  let isBlocked = false

  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  })
  // At once, so that the page knows from when on it misses nothing.
  response.write(PING)
  const timer = setInterval(() => isBlocked || response.write(PING), limits.pingEveryMs)
  response.on('close', () => clearInterval(timer))
  response.on('drain', () => {
    isBlocked = false
    const events = waiting
    waiting = []
    waitingBytes = 0
    for (const event of events) push(event)
  })

  function push(event: PushedEvent): void {
    if (response.destroyed) return
    const line = `${JSON.stringify(event)}\n`
    if (!isBlocked) {
      isBlocked = !response.write(line)
      return
    }
    waitingBytes += Buffer.byteLength(line)
    if (waitingBytes > limits.maxWaitingBytes) {
      waiting = []
      response.destroy()
      return
    }
    const last = waiting.at(-1)
    const merged = last === undefined ? null : mergeOutput(last, event)
    if (merged === null) waiting.push(event)
    else waiting[waiting.length - 1] = merged
  }

  return push
}

/** Two pieces of one stream of one run read the same as one. Null when the events are anything else. */
function mergeOutput(first: PushedEvent, second: PushedEvent): PushedEvent | null {
  if (first.name !== 'run.output' || second.name !== 'run.output') return null
  const { run_id, stream, text } = first.payload
  if (second.payload.run_id !== run_id || second.payload.stream !== stream) return null
  if (text.length + second.payload.text.length > MAX_MERGED_CHARACTERS) return null
  return { name: 'run.output', payload: { ...second.payload, text: text + second.payload.text } }
}
