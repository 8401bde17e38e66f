import { createRequire } from 'node:module'
import { workerData } from 'node:worker_threads'

/** A thread that reads scripts with ruff, as WebAssembly, and answers whoever waits for `done`. See ruff-thread.ts. */
const { port, done } = workerData
/** UTF-16 code units, as editors count columns. */
const UTF16 = 1
const require = createRequire(import.meta.url)
const ruff = require('@astral-sh/ruff-wasm-nodejs')
const workspaces = new Map()

port.on('message', ({ settings, source }) => {
  port.postMessage(read(settings, source))
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
})

function read(settings, source) {
  try {
    const key = JSON.stringify(settings)
    const workspace = workspaces.get(key) ?? new ruff.Workspace(settings, UTF16)
    workspaces.set(key, workspace)
    return { diagnostics: workspace.check(source) }
  } catch (error) {
    // The parser's stack ended: the code is nested too deeply, and Python's own parser refuses such code too.
    return error instanceof RangeError ? { diagnostics: null } : { bug: String(error) }
  }
}
