import { createRequire } from 'node:module'
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs'
import type { Linter, PythonProblem } from '../../app/ports.ts'
import type { Finding } from '../../domain/decision/decision.ts'
import { WATCHED_APIS } from '../../domain/decision/rules.ts'

/** Problems of one script that are shown, at most. Findings have no bound but the script’s: a flood must hide none. */
const MAX_PROBLEMS = 200
/** Scripts whose findings are remembered; each may have half a mebibyte. */
const MAX_REMEMBERED = 16
/** UTF-16 code units, as editors count columns. */
const UTF16 = 1
/** Reads the newest Python it knows, so that nothing which the runner's Python accepts is refused here. */
const TARGET = { 'target-version': 'py314' }
/** ruff's rule for names that are watched; our rule's id is its message. */
const WATCHED_API_CODE = 'TID251'

interface RuffDiagnostic {
  code: string | null
  message: string
  start_location: { row: number; column: number }
}

/** ruff as WebAssembly. Loading it costs some 300 ms cold, so it is loaded on first use and not at start. */
export function createRuffLinter(): Linter {
  const load = createRequire(import.meta.url)
  const problems = lazy(() => open({ ...TARGET, lint: { select: ['E4', 'E7', 'E9', 'F'] } }))
  const security = lazy(() =>
    open({
      ...TARGET,
      lint: { select: ['S', WATCHED_API_CODE], 'flake8-tidy-imports': { 'banned-api': watchedApis() } },
    }),
  )

  function open(settings: object): Ruff.Workspace {
    const ruff = load('@astral-sh/ruff-wasm-nodejs') as typeof Ruff
    return new ruff.Workspace(settings, UTF16)
  }

  return {
    check: rememberingLast((source) => {
      const found = diagnose(problems(), source)
      if (found === null) return [TOO_DEEP]
      const all = found.map(toProblem).sort(byPlace)
      // What makes it no Python at all comes first, however much else there is.
      return [
        ...all.filter((problem) => problem.isSyntaxError),
        ...all.filter((problem) => !problem.isSyntaxError),
      ].slice(0, MAX_PROBLEMS)
    }),
    securityFindings: rememberingLast((source) =>
      (diagnose(security(), withoutSuppressions(source)) ?? []).flatMap(toFinding).sort(byPlace),
    ),
  }
}

/** The same source gives the same findings, and a script is looked at when it is saved, submitted and run. */
function rememberingLast<T>(read: (source: string) => T[]): (source: string) => T[] {
  const remembered = new Map<string, T[]>()
  return (source) => {
    const found = remembered.get(source) ?? read(source)
    remembered.delete(source)
    remembered.set(source, found)
    const [oldest] = remembered.keys()
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    return found
  }
}

const TOO_DEEP: PythonProblem = {
  code: 'invalid-syntax',
  message: 'The code is nested too deeply to be read',
  line: 1,
  column: 1,
  isSyntaxError: true,
}

/** Null where the code is nested so deeply that the parser's stack ends; Python's own parser refuses such code too. */
function diagnose(workspace: Ruff.Workspace, source: string): RuffDiagnostic[] | null {
  try {
    return workspace.check(source) as RuffDiagnostic[]
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
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
