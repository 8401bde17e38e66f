import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale, root } from '../build-when-stale.mjs'
import { runPythonTests } from './python.mjs'
import { runQuietly, seconds } from './run-quietly.mjs'
import { suites } from './suites.mjs'

const TOOL_TIME_LIMIT_MS = 5 * 60_000
const LINT = { packageName: 'oxlint', program: 'oxlint', words: ['--deny-warnings', '.'] }
const FORMAT = { packageName: 'prettier', program: 'prettier', words: ['--check', '--log-level', 'warn', '.'] }
const TYPES = { packageName: 'typescript', program: 'tsc', words: ['--noEmit', '-p', 'tsconfig.json'] }
const DEAD_CODE = { packageName: 'knip', program: 'knip', words: ['--no-progress'] }

/** What runs before the suites, in this order. Each answers with results: one, or one for each of its tests. */
export const parts = [
  { name: 'lint', title: 'Lint, with the rule who may import whom', run: () => tool('lint', LINT) },
  { name: 'format', title: 'Layout of the code', run: () => tool('format', FORMAT) },
  { name: 'types', title: 'Type check', run: () => tool('types', TYPES) },
  { name: 'dead-code', title: 'Dead code', run: () => tool('dead-code', DEAD_CODE) },
  { name: 'python', title: 'Python: what runs inside the sandbox', run: runPythonTests },
  // Browser tests open the page that was built.
  { name: 'build', title: 'Build', run: build },
]

export const partNames = [...parts.map(({ name }) => name), ...suites]

/** Runs the program of a package on our own Node, not through a shell script that Windows has another of. */
async function tool(part, { packageName, program, words }) {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { ok, took, problem } = await runQuietly(
    [join(folder, typeof bin === 'string' ? bin : bin[program]), ...words],
    TOOL_TIME_LIMIT_MS,
  )
  return [done(part, ok, took, problem)]
}

async function build() {
  const started = performance.now()
  try {
    await buildWhenStale('window', (line) => process.stdout.write(`${line}\n`))
    return [done('build', true, seconds(started), null)]
  } catch (error) {
    process.stdout.write(`${error.stack ?? error}\n`)
    return [done('build', false, seconds(started), error.message)]
  }
}

function done(part, ok, took, problem) {
  process.stdout.write(`${ok ? 'ok' : 'FAILED'} (${took})\n`)
  return { part, name: part, state: ok ? 'passed' : 'failed', reason: ok ? null : problem, needs: [] }
}
