import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import {
  exportEndText,
  MAX_LINE_BYTES,
  readExportLine,
  type ExportEntry,
  type ExportHeader,
  type ExportLine,
} from '../domain/audit-export.ts'
import { mayOperate } from '../domain/policy.ts'
import { success, type Result } from '../domain/result.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { verificationView } from './audit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { createHistoryWalk, type HistoryProblem, type HistoryWalk } from './history-walk.ts'
import type { StoredEntry } from './history-port.ts'
import { walkHistory } from './verify-history.ts'

/**
 * Checks an exported history with nothing but the file and the fingerprint that it is trusted by (TR-7). Reads it once,
 * in pieces, with a bound on every line: whoever wrote the file may mean harm.
 */
export async function verifyExport(
  context: Pick<Context, 'localFiles' | 'keys' | 'clock' | 'openSignatureThreads'>,
  _session: Session,
  input: ParsedInput<'audit.verifyFile'>,
): Promise<Result<Output<'audit.verifyFile'>>> {
  const pieces = await context.localFiles.open(input.path)
  if (!pieces.ok) return pieces
  const walk = createHistoryWalk(context.keys)
  const frame = createFrame(context, walk, input.root)
  const wrong = await walkHistory(context, walk, frame.entries(linesOf(pieces.value)))
  // What is wrong with the frame stops the reading; an event before it that is wrong comes first all the same.
  const problem = wrong ?? frame.problem() ?? null
  const { order: events, root, headHash: head_hash } = walk
  return success(verificationView({ events, root, head_hash, problem }))
}

interface Line {
  number: number
  /** Null for what can't be a line of an export: too long, not UTF-8, or without its line feed. */
  text: string | null
  problem: string
}

const LINES_AT_ONCE = 64
const LINE_FEED = 0x0a

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let number = 0
  let kept: Uint8Array[] = []
  let keptBytes = 0
  const refused = (problem: string): Line => ({ number, text: null, problem })
  const line = (): Line => {
    number += 1
    try {
      const text = decoder.decode(Buffer.concat(kept))
      return { number, text, problem: '' }
    } catch {
      return refused('is not UTF-8 text')
    } finally {
      kept = []
      keptBytes = 0
    }
  }
  for await (const piece of pieces) {
    let start = 0
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start)
      const part = piece.subarray(start, end < 0 ? piece.length : end)
      kept.push(part)
      keptBytes += part.length
      if (keptBytes > MAX_LINE_BYTES) {
        number += 1
        yield refused('is longer than any line of an export')
        return
      }
      if (end < 0) break
      yield line()
      start = end + 1
    }
  }
  if (keptBytes === 0) return
  number += 1
  yield refused('is cut off')
}

interface Frame {
  entries(lines: AsyncIterable<Line>): AsyncIterable<StoredEntry[]>
  problem(): HistoryProblem | null
}

function createFrame(context: Pick<Context, 'keys'>, walk: HistoryWalk, trustedRoot: string | null): Frame {
  let problem: HistoryProblem | null = null
  let header: ExportHeader | null = null
  let lastLine = 0
  let isEnded = false

  function stop(line: number, reason: string, message: string): void {
    problem ??= { order: 0, event_id: null, reason, message: `Line ${line} ${message}.` }
  }

  /** Answers with an entry for the walk; null for the header. Stops at the first line that has no place there. */
  function take(line: Line, read: ExportLine | null): StoredEntry | null {
    if (isEnded) stop(line.number, 'after_the_end', 'comes after the signed end')
    else if (read === null)
      stop(line.number, 'malformed_line', line.text === null ? line.problem : 'is not what an export writes')
    else if ((header === null) !== (read.kind === 'header')) stop(line.number, 'malformed_line', 'has no place there')
    else if (read.kind === 'header') {
      header = read.header
      if (trustedRoot !== null && header.root !== trustedRoot)
        stop(line.number, 'other_root', 'names another root than the trusted one')
    } else if (read.kind === 'entry') return storedEntry(read.entry)
    return null
  }

  async function* entries(lines: AsyncIterable<Line>): AsyncGenerator<StoredEntry[]> {
    let page: StoredEntry[] = []
    for await (const line of lines) {
      lastLine = line.number
      const read = line.text === null ? null : readExportLine(line.text)
      if (read?.kind === 'end' && header !== null && !isEnded) {
        // The end is checked against what the events before it came to.
        yield page
        page = []
        checkEnd(line.number, read.end)
        isEnded = true
        continue
      }
      const entry = take(line, read)
      if (problem !== null) break
      if (entry !== null) {
        page.push(entry)
        if (entry.order_number === 1) checkGenesis(entry)
      }
      if (problem !== null || page.length >= LINES_AT_ONCE) {
        yield page
        page = []
        if (problem !== null) return
      }
    }
    yield page
    if (!isEnded) stop(lastLine + 1, 'cut_off', 'is missing: the file has no signed end')
  }

  function checkGenesis(entry: StoredEntry): void {
    const { event } = entry
    const isSame =
      event?.hash === header?.genesis_hash &&
      event?.workspace_id === header?.workspace_id &&
      event?.key_id === header?.root
    if (!isSame) stop(1, 'header_mismatch', 'names another genesis than the events begin with')
  }

  /** Signed by whoever exported: an admin of that time, whose key was good. */
  function checkEnd(line: number, { end, signature }: Extract<ExportLine, { kind: 'end' }>['end']): void {
    if (header === null) return
    if (end.events !== walk.order || end.head_hash !== walk.headHash) {
      return stop(line, 'cut_off', `says that there are ${end.events} events, but ${walk.order} came before it`)
    }
    const key = walk.state.key(end.key_id)
    const member = key?.member_id == null ? null : walk.state.member(key.member_id)
    if (key === null || key.status !== 'active' || member?.status !== 'active' || !mayOperate(member)) {
      return stop(line, 'unknown_key', 'is signed by a key that no admin had')
    }
    if (!context.keys.verify(key.public_key, exportEndText(header, end), signature)) {
      return stop(line, 'signature_wrong', 'is not signed by the key that it names')
    }
  }

  return { entries, problem: () => problem }
}

function storedEntry({ order, head_hash, outcome, reason, event: { seen, body, ...event } }: ExportEntry): StoredEntry {
  return {
    order_number: order,
    event_id: event.id,
    head_hash,
    outcome,
    failure: reason === null ? null : JSON.stringify(reason),
    event: { ...event, body: canonicalJson(body), seen_order: seen.order, seen_head_hash: seen.head_hash },
  }
}
