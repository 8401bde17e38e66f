import { MIN_SECRET_LENGTH, SECRET_MARK } from './secrets.ts'

/**
 * SC-5 in a stream of bytes that comes in pieces, cut anywhere. What may turn out to be the beginning of a secret is
 * held back until more is known, so that no piece shows one half and the next the other. Each byte is looked at once
 * for every secret (Knuth, Morris and Pratt 1977), whatever a script writes: the time doesn't grow with what it knows.
 */
export interface SecretStream {
  /** What of all that was pushed can be shown now, masked. */
  push(chunk: Uint8Array): Uint8Array
  /** What was held back; call it once, when the stream has ended. */
  finish(): Uint8Array
}

interface Pattern {
  bytes: Uint8Array
  /** For each length of a match so far: the longest shorter beginning of the secret that also ends there. */
  shorter: Uint32Array
  matched: number
}

/** A part of what is held, by its offsets there. */
interface Span {
  from: number
  to: number
}

const encoder = new TextEncoder()
const MARK = encoder.encode(SECRET_MARK)
const NOTHING = new Uint8Array()

/** Secrets that overlap are masked as one. Those under four characters are left, as in `maskSecrets`. */
export function createSecretStream(secretValues: readonly string[]): SecretStream {
  const patterns = secretValues.filter((secret) => secret.length >= MIN_SECRET_LENGTH).map(patternOf)
  if (patterns.length === 0) return { push: (chunk) => chunk, finish: () => NOTHING }
  let held: Uint8Array = NOTHING
  let found: Span[] = []

  function take(end: number): Uint8Array {
    const masked = maskSpans(
      held.subarray(0, end),
      found.filter((span) => span.to <= end),
    )
    found = found.filter((span) => span.to > end).map(({ from, to }) => ({ from: from - end, to: to - end }))
    held = held.slice(end)
    return masked
  }

  return {
    push(chunk) {
      const before = held.length
      held = joined([held, chunk])
      for (let at = before; at < held.length; at += 1) {
        for (const pattern of patterns) if (advance(pattern, held[at] ?? 0)) addSpan(found, pattern, at + 1)
      }
      let end = held.length - Math.max(...patterns.map((pattern) => pattern.matched))
      // Nothing is taken from the middle of one that was found.
      for (const span of found.toReversed()) if (span.to > end && span.from < end) end = span.from
      return take(end)
    },
    finish: () => take(held.length),
  }
}

function patternOf(secret: string): Pattern {
  const bytes = encoder.encode(secret)
  const shorter = new Uint32Array(bytes.length + 1)
  for (let length = 1, border = 0; length < bytes.length; length += 1) {
    while (border > 0 && bytes[length] !== bytes[border]) border = shorter[border] ?? 0
    if (bytes[length] === bytes[border]) border += 1
    shorter[length + 1] = border
  }
  return { bytes, shorter, matched: 0 }
}

/** True where the byte ends the secret. */
function advance(pattern: Pattern, byte: number): boolean {
  const { bytes, shorter } = pattern
  while (pattern.matched > 0 && bytes[pattern.matched] !== byte) pattern.matched = shorter[pattern.matched] ?? 0
  if (bytes[pattern.matched] === byte) pattern.matched += 1
  if (pattern.matched < bytes.length) return false
  pattern.matched = shorter[bytes.length] ?? 0
  return true
}

/** Spans stand in order, and no two overlap. */
function addSpan(spans: Span[], pattern: Pattern, to: number): void {
  let from = to - pattern.bytes.length
  for (let last = spans.at(-1); last !== undefined && last.to > from; last = spans.at(-1)) {
    from = Math.min(from, last.from)
    spans.pop()
  }
  spans.push({ from, to })
}

function maskSpans(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  if (spans.length === 0) return bytes
  const parts: Uint8Array[] = []
  let shown = 0
  for (const { from, to } of spans) {
    parts.push(bytes.subarray(shown, from), MARK)
    shown = to
  }
  parts.push(bytes.subarray(shown))
  return joined(parts)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
