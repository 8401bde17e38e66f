import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSecretStream } from '../../src-main/domain/secret-stream.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function streamed(secrets: string[], pieces: readonly Uint8Array[]): string {
  const stream = createSecretStream(secrets)
  const shown = [...pieces.map((piece) => Buffer.from(stream.push(piece))), Buffer.from(stream.finish())]
  return Buffer.concat(shown).toString('utf8')
}

/** The plain way: every place of every secret in the whole text, and one mark for those that overlap. */
function maskedWhole(secrets: string[], text: string): string {
  const isSecret = Array.from(text, () => false)
  const beginsHere = Array.from(text, () => false)
  for (const secret of secrets.filter((candidate) => candidate.length >= 4)) {
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
      const joinsOnto = isSecret[at] === true
      if (!joinsOnto) beginsHere[at] = true
      isSecret.fill(true, at, at + secret.length)
      beginsHere.fill(false, at + 1, at + secret.length)
    }
  }
  return [...text].map((letter, at) => (isSecret[at] !== true ? letter : isFirst(at) ? '[•••]' : '')).join('')

  function isFirst(at: number): boolean {
    return at === 0 || isSecret[at - 1] !== true || beginsHere[at] === true
  }
}

/** Cut where the numbers say. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length))
}

describe('SC-5 secrets in a stream', () => {
  // Two letters make beginnings, repetitions and overlaps likely.
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 })
  const secret = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 7 })

  test('however it is cut, one secret is masked as in the whole', () => {
    fc.assert(
      fc.property(letters, secret, fc.array(fc.nat(), { maxLength: 8 }), (text, one, places) => {
        expect(streamed([one], cut(encode(text), places))).toBe(maskedWhole([one], text))
      }),
      { numRuns: 3000 },
    )
  })

  test('of several secrets nothing is left, however it is cut, and the cuts change nothing', () => {
    fc.assert(
      fc.property(
        letters,
        fc.array(secret, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (text, all, places) => {
          const shown = streamed(all, cut(encode(text), places))
          for (const one of all) expect(shown).not.toContain(one)
          expect(shown).toBe(streamed(all, [encode(text)]))
          expect(shown.replaceAll('[•••]', '').length).toBe(
            [...text].filter((_, at) => !all.some((one) => covers(text, one, at))).length,
          )
        },
      ),
      { numRuns: 3000 },
    )
  })

  /** Whether some place of the secret in the text holds the letter at `at`. */
  function covers(text: string, one: string, at: number): boolean {
    for (let from = Math.max(0, at - one.length + 1); from <= at; from += 1) if (text.startsWith(one, from)) return true
    return false
  }

  test('a secret that is cut within a character is masked', () => {
    const bytes = encode('key: grüße-42.\n')
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte))
    expect(streamed(['grüße-42'], pieces)).toBe('key: [•••].\n')
  })

  test('what can’t begin a secret is shown at once, and the rest when the stream ends', () => {
    const stream = createSecretStream(['hunter2'])
    expect(Buffer.from(stream.push(encode('I am a hunt'))).toString()).toBe('I am a ')
    expect(Buffer.from(stream.push(encode('sman, a hun'))).toString()).toBe('huntsman, a ')
    expect(Buffer.from(stream.finish()).toString()).toBe('hun')
  })

  test('a script that writes beginnings of a long secret is read in time that grows with its output only', () => {
    const long = `${'a'.repeat(20_000)}b`
    const stream = createSecretStream([long])
    // Compared anew at every place this would be 20,000 times 4 million steps, hours.
    let shown = 0
    for (let piece = 0; piece < 64; piece += 1) shown += stream.push(encode('a'.repeat(64 * 1024))).length
    shown += stream.finish().length
    expect(shown).toBe(64 * 64 * 1024)
  })

  test('bytes that are no text come through as they are', () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0, 0x80, 0x61)
    const stream = createSecretStream(['abcd'])
    expect([...stream.push(bytes), ...stream.finish()]).toEqual([...bytes])
  })

  test('too short to be masked, too few to hold anything back', () => {
    expect(streamed(['abc', ''], [encode('abcabc')])).toBe('abcabc')
  })
})
