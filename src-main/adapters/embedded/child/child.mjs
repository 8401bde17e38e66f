/**
 * A process of one run (RN-1, embedded): loads CPython compiled to WebAssembly, shuts itself in, says hello, waits for
 * one job on stdin, runs it and ends. Plain JavaScript that is not bundled: it is started as it stands.
 *
 * Arguments: --check | --pyodide=FOLDER --python=FOLDER --work-bytes=N --memory-bytes=N, and marks for the reaper that
 * aren't read here. Its exit code is the script's, or one of channel.mjs; before the hello it says on stderr what is
 * wrong.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getHeapStatistics } from 'node:v8'
import { EXIT_BROKEN, EXIT_NO_PERMISSION_MODEL, writeBytes, writeJson } from './channel.mjs'
import { sendArtifacts, sendResult } from './collect.mjs'
import { confineImports, isPermissionModelInForce, replaceGlobals, takeAway } from './containment.mjs'
import { receiveJob, scriptEnvironment } from './job.mjs'
import { apply, encodeText, exitProcess, nowMs, record, sleepWhileHosted, usage, writeSync } from './primordials.mjs'
import { timeZone } from './time-zones.mjs'
import { limitFileSystem } from './work-limit.mjs'

const WASM_PAGE_BYTES = 64 * 1024
const HELPERS_FOLDER = '/lib/scriptorium'
const realProcess = process

/** @param {string} name */
function argument(name) {
  const prefix = `--${name}=`
  const found = realProcess.argv.find((value) => value.startsWith(prefix))
  if (found === undefined) throw new Error(`the argument ${prefix} is missing`)
  return found.slice(prefix.length)
}

async function main() {
  if (!isPermissionModelInForce()) {
    writeSync(2, "Node's permission model is not in force\n")
    exitProcess(EXIT_NO_PERMISSION_MODEL)
  }
  if (realProcess.argv.includes('--check')) exitProcess(0)
  const kernel = {
    permission: true,
    node: realProcess.versions.node,
    heap_bytes: getHeapStatistics().heap_size_limit,
    wasm_bytes: wasmBound(Number(argument('memory-bytes'))),
    environment_names: Object.keys(realProcess.env),
  }
  const interpreter = await loadInterpreter(argument('pyodide'), readHelpers(argument('python')))
  limitFileSystem(interpreter.pyodide.FS, Number(argument('work-bytes')))
  takeAway(realProcess)
  writeJson('H', record({ protocol: 1, python: interpreter.version, kernel: record(kernel) }))
  const job = receiveJob()
  if (job === null) exitProcess(0)
  else runJob(interpreter, job)
}

/** The bound if a memory that is a page larger is refused; null if none is in force. @param {number} maxBytes */
function wasmBound(maxBytes) {
  try {
    new WebAssembly.Memory({ initial: Math.floor(maxBytes / WASM_PAGE_BYTES) + 1 })
    return null
  } catch {
    return maxBytes
  }
}

/** The Python modules by path, read while reading is still possible. @param {string} folder */
function readHelpers(folder) {
  /** @type {Map<string, Uint8Array>} */
  const helpers = new Map()
  for (const inner of ['', 'scriptorium_runner/']) {
    for (const name of readdirSync(join(folder, inner))) {
      if (name.endsWith('.py')) helpers.set(`/${inner}${name}`, readFileSync(join(folder, inner, name)))
    }
  }
  const own = dirname(fileURLToPath(import.meta.url))
  for (const name of readdirSync(own)) {
    if (name.endsWith('.py')) helpers.set(`/scriptorium_${name}`, readFileSync(join(own, name)))
  }
  return helpers
}

/** @typedef {{ pyodide: any, version: string, runScript: (environment: any) => number }} Interpreter */

/** @param {string} folder @param {Map<string, Uint8Array>} helpers @returns {Promise<Interpreter>} */
async function loadInterpreter(folder, helpers) {
  const read = (/** @type {string} */ name) => new Uint8Array(readFileSync(join(folder, name)))
  const files = new Map(['pyodide.asm.wasm', 'python_stdlib.zip'].map((name) => [`/pyodide/${name}`, read(name)]))
  const readText = (/** @type {string} */ name) => new TextDecoder().decode(read(name))
  const sources = new Map(
    ['pyodide.mjs', 'pyodide.asm.mjs'].map((name) => [`scriptorium://pyodide/${name}`, readText(name)]),
  )
  const { info } = JSON.parse(readText('pyodide-lock.json'))
  const seal = confineImports(sources, (path) => {
    const bytes = files.get(path)
    if (bytes === undefined) throw new Error(`there is no ${path}`)
    return bytes
  })
  replaceGlobals()
  const { loadPyodide } = await import('scriptorium://pyodide/pyodide.mjs')
  const pyodide = await loadPyodide({
    indexURL: '/pyodide/',
    // Nothing can be fetched, so no packages are known.
    lockFileContents: { info, packages: {} },
    env: { HOME: '/tmp', LANG: 'C.UTF-8' },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  })
  pyodide.setStdout({ write: writerOf('O'), isatty: false })
  pyodide.setStderr({ write: writerOf('E'), isatty: false })
  seal()
  files.clear()

  const { FS } = pyodide
  for (const path of ['/work', `${HELPERS_FOLDER}/scriptorium_runner`]) FS.mkdirTree(path)
  for (const [path, bytes] of helpers) FS.writeFile(HELPERS_FOLDER + path, bytes)
  const start = pyodide.runPython(
    `import sys; sys.path.insert(0, '${HELPERS_FOLDER}'); del sys; import scriptorium_start; scriptorium_start`,
  )
  start.prepare(sleepWhileHosted, timeZone)
  const version = pyodide.runPython('import platform; platform.python_version()')
  const { run } = start
  return { pyodide, version, runScript: (environment) => run(pyodide.toPy(environment)) }
}

/** Python writes here; the views are of the interpreter's memory and are copied at once. @param {string} type */
function writerOf(type) {
  return (/** @type {Uint8Array} */ bytes) => {
    writeBytes(type, bytes)
    return bytes.length
  }
}

/** @param {Interpreter} interpreter @param {import('./job.mjs').Job} job */
function runJob({ pyodide, runScript }, { header, files }) {
  const { FS } = pyodide
  FS.mkdir('/work/input')
  FS.mkdir('/work/output')
  FS.writeFile('/work/script.py', encodeText(header.script))
  FS.writeFile('/work/memory.json', encodeText(JSON.stringify(header.memory)))
  for (const file of files) FS.writeFile(`/work/input/${file.name}`, file.bytes)
  const environment = { HOME: '/tmp', LANG: 'C.UTF-8', ...scriptEnvironment(header) }
  const { lookupPath } = FS
  const lookup = record({ follow: false })
  const find = (/** @type {string} */ path) => apply(lookupPath, FS, [path, lookup]).node ?? null

  writeJson('S', record({}))
  try {
    const exitCode = measure(() => runScript(environment))
    sendResult(find, header.limits)
    sendArtifacts(find, header.limits)
    writeJson('Z', record({}))
    // At once: nothing that the script left waiting gets another turn.
    exitProcess(exitCode)
  } catch {
    // The script has put something odd among its files. At once too, and without a word, as the error is its own.
    exitProcess(EXIT_BROKEN)
  }
}

/** Runs the script and reports how it ended. @param {() => number} runScript */
function measure(runScript) {
  const before = usage()
  const startedMs = nowMs()
  const exitCode = exitCodeOf(runScript)
  const durationMs = nowMs() - startedMs
  const after = usage()
  writeJson(
    'X',
    record({
      exit_code: exitCode,
      signal: null,
      duration_ms: durationMs,
      max_rss_bytes: after.maxRssBytes,
      cpu_ms: after.cpuMs - before.cpuMs,
    }),
  )
  return exitCode
}

/** @param {() => number} runScript */
function exitCodeOf(runScript) {
  try {
    return toExitCode(runScript())
  } catch (error) {
    // os._exit() arrives as an error with a status; all else is an interpreter that broke down.
    const status = statusOf(error)
    if (status !== null) return toExitCode(status)
    writeBytes('E', encodeText('The interpreter broke down.\n'))
    return 1
  }
}

/** @param {unknown} value */
function toExitCode(value) {
  return typeof value === 'number' ? value & 255 : 1
}

/** @param {any} error */
function statusOf(error) {
  try {
    return typeof error.status === 'number' ? error.status : null
  } catch {
    return null
  }
}

main().catch((error) => {
  writeSync(2, `${error?.stack ?? error}\n`)
  exitProcess(EXIT_BROKEN)
})
