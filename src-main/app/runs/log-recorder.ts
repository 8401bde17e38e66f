import { createLogWindow, finishLog, pushLog } from '../../domain/log-window.ts'
import { createSecretStream } from '../../domain/secret-stream.ts'
import type { Context } from '../context.ts'
import { later } from '../timers.ts'

/** How often, and how much of it at most, a script's output is pushed to the screen. The record gets all of RN-8's window. */
const PUSH_EVERY_MS = 50
const MAX_PUSHED_CHARACTERS = 32 * 1024

export interface LogRecorder {
  push(chunk: Uint8Array): void
  /** Pushes what is left and answers with the log as the record keeps it. */
  finish(): { text: string; bytes: number; truncated: boolean; sha256: string }
}

/**
 * Counts and hashes everything that one stream of a run writes, keeps the first and the last part (RN-8), and pushes
 * text to the screen in pieces of bounded size and rate, so that a flood costs neither memory nor the window's life.
 * Secrets are masked before anything is cut, kept or shown (SC-5); the count and the hash are of what was written.
 */
export function recordLog(
  context: Context,
  secretValues: readonly string[],
  show: (text: string, totalBytes: number) => void,
): LogRecorder {
  const window = createLogWindow()
  const secrets = createSecretStream(secretValues)
  const hash = context.hashBytes()
  const decoder = new TextDecoder('utf-8')
  let writtenBytes = 0
  let pending = ''
  let skipped = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const flush = (): void => {
    timer = null
    if (pending === '' && skipped === 0) return
    const text =
      skipped > 0
        ? `${pending}\n[… ${skipped.toLocaleString('en-GB')} characters not shown while running …]\n`
        : pending
    pending = ''
    skipped = 0
    show(text, writtenBytes)
  }

  const take = (masked: Uint8Array): void => {
    pushLog(window, masked)
    const room = MAX_PUSHED_CHARACTERS - pending.length
    const text = decoder.decode(masked, { stream: true })
    pending += text.slice(0, Math.max(0, room))
    skipped += Math.max(0, text.length - room)
  }

  return {
    push(chunk) {
      writtenBytes += chunk.length
      hash.update(chunk)
      take(secrets.push(chunk))
      timer ??= later(context, PUSH_EVERY_MS, flush)
    },
    finish() {
      if (timer !== null) clearTimeout(timer)
      take(secrets.finish())
      flush()
      return { ...finishLog(window), bytes: writtenBytes, sha256: hash.digest() }
    },
  }
}
