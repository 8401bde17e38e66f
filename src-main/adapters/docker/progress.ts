/** What the engine streams while it builds or loads an image: JSON objects, one to a line. */

const MAX_LINE_CHARACTERS = 64 * 1024
const MAX_SHOWN_CHARACTERS = 2_000

/** Passes each line on as text fit to show and rejects with the engine's own error if it reports one. */
export async function followProgress(stream: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS)
    for (const line of lines) showLine(line, onLine)
  }
  showLine(rest, onLine)
}

function showLine(line: string, onLine: (line: string) => void): void {
  const message = parseLine(line)
  if (message === null) return
  if (typeof message['error'] === 'string') throw new Error(message['error'].slice(0, MAX_SHOWN_CHARACTERS))
  const parts = [message['stream'], message['id'], message['status'], message['progress']]
  const text = parts
    .filter((part) => typeof part === 'string')
    .join(' ')
    .trimEnd()
  for (const shown of text.split(/\r?\n/)) if (shown !== '') onLine(shown.slice(0, MAX_SHOWN_CHARACTERS))
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    // Cut off, or not the engine's format: nothing that could be shown.
    return null
  }
}
