import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../build-when-stale.mjs'
import { capture } from './run-quietly.mjs'

const TIME_LIMIT_MS = 5 * 60_000
const FOLDER = 'runner-image/test'
/** Debian's, in the image that is built offline. */
const MIN_VERSION = { major: 3, minor: 11 }

/** The harness is plain Python and tried as such, where the machine has one. */
export async function runPythonTests() {
  const { python, problem } = await findPython()
  if (python === null) {
    process.stdout.write(`skipped: ${problem}\n`)
    const needs = [{ need: 'python', available: false }]
    return [{ part: 'python', name: FOLDER, state: 'skipped', reason: `python: ${problem}`, needs }]
  }
  const folder = mkdtempSync(join(tmpdir(), 'scriptorium-python-'))
  try {
    const report = join(folder, 'report.json')
    const words = [join(root, 'scripts/test/python_tests.py'), join(root, FOLDER), report]
    const { exitCode, text, problem: broken } = await capture(python, ['-B', ...words], TIME_LIMIT_MS)
    const tests = readReport(report)
    if (exitCode !== 0) process.stdout.write(`${text.trimEnd()}\n`)
    // A run that broke off has told of no failure; it can't count as passed.
    if (exitCode !== 0 && !tests.some(({ state }) => state === 'failed')) {
      tests.push({ name: FOLDER, state: 'failed', reason: broken ?? `exit code ${exitCode}` })
    }
    process.stdout.write(`${tests.filter(({ state }) => state === 'passed').length} of ${tests.length} passed\n`)
    return tests.map((test) => ({ ...test, part: 'python', needs: [{ need: 'python', available: true }] }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function findPython() {
  let problem = 'no python3 is installed'
  for (const python of ['python3', 'python']) {
    const { exitCode, text } = await capture(python, ['-c', 'import sys; print(*sys.version_info[:2])'], TIME_LIMIT_MS)
    if (exitCode !== 0) continue
    const [major, minor] = text.trim().split(' ').map(Number)
    if (major === MIN_VERSION.major && minor >= MIN_VERSION.minor) return { python, problem: null }
    problem = `${python} is ${major}.${minor}, not ${MIN_VERSION.major}.${MIN_VERSION.minor} or later`
  }
  return { python: null, problem }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // It ended before it could write: its exit code and output say why.
    return []
  }
}
