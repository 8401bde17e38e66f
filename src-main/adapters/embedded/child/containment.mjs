/**
 * The wall inside the process (RN-1). Python reaches JavaScript by design, so JavaScript is made empty: Pyodide gets
 * stand-ins for Node's modules that can do nothing, and afterwards every global, property of `process` and import that
 * leads to files, network, processes or this process's own streams is taken away. The permission model and the limits
 * that the host sets stand behind this, as does the host, which trusts nothing that comes out.
 */

import { registerHooks } from 'node:module'

const SCHEME = 'scriptorium:'
const STUB = `${SCHEME}stub/`
const STUBS_GLOBAL = '__scriptorium_stubs'

/** What of `process` Node's own code, or ours, needs to go on; all else is removed. */
const KEPT_OF_PROCESS = new Set(
  `version versions arch platform release config features _events _eventsCount _maxListeners _exiting exitCode domain
  emitWarning nextTick _tickCallback _fatalException hrtime permission
  ppid`.split(/\s+/),
)

/** What stays global beside the language itself: nothing here reaches out of the process. */
const KEPT_GLOBALS = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis
  JSON Math Intl ArrayBuffer SharedArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array
  Int32Array BigUint64Array BigInt64Array Uint8ClampedArray Float16Array Float32Array Float64Array DataView Map BigInt
  Set Iterator WeakMap WeakSet Proxy Reflect FinalizationRegistry WeakRef DisposableStack AsyncDisposableStack decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN WebAssembly
  console process performance setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate
  queueMicrotask TextEncoder TextDecoder URL URLSearchParams AbortController AbortSignal DOMException atob btoa`.split(
    /\s+/,
  ),
)

/** Whether Node's permission model is in force and grants nothing but reading. */
export function isPermissionModelInForce() {
  const { permission } = process
  if (typeof permission?.has !== 'function') return false
  const scopes = ['fs.read', 'fs.write', 'child', 'worker', 'addons', 'addon', 'wasi', 'inspector', 'net']
  try {
    return scopes.every((scope) => permission.has(scope) === false)
  } catch {
    return false
  }
}

/**
 * Lets imports find only `sources` (text by file name) and the stand-ins, until `seal` refuses every import.
 * @param {Map<string, string>} sources @param {(path: string) => Uint8Array} readOwnFile
 */
export function confineImports(sources, readOwnFile) {
  const stubs = makeStubs(readOwnFile)
  Reflect.set(globalThis, STUBS_GLOBAL, stubs)
  let isSealed = false
  const refuse = () => {
    throw new Error('imports of JavaScript modules are not available here')
  }
  registerHooks({
    resolve(specifier) {
      if (isSealed) return refuse()
      if (Object.hasOwn(stubs, specifier)) return { url: STUB + specifier, format: 'module', shortCircuit: true }
      if (sources.has(specifier)) return { url: specifier, format: 'module', shortCircuit: true }
      return refuse()
    },
    load(url) {
      if (isSealed) return refuse()
      const source = url.startsWith(STUB) ? stubSource(url.slice(STUB.length), stubs) : sources.get(url)
      return source === undefined ? refuse() : { format: 'module', source, shortCircuit: true }
    },
  })
  return function seal() {
    isSealed = true
    sources.clear()
    Reflect.deleteProperty(globalThis, STUBS_GLOBAL)
  }
}

/** @param {string} name @param {Record<string, object>} stubs */
function stubSource(name, stubs) {
  const names = Object.keys(stubs[name] ?? {}).join(', ')
  const stub = `globalThis.${STUBS_GLOBAL}[${JSON.stringify(name)}]`
  return `const stub = ${stub}; export default stub; export const { ${names} } = stub`
}

/**
 * What Pyodide sees as Node's modules. It keeps them for good and a script can reach them there, so none of them holds
 * anything of Node's.
 * @param {(path: string) => Uint8Array} readOwnFile @returns {Record<string, object>}
 */
function makeStubs(readOwnFile) {
  const random = crypto
  /** @type {Record<string, object>} */
  const stubs = {
    'node:fs': { existsSync: () => false },
    'node:fs/promises': { readFile: async (/** @type {string} */ path) => readOwnFile(path) },
    'node:path': { sep: '/', resolve: (/** @type {string[]} */ ...parts) => parts.at(-1), dirname: () => '/pyodide' },
    'node:url': { pathToFileURL: (/** @type {string} */ path) => ({ href: `${SCHEME}/${path}` }) },
    'node:vm': { none: null },
    'node:tty': { isatty: () => false },
    'node:crypto': { randomFillSync: (/** @type {Uint8Array<ArrayBuffer>} */ view) => random.getRandomValues(view) },
    // os.system() asks here; 127 is what a shell says of a command that it can't find.
    'node:child_process': { spawnSync: () => ({ status: 127, signal: null }) },
    'node:module': { createRequire: () => requireStub },
  }
  const requireStub = (/** @type {string} */ name) => {
    if (Object.hasOwn(stubs, name)) return stubs[name]
    throw new Error('modules of Node are not available here')
  }
  return stubs
}

/** Replaces what Pyodide takes along while it loads, so that it never holds the real thing. */
export function replaceGlobals() {
  const constants = { fs: { O_APPEND: 1024, O_CREAT: 64, O_EXCL: 128, O_NOCTTY: 256, O_RDONLY: 0, O_RDWR: 2 } }
  const fs = { ...constants.fs, O_SYNC: 1052672, O_TRUNC: 512, O_WRONLY: 1, O_NOFOLLOW: 131072 }
  const { version, versions } = process
  const now = performance.now.bind(performance)
  const nothing = () => undefined
  const replacements = {
    process: {
      version,
      versions: { node: versions.node },
      platform: 'linux',
      argv: [],
      exitCode: undefined,
      getuid: () => 0,
      umask: () => 0,
      binding: (/** @type {string} */ name) => (name === 'constants' ? { fs } : {}),
    },
    console: { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing, trace: nothing },
    performance: { now, timeOrigin: performance.timeOrigin },
  }
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
  }
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'navigator', 'Navigator', 'Worker']) {
    Reflect.deleteProperty(globalThis, name)
  }
}

/** After loading: nothing of Node stays reachable by name. @param {NodeJS.Process} realProcess */
export function takeAway(realProcess) {
  for (const name of Reflect.ownKeys(realProcess)) {
    if (typeof name === 'symbol' || KEPT_OF_PROCESS.has(name)) continue
    remove(realProcess, name)
  }
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === 'symbol' || !KEPT_GLOBALS.has(name)) remove(globalThis, name)
  }
}

/** @param {object} owner @param {string | symbol} name */
function remove(owner, name) {
  if (Reflect.deleteProperty(owner, name) || Reflect.set(owner, name, undefined)) return
  const value = Reflect.get(owner, name)
  // A text that can't be removed, such as argv0, leads nowhere.
  if (Object(value) === value) throw new Error(`${String(name)} can't be taken away`)
}
