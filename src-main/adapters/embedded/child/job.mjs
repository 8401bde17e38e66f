/** Receives the one job of this process's life. Runs before any script, so plain JavaScript will do. */

import { EXIT_PROTOCOL, readFrame } from './channel.mjs'
import { exitProcess } from './primordials.mjs'

const PROTOCOL_VERSION = 1
const MAX_HEADER_BYTES = 64 * 1024 * 1024

/**
 * @typedef {{ result_bytes: number, artifact_files: number, artifact_bytes: number, artifacts_bytes: number }} Caps
 * @typedef {{
 *   script: string, entrypoint: string, files: { name: string, bytes: number }[], values: object, memory: object,
 *   action: object | null, limits: Caps,
 * }} JobHeader
 * @typedef {{ header: JobHeader, files: { name: string, bytes: Uint8Array }[] }} Job
 */

/** Null when the host closed the stream instead. @returns {Job | null} */
export function receiveJob() {
  /** @type {Uint8Array[]} */
  const parts = []
  let headerBytes = 0
  let frame = readFrame()
  while (frame !== null && frame.type === 'J') {
    headerBytes += frame.payload.length
    if (headerBytes > MAX_HEADER_BYTES) exitProcess(EXIT_PROTOCOL)
    parts.push(frame.payload)
    frame = readFrame()
  }
  if (frame === null) return null
  const header = parseHeader(join(parts, headerBytes))
  const files = header.files.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) }))
  let index = 0
  let filled = 0
  while (frame !== null && frame.type === 'F') {
    let rest = frame.payload
    while (rest.length > 0) {
      const file = files[index]
      if (file === undefined) return exitProcess(EXIT_PROTOCOL)
      const taken = rest.subarray(0, file.bytes.length - filled)
      file.bytes.set(taken, filled)
      filled += taken.length
      rest = rest.subarray(taken.length)
      if (filled === file.bytes.length) {
        index += 1
        filled = 0
      }
    }
    frame = readFrame()
  }
  if (frame === null) return null
  const isComplete = filled === 0 && files.slice(index).every((file) => file.bytes.length === 0)
  if (frame.type !== 'G' || !isComplete) exitProcess(EXIT_PROTOCOL)
  return { header, files }
}

/** @param {Uint8Array[]} parts @param {number} length */
function join(parts, length) {
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** @param {Uint8Array} bytes @returns {JobHeader} */
function parseHeader(bytes) {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isNamed = (/** @type {{ name: unknown }} */ file) => typeof file.name === 'string' && !file.name.includes('/')
    if (header.protocol === PROTOCOL_VERSION && typeof header.script === 'string' && header.files.every(isNamed)) {
      return header
    }
  } catch {
    // Not JSON, or not of this shape: the same to the host.
  }
  return exitProcess(EXIT_PROTOCOL)
}

/**
 * The environment that scripts written for Skriptoteket expect (SC-2).
 * @param {JobHeader} header @returns {Record<string, string>}
 */
export function scriptEnvironment(header) {
  const files = header.files.map(({ name, bytes }) => ({ name, path: `/work/input/${name}`, bytes }))
  return {
    SKRIPTOTEKET_SCRIPT_PATH: '/work/script.py',
    SKRIPTOTEKET_ENTRYPOINT: header.entrypoint,
    SKRIPTOTEKET_INPUT_DIR: '/work/input',
    SKRIPTOTEKET_OUTPUT_DIR: '/work/output',
    SKRIPTOTEKET_RESULT_PATH: '/work/result.json',
    SKRIPTOTEKET_INPUT_MANIFEST: JSON.stringify({ files }),
    SKRIPTOTEKET_INPUTS: JSON.stringify(header.values),
    SKRIPTOTEKET_MEMORY_PATH: '/work/memory.json',
    ...(header.action === null ? {} : { SKRIPTOTEKET_ACTION: JSON.stringify(header.action) }),
  }
}
