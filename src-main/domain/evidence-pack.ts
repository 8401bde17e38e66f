import type { Advisory } from './advisory.ts'
import type { SignedEvent } from './event.ts'
import type { Json } from './result.ts'
import { canonicalJson } from './canonical-json.ts'
import type { VersionContent } from './version.ts'

/**
 * An evidence pack: one file with everything that is needed to check a run, or a version with its runs, elsewhere. JSON
 * Lines; each line is canonical JSON (RFC 8785) and ends with a line feed, so the same evidence gives the same bytes.
 * `bin/verify-evidence.mjs` reads it with nothing but Node; `docs/evidence.md` says what it proves.
 */

export const PACK_FORMAT = 'scriptorium-evidence'
export const PACK_VERSION = 1
/** Multiple of three, so that pieces in base64 have no padding but at the end. */
export const PACK_PIECE_BYTES = 384 * 1024
/** So many event hashes stand on one line. */
export const PACK_HASHES_A_LINE = 1000

export type PackLine =
  | {
      format: typeof PACK_FORMAT
      version: typeof PACK_VERSION
      subject: { kind: 'run' | 'version'; id: string }
      workspace_id: string
      root: string
    }
  /** The whole order from its first entry on, by the hashes of its events: it shows where the events below stand. */
  | { from_order: number; event_hashes: string[] }
  | { head: { order: number; head_hash: string } }
  | { order: number; event: SignedEvent }
  | { manifest_hash: string; content: VersionContent }
  | { advisory: Advisory }
  /** A piece of a file, a log or a result; `names` say what it is to which run. */
  | { sha256: string; bytes: number; offset: number; names: string[]; data: string }
  /** What a record names and the pack doesn't hold, with the reason. */
  | { sha256: string; names: string[]; absent: 'not_kept' | 'missing' | 'altered' | 'left_out' }
  | { end: { lines: number; sha256: string } }

export function packLine(line: PackLine): string {
  return `${canonicalJson(line as unknown as Json)}\n`
}
