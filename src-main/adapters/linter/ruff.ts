import type { Linter, PythonProblem } from '../../app/ports.ts'
import type { Finding } from '../../domain/decision/decision.ts'
import { WATCHED_APIS } from '../../domain/decision/rules.ts'
import { askRuff, type RuffDiagnostic } from './ruff-thread.ts'

/** Problems of one script that are shown, at most. Findings have no bound but the script’s: a flood must hide none. */
const MAX_PROBLEMS = 200
/** Scripts whose findings are remembered; each may have half a mebibyte. */
const MAX_REMEMBERED = 16
/** Half a mebibyte of ordinary code, the longest script, takes less than one second; a busy machine gets more. */
const TIME_LIMIT_MS = 10_000
/** Reads the newest Python it knows, so that nothing which the runner's Python accepts is refused here. */
const TARGET = { 'target-version': 'py314' }
/** ruff's rule for names that are watched; our rule's id is its message. */
const WATCHED_API_CODE = 'TID251'

const PROBLEMS = { ...TARGET, lint: { select: ['E4', 'E7', 'E9', 'F'] } }
const SECURITY = {
  ...TARGET,
  lint: { select: ['S', WATCHED_API_CODE], 'flake8-tidy-imports': { 'banned-api': watchedApis() } },
}

/** ruff as WebAssembly. Loading it costs some 300 ms cold, so it is loaded on first use and not at start. */
export function createRuffLinter(workerPath: string, timeLimitMs = TIME_LIMIT_MS): Linter {
  const diagnose = (settings: object, source: string): RuffDiagnostic[] | null =>
    askRuff(workerPath, timeLimitMs, settings, source)

  return {
    check: rememberingLast((source) => {
      const found = diagnose(PROBLEMS, source)
      if (found === null) return [UNREADABLE]
      const all = found.map(toProblem).sort(byPlace)
      // What makes it no Python at all comes first, however much else there is.
      return [
        ...all.filter((problem) => problem.isSyntaxError),
        ...all.filter((problem) => !problem.isSyntaxError),
      ].slice(0, MAX_PROBLEMS)
    }),
    securityFindings: rememberingLast(
      (source) => diagnose(SECURITY, withoutSuppressions(source))?.flatMap(toFinding).sort(byPlace) ?? null,
    ),
  }
}

/** The same source gives the same findings, and a script is looked at when it is saved, submitted and run. */
function rememberingLast<T>(read: (source: string) => T): (source: string) => T {
  const remembered = new Map<string, { found: T }>()
  return (source) => {
    const entry = remembered.get(source) ?? { found: read(source) }
    remembered.delete(source)
    remembered.set(source, entry)
    const [oldest] = remembered.keys()
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    return entry.found
  }
}

const UNREADABLE: PythonProblem = {
  code: 'invalid-syntax',
  message: 'The code is nested too deeply, or too much of it stands together, to be read',
  line: 1,
  column: 1,
  isSyntaxError: true,
}

function watchedApis(): Record<string, { msg: string }> {
  return Object.fromEntries(Object.entries(WATCHED_APIS).map(([name, rule]) => [name, { msg: rule }]))
}

/** A hostile script must not switch its own judge off. The text keeps its length, so places stay right. */
function withoutSuppressions(source: string): string {
  return source.replace(/noqa/gi, 'n0qa').replace(/\b(ruff|flake8|isort)(\s*:)/gi, (whole) => 'x'.repeat(whole.length))
}

function toFinding({ code, message, start_location: { row, column } }: RuffDiagnostic): Finding[] {
  if (code === null || code === 'invalid-syntax') return []
  const rule = code === WATCHED_API_CODE ? (message.split(': ').at(-1) ?? code) : code
  return [{ rule, line: row, column }]
}

function toProblem({ code, message, start_location: { row, column } }: RuffDiagnostic): PythonProblem {
  return {
    code: code ?? 'invalid-syntax',
    message,
    line: row,
    column,
    isSyntaxError: code === null || code === 'invalid-syntax',
  }
}

function byPlace(a: { line: number; column: number }, b: { line: number; column: number }): number {
  return a.line - b.line || a.column - b.column
}
