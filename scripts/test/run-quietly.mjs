import { spawn } from 'node:child_process'
import { nodeBinary, root } from '../build-when-stale.mjs'
import { endWithUs } from './children.mjs'

const KEPT_BYTES = 200_000

/** Runs a program of Node’s and shows what it printed only if it failed. */
export async function runQuietly(words, timeLimitMs) {
  const started = performance.now()
  const { exitCode, text, problem } = await capture(nodeBinary, words, timeLimitMs)
  const ok = exitCode === 0
  if (!ok) process.stdout.write(`${text.trimEnd()}\n`)
  return { ok, took: seconds(started), problem: problem ?? `exit code ${exitCode}` }
}

/** Bounded in time and in what it keeps of the output: the end, where programs say what went wrong. */
export function capture(command, words, timeLimitMs) {
  return new Promise((resolve) => {
    let text = ''
    let problem = null
    const keep = (piece) => {
      text = (text + piece).slice(-KEPT_BYTES)
    }
    const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    endWithUs(child)
    const timer = setTimeout(() => {
      problem = `took longer than ${timeLimitMs / 1000} s`
      child.kill('SIGKILL')
    }, timeLimitMs)
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ exitCode: null, text, problem: error.message, missing: error.code === 'ENOENT' })
    })
    child.once('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, text, problem, missing: false })
    })
  })
}

export function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
