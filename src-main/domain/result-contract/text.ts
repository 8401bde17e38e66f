/** What stands where text was cut (RC-7): on a line of its own, or one sign where a line would be out of place. */
export const TRUNCATED_LINE = '\n[truncated]'
export const TRUNCATED_SIGN = '…'
/** In place of a value that was cut away as a whole. */
export const TRUNCATED_VALUE = '[truncated]'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function utf8ByteCount(text: string): number {
  return encoder.encode(text).length
}

export function jsonByteCount(value: unknown): number {
  return utf8ByteCount(JSON.stringify(value))
}

/** RC-7: at most `maxBytes` with the mark, cut between code points. `text` is well formed. */
export function cutText(text: string, maxBytes: number, mark: string): { text: string; truncated: boolean } {
  const bytes = encoder.encode(text)
  if (bytes.length <= maxBytes) return { text, truncated: false }
  let end = Math.max(0, maxBytes - utf8ByteCount(mark))
  // Steps back from the middle of a code point to its first byte.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return { text: decoder.decode(bytes.subarray(0, end)) + mark, truncated: true }
}
