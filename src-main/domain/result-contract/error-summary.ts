import { maskSecrets } from '../secrets.ts'
import { RESULT_CAPS } from './caps.ts'
import { cutText, TRUNCATED_LINE } from './text.ts'

const TRACEBACK_MARK = '[technical details left out]'
const PATH_MARK = '[path]'
/** Enough to fill the cap several times over, and little enough to look at closely. */
const MAX_SCRUBBED_LENGTH = 64 * 1024

/** Sequences that colour a terminal, from ESC to their final letter. */
const TERMINAL_SEQUENCES = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;?]*[ -/]*[@-~]`, 'g')
/** Control characters but tab and newline, and marks that are not seen or turn text around. */
const INVISIBLE = /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

const TRACEBACK_HEADER = 'Traceback (most recent call last)'
/** An indented place in a script, as Python prints it; `File "marks.csv", line 3` in a sentence is none. */
const FRAME = /^[\s|]+File "[^\n]*", line \d/
const BETWEEN_TRACEBACKS: readonly string[] = [
  'During handling of the above exception, another exception occurred:',
  'The above exception was the direct cause of the following exception:',
]

const NAME = '[^\\s/\\\\"\'`<>|:;,()\\[\\]{}=?*]+'
const KNOWN_ROOT =
  '(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|nix|opt|private|proc|root|run|sbin|snap|srv|sys|tmp|usr|var|work|' +
  'Applications|Library|System|Users|Volumes)'
/** Two names or more, or one that is a root known to everybody: `/5` and `</b>` are no paths. */
const POSIX_PATH = `/+(?:${NAME}(?:/+${NAME})+|${KNOWN_ROOT}\\b)/*`
const WINDOWS_REST = '[^\\s"\'`<>|:;,()?*]*'
const WINDOWS_PATH = `[A-Za-z]:[\\\\/]${WINDOWS_REST}|\\\\\\\\+${NAME}\\\\${WINDOWS_REST}`
/**
 * In quotes a path may hold spaces and goes on to the closing quote. That it begins as one is looked at ahead, and the
 * slashes after `file:` are counted in one place for each kind of path: else a long text without a closing quote could be
 * divided in as many ways as it is long, and a script's message would keep the app busy for minutes.
 */
const QUOTED_PATH = new RegExp(
  `(["'\`])(?=(?:file:)?${POSIX_PATH}|(?:file:/*)?(?:${WINDOWS_PATH}))((?:(?!\\1)[^\\n])*)\\1`,
  'g',
)
const BARE_PATH = new RegExp(
  `\\bfile:/+${WINDOWS_REST}|(?<![\\w./\\\\<-])(?<!:(?=//))${POSIX_PATH}|(?<![\\w\\\\])(?:${WINDOWS_PATH})`,
  'g',
)
/** Where every script finds its files. Not the host's, and the name is one that the member gave or gets. */
const SANDBOX_FILE = /^\/work\/(?:input|output)\/([^/\\:]+)$/

/**
 * RC-4, RC-7: what a member may read of a script's own words.
 *
 * - Control and turning characters go, and values marked secret are masked wherever they stand.
 * - A Python traceback goes with its frames and its last line, which often quotes data. Further lines of an exception's
 *   message can't be told from text that is meant for the member, and stay.
 * - An absolute path (POSIX, Windows, share or `file:`) becomes `[path]`, one of an input or output file its name.
 *   Web addresses, fractions and dates are left alone.
 */
export function scrubErrorSummary(text: string, secretValues: readonly string[] = []): string {
  // Masked before and after: what is taken out between may stand in a secret, or within one that a script wrote.
  let scrubbed = maskSecrets(text, secretValues)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(TERMINAL_SEQUENCES, '')
    .replace(INVISIBLE, '')
  scrubbed = maskSecrets(scrubbed, secretValues)
  const isLong = scrubbed.length > MAX_SCRUBBED_LENGTH
  if (isLong) scrubbed = scrubbed.slice(0, MAX_SCRUBBED_LENGTH).toWellFormed()
  scrubbed = scrubUntilStable(scrubbed).trimEnd()
  const marked = isLong ? scrubbed + TRUNCATED_LINE : scrubbed
  return cutText(marked, RESULT_CAPS.errorSummaryBytes, TRUNCATED_LINE).text
}

/**
 * What was taken out may leave its surroundings looking like a path. Each turn that changes something leaves fewer
 * slashes or lines, so that it ends; ordinary text needs two turns, and no script may ask for more than ten.
 */
function scrubUntilStable(text: string): string {
  let current = text
  for (let turn = 0; turn < 10; turn += 1) {
    const next = withoutPaths(withoutTracebacks(current))
    if (next === current) return next
    current = next
  }
  return current
}

function withoutTracebacks(text: string): string {
  const kept: string[] = []
  /** `traceback`: the next line that is not indented names the exception. `frame`: it is text again. */
  let within: 'text' | 'traceback' | 'frame' = 'text'
  let lastText = ''
  const keep = (line: string): void => {
    // Chained tracebacks leave one mark.
    if (line === TRACEBACK_MARK && lastText === TRACEBACK_MARK) return
    kept.push(line)
    if (line.trim() !== '') lastText = line
  }
  for (const line of text.split('\n')) {
    const header = line.indexOf(TRACEBACK_HEADER)
    if (header >= 0) {
      const before = line.slice(0, header).trimEnd()
      const isGroup = /^[\s|+-]*(?:Exception Group)?$/.test(before)
      keep(isGroup ? TRACEBACK_MARK : `${before} ${TRACEBACK_MARK}`)
      within = /^[\s|]*\+/.test(before) ? 'frame' : 'traceback'
    } else if (FRAME.test(line)) {
      if (within === 'text') {
        keep(TRACEBACK_MARK)
        within = 'frame'
      }
    } else if (BETWEEN_TRACEBACKS.includes(line)) {
      within = 'text'
    } else if (within === 'text') {
      keep(line)
    } else if (line !== '' && !/^[\s|+]/.test(line)) {
      if (within === 'frame') keep(line)
      within = 'text'
    }
  }
  return kept.join('\n')
}

function withoutPaths(text: string): string {
  const shown = (path: string): string => SANDBOX_FILE.exec(path)?.[1] ?? PATH_MARK
  return text
    .replace(QUOTED_PATH, (_match, quote: string, path: string) => `${quote}${shown(path)}${quote}`)
    .replace(BARE_PATH, shown)
}
