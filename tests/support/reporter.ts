import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { NEEDS_FILE, type RecordedNeed } from './record-need.ts'

/** One test as `npm test` counts it. Written for scripts/test/suites.mjs, which reads it. */
interface ReportedTest {
  part: string
  name: string
  state: 'passed' | 'failed' | 'skipped'
  reason: string | null
  /** Needs that the test's file declared, and whether each was there. */
  needs: { need: string; available: boolean }[]
}

const REPORT_FILE = 'report.json'
const MAX_REASON_LENGTH = 300

/** Writes every test's outcome, with what its file needed, into the folder named by SCRIPTORIUM_TEST_REPORT. */
export default class ReportForNpmTest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const folder = process.env['SCRIPTORIUM_TEST_REPORT']
    if (folder === undefined) return
    const recorded = readNeeds(folder)
    const tests = modules.flatMap((module) => testsOf(module, recorded))
    for (const error of unhandled) tests.push(failure('suites', 'an error that no test caught', error))
    writeFileSync(join(folder, REPORT_FILE), JSON.stringify(tests))
  }
}

function testsOf(module: TestModule, recorded: RecordedNeed[]): ReportedTest[] {
  const part = module.project.name
  const file = relative(process.cwd(), module.moduleId)
  const needs = recorded.filter((line) => line.file === module.moduleId)
  const tests = [...module.children.allTests()].map((test) => reported(test, part, file, needs))
  const suiteErrors = [...module.children.allSuites()].flatMap((suite) => suite.errors())
  for (const error of [...module.errors(), ...suiteErrors]) tests.push(failure(part, file, error))
  return tests
}

function reported(test: TestCase, part: string, file: string, recorded: RecordedNeed[]): ReportedTest {
  const result = test.result()
  const needs = recorded.map(({ need, reason }) => ({ need, available: reason === null }))
  const name = `${file} > ${test.fullName}`
  if (result.state === 'passed') return { part, name, state: 'passed', reason: null, needs }
  if (result.state === 'failed') return { part, name, state: 'failed', reason: firstLine(result.errors[0]), needs }
  // What never came to its turn, because something before it broke, is not a skip that anybody asked for.
  if (result.state === 'pending') return { part, name, state: 'failed', reason: 'never ran', needs }
  const missing = recorded.flatMap(({ need, reason }) => (reason === null ? [] : [`${need}: ${reason}`]))
  const reason = result.note ?? (missing.join('; ') || 'its own suite leaves it out here')
  return { part, name, state: 'skipped', reason, needs }
}

function failure(part: string, name: string, error: SerializedError): ReportedTest {
  return { part, name, state: 'failed', reason: firstLine(error), needs: [] }
}

function firstLine(error: { message?: string } | undefined): string {
  return (error?.message ?? 'no message').split('\n', 1).join('').slice(0, MAX_REASON_LENGTH)
}

function readNeeds(folder: string): RecordedNeed[] {
  try {
    const lines = readFileSync(join(folder, NEEDS_FILE), 'utf8').trim().split('\n')
    const unique = new Set(lines)
    return [...unique].map((line) => JSON.parse(line) as RecordedNeed)
  } catch (error) {
    // No test needed anything.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
