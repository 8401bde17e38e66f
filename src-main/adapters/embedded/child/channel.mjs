/**
 * Protocol version 1 on this process's stdin and stdout, as `runner-session/frames.ts` describes it. Reading and
 * writing block, so a slow host slows the script down and nothing piles up here.
 */

import {
  byteLengthOf,
  copyBytes,
  EXIT_HOST_GONE,
  encodeText,
  exitProcess,
  firstCode,
  readSync,
  sleep,
  toJson,
  viewOf,
  writeSync,
} from './primordials.mjs'

const HEADER_BYTES = 5
const CHUNK_BYTES = 64 * 1024
const MAX_FRAME_PAYLOAD_BYTES = 1024 * 1024
const RETRY_MS = 2

/** Exit codes of this process, beside the script's own: the same as the container harness has. */
export const EXIT_PROTOCOL = 64
export const EXIT_BROKEN = 70
export const EXIT_NO_PERMISSION_MODEL = 78

// One buffer for all frames. Its own properties hide those of the prototype, which a script may have replaced by
// getters that would get this buffer as `this`; fs.writeSync reads byteLength.
const frame = new Uint8Array(HEADER_BYTES + CHUNK_BYTES)
for (const name of ['byteLength', 'length', 'byteOffset', 'buffer', 'constructor', 'valueOf', 'toString']) {
  const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (frame))[name]
  Object.defineProperty(frame, name, { value, writable: false, configurable: false })
}

/** Writes `bytes` as frames of one type; at least one frame. @param {string} type @param {Uint8Array} bytes */
export function writeBytes(type, bytes) {
  const total = byteLengthOf(bytes)
  let offset = 0
  do {
    const length = total - offset < CHUNK_BYTES ? total - offset : CHUNK_BYTES
    frame[0] = firstCode(type)
    frame[1] = length >>> 24
    frame[2] = (length >>> 16) & 255
    frame[3] = (length >>> 8) & 255
    frame[4] = length & 255
    copyBytes(frame, viewOf(bytes, offset, length), HEADER_BYTES)
    writeAll(HEADER_BYTES + length)
    offset += length
  } while (offset < total)
}

/** One control frame; `value` is made by `record`. @param {string} type @param {object} value */
export function writeJson(type, value) {
  writeBytes(type, encodeText(toJson(value)))
}

/** @param {number} length */
function writeAll(length) {
  let written = 0
  while (written < length) {
    try {
      written += writeSync(1, frame, written, length - written)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') sleep(RETRY_MS)
      else exitProcess(EXIT_HOST_GONE)
    }
  }
}

/**
 * The next frame, or null when the host has closed the stream.
 * @returns {{ type: string, payload: Uint8Array } | null}
 */
export function readFrame() {
  const header = new Uint8Array(HEADER_BYTES)
  if (!readInto(header)) return null
  const length = new DataView(header.buffer).getUint32(1)
  if (length > MAX_FRAME_PAYLOAD_BYTES) exitProcess(EXIT_PROTOCOL)
  const payload = new Uint8Array(length)
  if (!readInto(payload)) return null
  return { type: String.fromCharCode(header[0] ?? 0), payload }
}

/** @param {Uint8Array} target */
function readInto(target) {
  let read = 0
  while (read < target.length) {
    try {
      const count = readSync(0, target, read, target.length - read, null)
      if (count === 0) return false
      read += count
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EOF') return false
      if (code === 'EAGAIN') sleep(RETRY_MS)
      else exitProcess(EXIT_HOST_GONE)
    }
  }
  return true
}

/** @param {unknown} error */
function codeOf(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null
}
