import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'

/** One older file of this size is kept beside the present one. */
const MAX_LOG_BYTES = 2 * 1024 * 1024

/**
 * Where bugs go (ER-1): one JSON line each under `<data>/logs/incidents.jsonl`. Writing it never fails the caller; where
 * even that is impossible the line goes to stderr.
 */
export function createIncidentLog(
  dataDir: string,
): (incident: { id: string; at: string; where: string; error: unknown }) => void {
  const file = path.join(dataDir, 'logs', 'incidents.jsonl')
  return ({ id, at, where, error }) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const line = `${JSON.stringify({ id, at, where, error: text })}\n`
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
      appendFileSync(file, line, { mode: 0o600 })
    } catch {
      process.stderr.write(line)
    }
  }
}
