import initialise, { PositionEncoding, Workspace, type Diagnostic } from '@astral-sh/ruff-wasm-web'
import wasmUrl from '@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm?url'
import type { Marker } from './marker.ts'

/** ruff, in a worker of its own: a check takes milliseconds, but its start does not, and typing must never wait. */

export interface LintRequest {
  id: number
  source: string
}

export interface LintReply {
  id: number
  markers: Marker[]
}

/** The rules of bugbear that find real bugs: what is left out are opinions, such as `zip` without `strict`. */
const BUGS = [
  'B002',
  'B003',
  'B005',
  'B006',
  'B008',
  'B012',
  'B015',
  'B016',
  'B018',
  'B020',
  'B021',
  'B022',
  'B023',
  'B025',
  'B029',
  'B030',
  'B031',
  'B032',
  'B033',
  'B035',
  'B039',
]

/** What stops a script from running, then what usually is a mistake. Style is left to whoever writes; risk is judged apart. */
const SETTINGS = {
  'target-version': 'py313',
  'line-length': 120,
  lint: { select: ['E9', 'E711', 'E721', 'E722', 'F', ...BUGS] },
}

let starting: Promise<Workspace> | null = null

/** What couldn't be fetched because the app is gone is fetched again at the next check. */
function start(): Promise<Workspace> {
  starting ??= initialise({ module_or_path: new URL(wasmUrl, self.location.href) }).then(
    () => new Workspace(SETTINGS, PositionEncoding.Utf16),
    (error: unknown) => {
      starting = null
      throw error
    },
  )
  return starting
}

start().catch(noChecks)

/** The page says that the connection is lost; a text without marks needs no other word. */
function noChecks(): void {}

self.addEventListener('message', (event: MessageEvent<LintRequest>) => {
  const { id, source } = event.data
  start().then((workspace) => {
    const diagnostics = workspace.check(source) as Diagnostic[]
    const reply: LintReply = { id, markers: diagnostics.map(toMarker) }
    self.postMessage(reply)
  }, noChecks)
})

function toMarker(diagnostic: Diagnostic): Marker {
  const { start_location: start, end_location: end } = diagnostic
  return {
    severity: severityOf(diagnostic.code),
    message: diagnostic.message,
    code: diagnostic.code,
    line: start.row,
    column: start.column,
    endLine: end.row,
    endColumn: end.column,
  }
}

/** Syntax errors carry no rule, or an `invalid-…` one; an undefined name fails when its line is reached. */
function severityOf(code: string | null): Marker['severity'] {
  if (code === null || code.startsWith('invalid') || code.startsWith('E9') || code === 'F821') return 'error'
  return 'warning'
}
