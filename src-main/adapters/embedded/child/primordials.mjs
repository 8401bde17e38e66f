/**
 * What the child needs after a script ran. A script can change every shared object of JavaScript, so these are taken
 * before there is one, and called in a way that looks nothing up on what a script may have changed (RN-1).
 */

import { readSync, writeSync } from 'node:fs'

/** As the container harness has it. */
export const EXIT_HOST_GONE = 71
const SLEEP_SLICE_MS = 500

const { apply, getOwnPropertyDescriptor, getPrototypeOf, defineProperty, ownKeys } = Reflect
const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype)
const setBytes = typedArrayPrototype.set
const getBuffer = getterOf('buffer')
const getByteLength = getterOf('byteLength')
const getByteOffset = getterOf('byteOffset')
const utf8 = new TextEncoder()
const { encode } = TextEncoder.prototype
const { stringify } = JSON
const { create, setPrototypeOf } = Object
const { charCodeAt } = String.prototype
const { wait } = Atomics
const { now } = performance
const clock = performance
const isView = ArrayBuffer.isView
const Bytes = Uint8Array
const waitingRoom = new Int32Array(new SharedArrayBuffer(4))
const host = process
const { reallyExit, resourceUsage } = process
// Asks the system each time, although it looks like a plain value.
const bornWithParentPid = host.ppid

/** @param {string} name */
function getterOf(name) {
  const getter = getOwnPropertyDescriptor(typedArrayPrototype, name)?.get
  if (getter === undefined) throw new Error(`no getter for ${name}`)
  return getter
}

export { apply, readSync, writeSync }

/** The length of a genuine view of bytes; throws for anything that only looks like one. @param {Uint8Array} view */
export function byteLengthOf(view) {
  return apply(getByteLength, view, [])
}

/**
 * A new view of a part, without the constructor lookup that `subarray` does.
 * @param {Uint8Array} view @param {number} offset @param {number} length
 */
export function viewOf(view, offset, length) {
  return new Bytes(apply(getBuffer, view, []), apply(getByteOffset, view, []) + offset, length)
}

/** @param {Uint8Array} target @param {Uint8Array} source @param {number} offset */
export function copyBytes(target, source, offset) {
  apply(setBytes, target, [source, offset])
}

/** @param {unknown} value @returns {value is Uint8Array} */
export function isBytes(value) {
  return isView(value)
}

/** @param {string} text @returns {Uint8Array} */
export function encodeText(text) {
  return apply(encode, utf8, [text])
}

/** @param {string} text @returns {number} */
export function firstCode(text) {
  return apply(charCodeAt, text, [0])
}

/** JSON of a record made with `record` and `list`: those have no prototype where a script could put a `toJSON`. */
export function toJson(/** @type {object} */ value) {
  return stringify(value)
}

/** @param {object} values @returns {Record<string, unknown>} */
export function record(values) {
  return setPrototypeOf(values, null)
}

/** An array without prototype; grow it with `append`. @returns {unknown[]} */
export function list() {
  return setPrototypeOf([], null)
}

/** Not `push` and not an assignment: both may run into setters of the script's. @param {unknown[]} items */
export function append(items, /** @type {unknown} */ item) {
  const descriptor = create(null)
  descriptor.value = item
  descriptor.writable = descriptor.enumerable = descriptor.configurable = true
  defineProperty(items, items.length, descriptor)
}

/** The names of a folder's entries; nothing inherited. @param {object} folder @returns {string[]} */
export function namesIn(folder) {
  return /** @type {string[]} */ (ownKeys(folder))
}

/** Milliseconds by a monotonic clock. @returns {number} */
export function nowMs() {
  return apply(now, clock, [])
}

/** Blocks without using the processor. @param {number} durationMs */
export function sleep(durationMs) {
  wait(waitingRoom, 0, 0, durationMs)
}

/** Ends the process at once, running nothing on the way. @param {number} code @returns {never} */
export function exitProcess(code) {
  return apply(reallyExit, host, [code])
}

/** Sleeps in slices, so that a sleeping script ends soon after the app has died. @param {number} durationMs */
export function sleepWhileHosted(durationMs) {
  const untilMs = nowMs() + durationMs
  for (let leftMs = durationMs; leftMs > 0; leftMs = untilMs - nowMs()) {
    sleep(leftMs < SLEEP_SLICE_MS ? leftMs : SLEEP_SLICE_MS)
    if (host.ppid !== bornWithParentPid) exitProcess(EXIT_HOST_GONE)
  }
}

/** What this process used until now. @returns {{ cpuMs: number, maxRssBytes: number }} */
export function usage() {
  const used = apply(resourceUsage, host, [])
  return { cpuMs: (used.userCPUTime + used.systemCPUTime) / 1000, maxRssBytes: used.maxRSS * 1024 }
}
