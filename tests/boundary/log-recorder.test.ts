import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../src-main/app/context.ts'
import { recordLog, type LogRecorder } from '../../src-main/app/runs/log-recorder.ts'

/** SC-5, RN-8: what the screen is shown during a run, and what the record keeps, of a script that writes its secret. */

const SECRET = 'hunter22-correct-horse'
/** Any part of the secret that is long enough to help somebody. */
const PARTS = Array.from({ length: SECRET.length - 3 }, (_, at) => SECRET.slice(at, at + 4))

let shown: string[]
let recorder: LogRecorder

beforeEach(() => {
  vi.useFakeTimers()
  shown = []
  begin()
})
afterEach(() => vi.useRealTimers())

function begin(): void {
  // What a recorder needs of it.
  const context = { hashBytes: hasher } as Partial<Context> as Context
  recorder = recordLog(context, [SECRET], (text) => shown.push(text))
}

function hasher(): { update(bytes: Uint8Array): void; digest(): string } {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
}

function write(text: string): void {
  recorder.push(Buffer.from(text))
  vi.runAllTimers()
}

describe('a secret in a log', () => {
  test('SC-5 that is written in two pieces, with a look at the log between, is shown by neither', () => {
    write('The token is hunter22-cor')
    write('rect-horse.\n')
    write('hunter2')
    write('3 is another one.\n')
    const kept = recorder.finish()
    expect(shown).toEqual(['The token is ', '[•••].\n', 'hunter23 is another one.\n'])
    expect(kept.text).toBe('The token is [•••].\nhunter23 is another one.\n')
  })

  test('SC-5 is not left in parts where a long log is cut', () => {
    // It stands at every place around both ends of the gap in turn.
    for (let place = 0; place < 2 * SECRET.length; place += 1) {
      begin()
      write('x'.repeat(99_960 - place))
      for (let time = 0; time < 12_000; time += 1) recorder.push(Buffer.from(SECRET))
      write('y'.repeat(99_960 - place))
      const { text, truncated } = recorder.finish()
      expect(truncated).toBe(true)
      expect(PARTS.filter((part) => text.includes(part))).toEqual([])
    }
  })

  test('RN-8 the count and the hash are of what was written', () => {
    write(`${SECRET}\n`)
    const { bytes, sha256, truncated } = recorder.finish()
    const written = createHash('sha256').update(`${SECRET}\n`).digest('hex')
    expect({ bytes, sha256, truncated }).toEqual({ bytes: SECRET.length + 1, sha256: written, truncated: false })
  })
})
