/**
 * What a run writes, as lines of two streams in the order in which they came, within bounds (RN-8): the newest lines
 * are kept, and how many went is known. Lines are cut where they are longer than anybody can read.
 */

export type Stream = 'stdout' | 'stderr'

export interface LogLine {
  /** Counts from 0 over the whole run and both streams, so that a list can key its rows. */
  number: number
  stream: Stream
  text: string
}

export const MAX_LINES = 100_000
export const MAX_CHARACTERS = 16_000_000
const MAX_LINE_CHARACTERS = 8_000
/** Dropping one line at a time from a long array is slow, so a part is dropped at once. */
const DROPPED_PART = 0.1

export interface LogBuffer {
  lines: LogLine[]
  /** Lines that were dropped to stay within the bounds. */
  dropped: number
  characters: number
  nextNumber: number
  /** Whether the last line of a stream still waits for its end. */
  open: Record<Stream, LogLine | null>
}

export function createLogBuffer(): LogBuffer {
  return { lines: [], dropped: 0, characters: 0, nextNumber: 0, open: { stdout: null, stderr: null } }
}

/** Adds text as it arrives: a piece may end in the middle of a line, and the next one goes on there. */
export function appendLog(buffer: LogBuffer, stream: Stream, text: string): void {
  const pieces = text.split('\n')
  pieces.forEach((piece, index) => {
    const isLast = index === pieces.length - 1
    const ended = piece.endsWith('\r') && !isLast ? piece.slice(0, -1) : piece
    if (ended !== '' || !isLast) extendLine(buffer, stream, ended)
    if (!isLast) buffer.open[stream] = null
  })
  enforceBounds(buffer)
}

function extendLine(buffer: LogBuffer, stream: Stream, text: string): void {
  const open = buffer.open[stream]
  if (open === null) {
    const line: LogLine = { number: buffer.nextNumber, stream, text: text.slice(0, MAX_LINE_CHARACTERS) }
    buffer.nextNumber += 1
    buffer.characters += line.text.length
    buffer.lines.push(line)
    buffer.open[stream] = line
    return
  }
  const room = MAX_LINE_CHARACTERS - open.text.length
  const added = text.slice(0, Math.max(room, 0))
  open.text += added
  buffer.characters += added.length
}

function enforceBounds(buffer: LogBuffer): void {
  while (buffer.lines.length > MAX_LINES || (buffer.characters > MAX_CHARACTERS && buffer.lines.length > 1)) {
    const count = Math.max(1, Math.floor(buffer.lines.length * DROPPED_PART))
    const gone = buffer.lines.splice(0, count)
    buffer.dropped += count
    for (const line of gone) buffer.characters -= line.text.length
  }
}

/** A finished run's logs, as the record kept them. The two streams' order between each other isn't recorded. */
export function logBufferOf(stdout: string | null, stderr: string | null): LogBuffer {
  const buffer = createLogBuffer()
  appendLog(buffer, 'stdout', stdout ?? '')
  appendLog(buffer, 'stderr', stderr ?? '')
  return buffer
}

export function logText(lines: readonly LogLine[]): string {
  return lines.map((line) => line.text).join('\n')
}
