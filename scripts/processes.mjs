// Starting a process that ends with us, and ending with it. Runs on Node 20 or later.
import { spawn } from 'node:child_process'

const KILL_AFTER_MS = 15_000

/**
 * Runs a program until it ends, passing on signals, and answers with its exit code. It holds a channel to us that
 * closes when we end, however we end, and takes that as the wish to end as well.
 */
export function runToEnd(command, commandArguments, options = {}) {
  const child = spawn(command, commandArguments, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], ...options })
  const { promise, resolve, reject } = withResolvers()
  let timer
  const pass = (signal) => {
    // Ctrl-C reaches the whole group by itself; a second signal at once would mean "now, whatever it costs".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    timer ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  }
  const signals = process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
  const listeners = signals.map((signal) => [signal, () => pass(signal)])
  for (const [signal, listener] of listeners) process.on(signal, listener)
  child.once('error', reject)
  child.once('exit', (code, signal) => {
    clearTimeout(timer)
    for (const [name, listener] of listeners) process.off(name, listener)
    resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
  })
  return promise
}

function withResolvers() {
  let resolve
  let reject
  const promise = new Promise((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
