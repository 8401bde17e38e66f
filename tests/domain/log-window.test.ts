import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLogWindow, finishLog, pushLog } from '../../src-main/domain/log-window.ts'

const numRuns = Number(process.env['SCRIPTORIUM_PROPERTY_RUNS'] ?? 200)
const utf8 = new TextEncoder()
const whole = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
const MARK = /\n?\[… ([\d,]+) bytes not kept …\]\n/

function windowOf(chunks: Uint8Array[], capBytes?: number): ReturnType<typeof finishLog> {
  const window = createLogWindow(capBytes)
  for (const chunk of chunks) pushLog(window, chunk)
  return finishLog(window)
}

function chunked(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    chunks.push(bytes.slice(at, at + size))
    at += size
  }
  return chunks
}

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc.string({ unit: 'binary', maxLength: 1200 }).map((text) => utf8.encode(text)),
  fc
    .array(fc.constantFrom(0xf0, 0x9f, 0x98, 0x80, 0xe2, 0x82, 0xc3, 0xed, 0xa0, 0xff, 0x41, 0x0a), { maxLength: 2000 })
    .map((values) => Uint8Array.from(values)),
)
const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 })

describe('RN-8 log window', () => {
  test('RN-8 nothing pushed is an empty text', () => {
    expect(windowOf([])).toEqual({ text: '', truncated: false, bytes: 0 })
  })

  test('RN-8 what fits is kept as it is, a byte order mark and split code points included', () => {
    const text = '\ufeffå 😀\r\n'
    const bytes = utf8.encode(text)
    expect(windowOf(chunked(bytes, [1]))).toEqual({ text, truncated: false, bytes: bytes.length })
  })

  test('RN-8 exactly the cap is kept whole, one byte more is cut', () => {
    expect(windowOf([new Uint8Array(200_000).fill(65)])).toMatchObject({ truncated: false, bytes: 200_000 })
    const over = windowOf([new Uint8Array(200_001).fill(65)])
    expect(over.truncated).toBe(true)
    expect(over.text).toMatch(MARK)
  })

  test('RN-8 keeps the first and the last part and says on a line of its own how much is missing', () => {
    const result = windowOf([
      utf8.encode('first line\n'),
      new Uint8Array(1_000_000).fill(46),
      utf8.encode('\nlast line\n'),
    ])
    expect(result.text.startsWith('first line\n...')).toBe(true)
    expect(result.text.endsWith('...\nlast line\n')).toBe(true)
    expect(result.text).toMatch(/\.\n\[… 800,\d{3} bytes not kept …\]\n\./)
    expect(result.bytes).toBe(1_000_022)
    expect(utf8.encode(result.text).length).toBeLessThanOrEqual(200_000)
  })

  test('RN-8 invalid bytes, which grow threefold as replacement characters, stay within the cap', () => {
    const result = windowOf([new Uint8Array(200_000).fill(0xff)])
    expect(result.truncated).toBe(true)
    expect(utf8.encode(result.text).length).toBeLessThanOrEqual(200_000)
  })

  test('RN-8 attack 14 and 16: 100 MB of output without a newline costs no more memory than the cap', () => {
    const chunk = new Uint8Array(1_000_000).fill(66)
    const window = createLogWindow()
    for (let turn = 0; turn < 100; turn += 1) pushLog(window, chunk)
    const held = Object.values(window).reduce<number>(
      (sum, part) => sum + (part instanceof Uint8Array ? part.length : 0),
      0,
    )
    expect(held).toBeLessThanOrEqual(200_000)
    expect(finishLog(window).bytes).toBe(100_000_000)
  })

  test('RN-8 attack 15: a million one-byte writes are taken in', () => {
    const window = createLogWindow()
    const one = Uint8Array.of(67)
    for (let turn = 0; turn < 1_000_000; turn += 1) pushLog(window, one)
    expect(finishLog(window).bytes).toBe(1_000_000)
  })

  test('RN-8 a chunk that its owner uses again afterwards changes nothing', () => {
    const window = createLogWindow()
    const chunk = utf8.encode('abc')
    pushLog(window, chunk)
    chunk.fill(0)
    expect(finishLog(window).text).toBe('abc')
  })

  test('RN-8 finishing is a look: more can be pushed afterwards', () => {
    const window = createLogWindow()
    pushLog(window, utf8.encode('a'))
    expect(finishLog(window).text).toBe('a')
    pushLog(window, utf8.encode('b'))
    expect(finishLog(window).text).toBe('ab')
  })

  test('RN-8 a cap too small for the line that marks the gap is a bug', () => {
    expect(() => createLogWindow(10)).toThrow(RangeError)
    expect(() => createLogWindow(Number.NaN)).toThrow(RangeError)
  })

  test('RN-8 property: how the bytes were split into chunks makes no difference', () => {
    fc.assert(
      fc.property(anyBytes, sizes, fc.integer({ min: 128, max: 2500 }), (bytes, split, cap) => {
        expect(windowOf(chunked(bytes, split), cap)).toEqual(windowOf([bytes], cap))
      }),
      { numRuns },
    )
  })

  test('RN-8 property: within the cap, valid, ends that belong to the stream, and every byte accounted for', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 128, max: 2500 }), (bytes, cap) => {
        const { text, truncated, bytes: total } = windowOf([bytes], cap)
        const all = whole(bytes)
        expect(total).toBe(bytes.length)
        expect(utf8.encode(text).length).toBeLessThanOrEqual(cap)
        expect(text.isWellFormed()).toBe(true)
        if (!truncated) {
          expect(text).toBe(all)
          return
        }
        expect(utf8.encode(all).length > cap || bytes.length > cap).toBe(true)
        const mark = MARK.exec(text)
        expect(mark).not.toBeNull()
        const head = text.slice(0, mark?.index)
        const tail = text.slice((mark?.index ?? 0) + (mark?.[0].length ?? 0))
        expect(all.startsWith(head)).toBe(true)
        expect(all.endsWith(tail)).toBe(true)
        // At least 90 bytes fewer than the cap are never given up without need: the mark and split code points.
        expect(utf8.encode(text).length).toBeGreaterThanOrEqual(Math.min(cap, bytes.length) - 90)
      }),
      { numRuns },
    )
  })

  test('RN-8 property: for valid text the number in the mark is exactly what is missing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 300, maxLength: 900 }), (content) => {
        const bytes = utf8.encode(content)
        const { text, truncated } = windowOf([bytes], 256)
        expect(truncated).toBe(true)
        const mark = MARK.exec(text)
        const kept = utf8.encode(text.replace(MARK, '')).length
        const missing = Number(mark?.[1]?.replaceAll(',', ''))
        expect(kept + missing).toBe(bytes.length)
      }),
      { numRuns },
    )
  })
})
