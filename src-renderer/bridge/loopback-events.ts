import type { EventName } from '../../src-preload/contract/contract.ts'
import { setConnection } from './connection.ts'

/** Follows the app's event stream: one JSON object a line, a ping at least every 10 s, and back again when it ends. */
const SILENCE_LIMIT_MS = 25_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000
/** An app that restarts within this time is not worth a banner. */
const BANNER_DELAY_MS = 1_200

interface Following {
  token: string
  onEvent(name: EventName, payload: unknown): void
  onReconnect(): void
}

export function followEvents(following: Following): void {
  void keepFollowing(following)
}

async function keepFollowing({ token, onEvent, onReconnect }: Following): Promise<void> {
  let wait_ms = FIRST_WAIT_MS
  let attempts = 0
  let banner: ReturnType<typeof setTimeout> | undefined

  for (;;) {
    attempts++
    const ended = await readOnce(token, onEvent, () => {
      clearTimeout(banner)
      banner = undefined
      wait_ms = FIRST_WAIT_MS
      setConnection('connected')
      if (attempts > 1) onReconnect()
    })
    if (ended === 'signed_out') return setConnection('signed_out')
    banner ??= setTimeout(() => setConnection('lost'), BANNER_DELAY_MS)
    await new Promise((resolve) => setTimeout(resolve, wait_ms))
    wait_ms = Math.min(wait_ms * 2, LONGEST_WAIT_MS)
  }
}

async function readOnce(
  token: string,
  onEvent: Following['onEvent'],
  onOpen: () => void,
): Promise<'signed_out' | 'ended'> {
  const abort = new AbortController()
  let silence = setTimeout(() => abort.abort(), SILENCE_LIMIT_MS)
  try {
    const response = await fetch('/events', { headers: { authorization: `Bearer ${token}` }, signal: abort.signal })
    if (response.status === 401) return 'signed_out'
    if (!response.ok || response.body === null) return 'ended'
    onOpen()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      clearTimeout(silence)
      silence = setTimeout(() => abort.abort(), SILENCE_LIMIT_MS)
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') deliverLine(line, onEvent)
    }
  } catch {
    return 'ended'
  } finally {
    clearTimeout(silence)
    abort.abort()
  }
}

function deliverLine(line: string, onEvent: Following['onEvent']): void {
  const event = JSON.parse(line) as { name: EventName | 'ping'; payload: unknown }
  if (event.name === 'ping') return
  try {
    onEvent(event.name, event.payload)
  } catch (error) {
    // One listener's bug must not end the stream for all the others.
    console.error(error)
  }
}
