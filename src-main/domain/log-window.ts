/**
 * RN-8: a script may write without end. All of it is counted; the first and the last part are kept within the cap of
 * RC-7, in memory that doesn't grow with what is written. Hashing is the host's.
 */
export const LOG_CAP_BYTES = 200_000

/** The line between the two parts, its newlines included, is never longer than this. */
const MAX_MARK_BYTES = 64
const MIN_CAP_BYTES = 2 * MAX_MARK_BYTES

/** A byte order mark is part of what the script wrote; dropping it would make kept text differ from the stream. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** An accumulator. Its parts belong to the functions below. */
export interface LogWindow {
  readonly capBytes: number
  readonly head: Uint8Array<ArrayBuffer>
  /** A ring with the last bytes of what came after `head`. */
  readonly tail: Uint8Array<ArrayBuffer>
  totalBytes: number
}

export interface KeptLog {
  /** Well-formed, at most the cap in UTF-8. */
  text: string
  /** Something is missing in `text`. */
  truncated: boolean
  /** All bytes that were pushed. */
  bytes: number
}

/** RN-8. A cap under 128 bytes leaves no room for the line that marks the gap: that is a bug, and throws. */
export function createLogWindow(capBytes: number = LOG_CAP_BYTES): LogWindow {
  if (!Number.isSafeInteger(capBytes) || capBytes < MIN_CAP_BYTES) throw new RangeError(`log cap of ${capBytes} bytes`)
  const headBytes = Math.ceil(capBytes / 2)
  return { capBytes, head: new Uint8Array(headBytes), tail: new Uint8Array(capBytes - headBytes), totalBytes: 0 }
}

/** RN-8: takes bytes as they come, cut anywhere. The chunk is copied, never kept. */
export function pushLog(window: LogWindow, chunk: Uint8Array): void {
  const { head, tail } = window
  const forHead = Math.min(chunk.length, Math.max(0, head.length - window.totalBytes))
  if (forHead > 0) head.set(chunk.subarray(0, forHead), window.totalBytes)
  window.totalBytes += chunk.length
  if (forHead === chunk.length) return
  const last = chunk.subarray(Math.max(forHead, chunk.length - tail.length))
  const at = (window.totalBytes - last.length - head.length) % tail.length
  const beforeWrap = Math.min(last.length, tail.length - at)
  tail.set(last.subarray(0, beforeWrap), at)
  tail.set(last.subarray(beforeWrap), 0)
}

/** RN-8: what would be kept if the stream ended now. Changes nothing, so that a screen may look during the run. */
export function finishLog(window: LogWindow): KeptLog {
  const { capBytes, totalBytes } = window
  const kept = keptBytes(window)
  if (totalBytes <= capBytes && decodedBytes(kept) <= capBytes) {
    return { text: decoder.decode(kept), truncated: false, bytes: totalBytes }
  }
  const headRoom = Math.floor((capBytes - MAX_MARK_BYTES) / 2)
  const tailRoom = capBytes - MAX_MARK_BYTES - headRoom
  const head = kept.subarray(0, Math.min(kept.length, window.head.length))
  const first = head.subarray(0, endWithin(head, headRoom))
  const rest = kept.subarray(first.length)
  const last = rest.subarray(startWithin(rest, tailRoom))
  const missing = totalBytes - first.length - last.length
  const start = decoder.decode(first)
  const lineBreak = start === '' || start.endsWith('\n') ? '' : '\n'
  const mark = `${lineBreak}[… ${withThousands(missing)} bytes not kept …]\n`
  return { text: `${start}${mark}${decoder.decode(last)}`, truncated: true, bytes: totalBytes }
}

/** Head and tail in the order of the stream, with nothing between them. */
function keptBytes({ head, tail, totalBytes }: LogWindow): Uint8Array<ArrayBuffer> {
  if (totalBytes <= head.length) return head.subarray(0, totalBytes)
  const afterHead = totalBytes - head.length
  const tailBytes = Math.min(afterHead, tail.length)
  const oldest = afterHead <= tail.length ? 0 : afterHead % tail.length
  const kept = new Uint8Array(head.length + tailBytes)
  kept.set(head)
  kept.set(tail.subarray(oldest, tailBytes), head.length)
  kept.set(tail.subarray(0, oldest), head.length + tailBytes - oldest)
  return kept
}

/**
 * The length of the code point at `at`, or minus the length of what a decoder replaces by one U+FFFD there (WHATWG
 * Encoding, "maximal subpart"). Cuts between such units decode to the same text as the whole.
 */
function unitAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const wanted = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  if (wanted === 0) return -1
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  for (let length = 1; length < wanted; length += 1) {
    const next = bytes[at + length]
    const [from, to] = length === 1 ? [lowest, highest] : [0x80, 0xbf]
    if (next === undefined || next < from || next > to) return -length
  }
  return wanted
}

/** U+FFFD takes three bytes, so that bytes that are no UTF-8 may grow threefold. */
const unitDecodedBytes = (unit: number): number => (unit > 0 ? unit : 3)

function decodedBytes(bytes: Uint8Array): number {
  let size = 0
  for (let at = 0; at < bytes.length;) {
    const unit = unitAt(bytes, at)
    size += unitDecodedBytes(unit)
    at += Math.abs(unit)
  }
  return size
}

/** The longest beginning that takes at most `room` bytes when decoded, and doesn't end within a code point. */
function endWithin(bytes: Uint8Array, room: number): number {
  let size = 0
  let at = 0
  while (at < bytes.length) {
    const unit = unitAt(bytes, at)
    size += unitDecodedBytes(unit)
    // A unit that ends where the bytes end may go on in what was not kept.
    if (size > room || (unit < 0 && at - unit === bytes.length)) break
    at += Math.abs(unit)
  }
  return at
}

/** Where the longest end starts that takes at most `room` bytes when decoded, and doesn't start within a code point. */
function startWithin(bytes: Uint8Array, room: number): number {
  let at = 0
  while (at < Math.min(3, bytes.length) && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1
  let size = decodedBytes(bytes.subarray(at))
  while (size > room) {
    const unit = unitAt(bytes, at)
    size -= unitDecodedBytes(unit)
    at += Math.abs(unit)
  }
  return at
}

/** Not `toLocaleString`: the same bytes give the same text everywhere. */
function withThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
