import type { Change, RunRow, Tables } from '../domain/state.ts'
import type { Sha256 } from '../domain/identifier.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { manifestHash } from '../domain/version.ts'

/**
 * Rows as a walk through a long history holds them: of a script and of a run's record only what later events look at,
 * and a hash that says all the rest. A million records would be gigabytes.
 */
export function shorten(change: Change, sha256: Sha256): Change {
  if (change.table === 'version_contents') {
    const { manifest_hash } = change.row
    return { table: 'version_contents', row: { manifest_hash } as typeof change.row }
  }
  return change.table === 'runs' ? { table: 'runs', row: shortenRun(change.row, sha256) } : change
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
  const kept = table === 'runs' ? shortenRun(row as RunRow, sha256) : row
  return canonicalJson(shortened) === canonicalJson(kept)
}
