import type { Change, RunRow, Tables } from '../domain/state.ts'
import type { Sha256 } from '../domain/identifier.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { manifestHash } from '../domain/version.ts'

type AdvisoryRow = Tables['advisories']

/**
 * Rows as a walk through a long history holds them: of scripts, of runs' records and of what people wrote about them only
 * what later events look at, and a hash that says all the rest. A million records would be gigabytes.
 */
export function createShortening(sha256: Sha256): (change: Change) => Change {
  const intern = createInterning()
  return (change) => {
    switch (change.table) {
      case 'version_contents': {
        const { manifest_hash } = change.row
        return { table: 'version_contents', row: { manifest_hash } as typeof change.row }
      }
      case 'runs':
        return { table: 'runs', row: runWithSharedParts(shortenRun(change.row, sha256), intern) }
      case 'advisories':
        return { table: 'advisories', row: advisoryWithSharedParts(shortenAdvisory(change.row, sha256), intern) }
      default:
        return change
    }
  }
}

function shortenRun(row: RunRow, sha256: Sha256): RunRow {
  const {
    decision = null,
    record_status = null,
    reason = null,
    manifest_hash = null,
  } = row.record as Partial<RunRow['record']>
  const record = { decision, record_status, reason, manifest_hash, whole_sha256: sha256(canonicalJson(row.record)) }
  return { ...row, record: record as unknown as RunRow['record'] }
}

/** A row that was shortened before, and reviewed since, stays as it is. */
function shortenAdvisory(row: AdvisoryRow, sha256: Sha256): AdvisoryRow {
  const text: unknown = row.text
  return typeof text === 'string' ? { ...row, text: { sha256: sha256(text) } as unknown as string } : row
}

/** Whether a kept row is the one that `shortened` was made of. */
export function isShortened<T extends keyof Tables>(
  table: T,
  shortened: Tables[T],
  row: Tables[T],
  sha256: Sha256,
): boolean {
  if (table === 'version_contents') {
    // The hash covers every column.
    const { manifest_hash: hash, ...content } = row as Tables['version_contents']
    return (shortened as Tables['version_contents']).manifest_hash === hash && manifestHash(content, sha256) === hash
  }
  return canonicalJson(shortened) === canonicalJson(shortenKept(table, row, sha256))
}

function shortenKept(table: keyof Tables, row: Tables[keyof Tables], sha256: Sha256): Tables[keyof Tables] {
  if (table === 'runs') return shortenRun(row as RunRow, sha256)
  return table === 'advisories' ? shortenAdvisory(row as AdvisoryRow, sha256) : row
}

/** Many runs are of one version, by one member, with one decision: they hold these once. */
function runWithSharedParts(row: RunRow, intern: Interning): RunRow {
  const { record } = row
  return {
    ...row,
    tool_id: intern.text(row.tool_id),
    version_id: intern.text(row.version_id),
    requested_by: intern.text(row.requested_by),
    record: {
      ...record,
      decision: record.decision === null ? null : intern.value(record.decision),
      manifest_hash: intern.text(record.manifest_hash),
    },
  }
}

/** What the app says of the explanations that it makes is the same for most of them. */
function advisoryWithSharedParts(row: AdvisoryRow, intern: Interning): AdvisoryRow {
  const { created_by, reviewed_by, review_notes } = row
  return {
    ...row,
    created_by: intern.text(created_by),
    reviewed_by: intern.text(reviewed_by),
    review_notes: intern.text(review_notes),
  }
}

interface Interning {
  text<T extends string | null>(text: T): T
  /** Of a value that nobody changes. */
  value<T extends object>(value: T): T
}

/** Equal ones are held as the same one. Beyond this many it begins anew, and those that were met before are held again. */
const MAX_INTERNED = 20_000

function createInterning(): Interning {
  const known = new Map<string, unknown>()
  function same<T>(name: string, value: T): T {
    const found = known.get(name)
    if (found !== undefined) return found as T
    if (known.size >= MAX_INTERNED) known.clear()
    known.set(name, value)
    return value
  }
  return {
    text: (text) => (text === null ? text : same(text, text)),
    value: (value) => same(`value ${JSON.stringify(value)}`, value),
  }
}
