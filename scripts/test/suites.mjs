import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeBinary, root } from '../build-when-stale.mjs'
import { endWithUs } from './children.mjs'

/** The projects of vitest.config.ts, and the rooms of tests/. */
export const suites = ['domain', 'tidy', 'contract', 'boundary', 'faults', 'attacks', 'e2e']

/** For a hang; at full counts the suites take some 30 minutes on two processors. */
const TIME_LIMIT_MS = 60 * 60_000
const KILL_AFTER_MS = 10_000

/** Runs them in one go, its own output straight through, and answers with what our reporter wrote of every test. */
export async function runSuites(names) {
  const folder = mkdtempSync(join(tmpdir(), 'scriptorium-tests-'))
  try {
    const problem = await runVitest(names, folder)
    const tests = readReport(join(folder, 'report.json'))
    const hasFailed = tests.some(({ state }) => state === 'failed')
    // A run that broke off has no report, or one in which nothing failed; either way it can't count as passed.
    if (problem !== null && !hasFailed) {
      tests.push({ part: 'suites', name: names.join(', '), state: 'failed', reason: problem, needs: [] })
    }
    return tests
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runVitest(names, folder) {
  const words = ['run', ...names.map((name) => `--project=${name}`)]
  const reporters = ['--reporter=default', '--reporter=./tests/support/reporter.ts']
  return new Promise((resolve) => {
    const child = spawn(nodeBinary, [join(root, 'node_modules/vitest/vitest.mjs'), ...words, ...reporters], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, SCRIPTORIUM_TEST_REPORT: folder },
    })
    endWithUs(child)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref()
    }, TIME_LIMIT_MS)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve(error.message)
    })
    child.once('exit', (exitCode, signal) => {
      clearTimeout(timer)
      if (isLate) return resolve(`took longer than ${TIME_LIMIT_MS / 60_000} minutes`)
      resolve(exitCode === 0 ? null : `vitest ended with ${signal ?? `exit code ${exitCode}`}`)
    })
  })
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
