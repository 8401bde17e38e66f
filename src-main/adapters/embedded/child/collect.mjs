/**
 * Collects what the script left in the file system that lives in this process's memory: its result and its artifacts
 * (RC-2, RC-5). A script may have changed that file system's code too; it can then only lie about its own files. What
 * must hold whatever it did: this ends, and sends no more than the caps allow. The host checks all of it again.
 */

import { append, byteLengthOf, encodeText, isBytes, list, namesIn, record, viewOf } from './primordials.mjs'
import { writeBytes, writeJson } from './channel.mjs'

const MAX_DEPTH = 16
const MAX_PATH_BYTES = 512
const MAX_REFUSED_LISTED = 100
/** Folders can be made to hold themselves by a script that reaches the nodes, so the walk is counted. */
const MAX_ENTRIES_SEEN = 20_000
const KIND_MASK = 0o170000
const KIND_FOLDER = 0o040000
const KIND_FILE = 0o100000
const KIND_LINK = 0o120000

/** @typedef {{ mode: number, contents: any, usedBytes: number }} FileNode */
/** @typedef {(path: string) => FileNode | null} FindNode follows no last link; null if there is none */

/** @param {FindNode} find @param {import('./job.mjs').Caps} caps */
export function sendResult(find, caps) {
  const { bytes, state } = readResult(find, caps.result_bytes)
  writeJson('r', record({ state, bytes: bytes === null ? 0 : byteLengthOf(bytes) }))
  if (bytes !== null && byteLengthOf(bytes) > 0) writeBytes('R', bytes)
}

/** @param {FindNode} find @param {number} maxBytes @returns {{ state: string, bytes: Uint8Array | null }} */
function readResult(find, maxBytes) {
  const node = findQuietly(find, '/work/result.json')
  if (node === null) return { state: 'missing', bytes: null }
  const bytes = contentOf(node)
  if (bytes === null) return { state: 'not_regular', bytes: null }
  return byteLengthOf(bytes) > maxBytes ? { state: 'too_large', bytes: null } : { state: 'present', bytes }
}

/** @param {FindNode} find @param {import('./job.mjs').Caps} caps */
export function sendArtifacts(find, caps) {
  const refused = list()
  let refusedCount = 0
  let files = 0
  let totalBytes = 0
  let entries = 0

  const refuse = (/** @type {string} */ path, /** @type {string} */ reason) => {
    refusedCount += 1
    if (refused.length < MAX_REFUSED_LISTED) append(refused, record({ path, reason }))
  }

  const visit = (/** @type {string} */ path, /** @type {number} */ depth) => {
    const node = findQuietly(find, `/work/${path}`)
    const kind = node === null ? 0 : node.mode & KIND_MASK
    if (node === null) return refuse(path, 'unreadable')
    if (byteLengthOf(encodeText(path)) > MAX_PATH_BYTES) return refuse(path, 'path_too_long')
    if (depth > MAX_DEPTH) return refuse(path, 'too_deep')
    if (kind === KIND_LINK) return refuse(path, 'link')
    if (kind === KIND_FOLDER) return visitFolder(path, node, depth)
    const bytes = contentOf(node)
    if (bytes === null) return refuse(path, 'special_file')
    const length = byteLengthOf(bytes)
    if (length > caps.artifact_bytes) return refuse(path, 'too_large')
    if (files >= caps.artifact_files) return refuse(path, 'too_many_files')
    if (totalBytes + length > caps.artifacts_bytes) return refuse(path, 'total_too_large')
    files += 1
    totalBytes += length
    writeJson('a', record({ path, bytes: length }))
    if (length > 0) writeBytes('A', bytes)
  }

  const visitFolder = (/** @type {string} */ path, /** @type {FileNode} */ node, /** @type {number} */ depth) => {
    // No sorting: that would need an array's methods. The order is the one in which the files were made.
    const names = namesIn(node.contents)
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index]
      entries += 1
      if (entries > MAX_ENTRIES_SEEN) return refuse(path, 'too_many_files')
      visit(`${path}/${name}`, depth + 1)
    }
  }

  visit('output', 1)
  writeJson('n', record({ refused, refused_count: refusedCount }))
}

/** The bytes of a regular file of the in-memory file system, else null. @param {FileNode} node */
function contentOf(node) {
  try {
    if ((node.mode & KIND_MASK) !== KIND_FILE || !isBytes(node.contents)) return null
    const used = node.usedBytes
    const held = byteLengthOf(node.contents)
    return used >= 0 && used <= held ? viewOf(node.contents, 0, used) : null
  } catch {
    return null
  }
}

/** @param {FindNode} find @param {string} path */
function findQuietly(find, path) {
  try {
    return find(path)
  } catch {
    return null
  }
}
