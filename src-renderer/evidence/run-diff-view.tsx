import type { CSSProperties } from 'react'
import type { Json } from '../../src-main/domain/result.ts'
import type { RunChange, RunDiff, Severity } from '../../src-main/domain/run-diff.ts'
import { CodeDiff } from '../code/code-diff.tsx'
import { ToneBadge, type Tone } from '../ui/badges.tsx'
import { formatBytes, formatDuration } from '../ui/formats.ts'
import styles from './run-diff.module.css'

const PARTS: Record<RunChange['part'], string> = {
  version: 'Version',
  inputs: 'Input files',
  values: 'Form values',
  limits: 'Limits',
  runner: 'Runner',
  decision: 'Risk decision',
  outcome: 'Outcome',
  outputs: 'Outputs',
  artifacts: 'Files it wrote',
  logs: 'Logs',
  timings: 'Timing',
}

const SEVERITIES: Record<Severity, { label: string; tone: Tone }> = {
  CRITICAL: { label: 'Critical', tone: 'bad' },
  WARNING: { label: 'Warning', tone: 'warn' },
  INFO: { label: 'For information', tone: 'info' },
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  const { label, tone } = SEVERITIES[severity]
  return <ToneBadge tone={tone}>{label}</ToneBadge>
}

interface RunDiffViewProps {
  diff: RunDiff
  /** What the two sides are called. */
  names: readonly [before: string, after: string]
  headingOrder?: 2 | 3
}

/** What changed between two runs, part by part, with what it was before and after. */
export function RunDiffView({ diff, names, headingOrder = 2 }: RunDiffViewProps) {
  const parts = [...new Set(diff.changes.map(({ part }) => part))]
  const Heading = `h${headingOrder}` as const
  return (
    <div className={styles['parts']}>
      {parts.map((part) => (
        <section key={part} className={styles['part']} aria-label={PARTS[part]}>
          <Heading className={styles['title']}>{PARTS[part]}</Heading>
          {diff.changes
            .filter((change) => change.part === part)
            .map((change) => (
              <Change key={change.message} change={change} names={names} />
            ))}
        </section>
      ))}
    </div>
  )
}

function Change({ change, names }: { change: RunChange; names: readonly [string, string] }) {
  const { part, severity, message, before, after } = change
  return (
    <div className={styles['change']}>
      <div className={styles['head']}>
        <SeverityBadge severity={severity} />
        <span>{message}</span>
      </div>
      {isLarge(before) || isLarge(after) ? (
        <div className={styles['code']} style={{ '--lines': linesOf(before) + linesOf(after) } as CSSProperties}>
          <CodeDiff
            original={pretty(before)}
            modified={pretty(after)}
            language="json"
            label={`${PARTS[part]}, ${names[0]} and ${names[1]}`}
          />
        </div>
      ) : (
        <Sides rows={rowsOf(part, before, after)} names={names} />
      )}
    </div>
  )
}

interface Row {
  key: string
  before: string
  after: string
}

function Sides({ rows, names }: { rows: readonly Row[]; names: readonly [string, string] }) {
  const hasKeys = rows.some(({ key }) => key !== '')
  return (
    <table className={styles['sides']}>
      <thead>
        <tr>
          {hasKeys && (
            <th scope="col">
              <span className="visually-hidden">What</span>
            </th>
          )}
          <th scope="col">{names[0]}</th>
          <th scope="col">{names[1]}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, before, after }) => (
          <tr key={key}>
            {hasKeys && <th scope="row">{key}</th>}
            <td title={before}>{shown(before)}</td>
            <td title={after}>{shown(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Of two objects what differs, entry by entry; of anything else the whole. */
function rowsOf(part: RunChange['part'], before: Json, after: Json): Row[] {
  if (!isRecord(before) && !isRecord(after)) return [{ key: '', before: text(part, before), after: text(part, after) }]
  const [x, y] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}]
  const keys = [...new Set([...Object.keys(x), ...Object.keys(y)])].sort()
  const changed = keys.filter((key) => JSON.stringify(x[key]) !== JSON.stringify(y[key]))
  // What people gave a name to is no quantity of ours, whatever it is called.
  if (part === 'values') return changed.map((key) => ({ key, before: text('', x[key]), after: text('', y[key]) }))
  return changed.map((key) => ({ key: rowLabel(key), before: text(key, x[key]), after: text(key, y[key]) }))
}

/** Without the unit, which the quantities are shown with. */
function rowLabel(key: string): string {
  return key.replace(/_(ms|bytes)$/, '').replaceAll('_', ' ')
}

/** Quantities with their unit, by the name of what they measure. */
function text(name: string, value: Json | undefined): string {
  if (value === undefined || value === null) return '—'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') {
    if (name === 'timings' || name.endsWith('_ms')) return formatDuration(value)
    return name.endsWith('_bytes') ? formatBytes(value) : String(value)
  }
  if (typeof value === 'string') return value === '' ? '(empty)' : value
  if (isWords(value)) return value.length === 0 ? 'none' : value.join(', ')
  return JSON.stringify(value)
}

function shown(value: string) {
  return /^(sha256:)?[0-9a-f]{64}$/.test(value) ? <code>{value.replace('sha256:', '').slice(0, 16)}…</code> : value
}

/** Nested values are read best as text with the changes marked. */
function isLarge(value: Json): boolean {
  if (!isRecord(value)) return Array.isArray(value)
  return Object.values(value).some((entry) => typeof entry === 'object' && entry !== null && !isWords(entry))
}

function isWords(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function linesOf(value: Json): number {
  return pretty(value).split('\n').length
}

function pretty(value: Json): string {
  return value === null ? '' : JSON.stringify(value, null, 2)
}
