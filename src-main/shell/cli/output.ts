import type { PushedEvent } from '../../../src-preload/contract/contract.ts'
import type { Answer } from './answer.ts'
import type { Say } from './context.ts'
import { plain, plainJson } from './text.ts'

/** stdout carries the result and nothing else; everything said along the way goes to stderr. */
export interface Output {
  readonly say: Say
  print(answer: Answer): Promise<void>
}

export interface OutputOptions {
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
  format: 'text' | 'json' | 'jsonl'
  quiet: boolean
  color: boolean
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, format } = options
  const saysProgress = format === 'text' && !options.quiet

  const say: Say = {
    progress: (line) => saysProgress && stderr.write(`${plain(line)}\n`),
    stream: (text) => saysProgress && stderr.write(plain(text)),
    event: (event: PushedEvent) => format === 'jsonl' && stdout.write(`${plainJson(event)}\n`),
  }

  async function print(answer: Answer): Promise<void> {
    if (format !== 'text') return write(stdout, `${plainJson(answer.envelope)}\n`)
    if (answer.envelope.ok) return answer.text === '' ? undefined : write(stdout, `${answer.text}\n`)
    const { code, reason, message } = answer.envelope.error
    const name = reason === 'usage' ? 'usage' : code
    const label = options.color ? `\u001b[31m${name}\u001b[39m` : name
    return write(stderr, `${label}: ${plain(message)}\n`)
  }

  return { say, print }
}

/** Settles once the text is on its way, so that the process may end. A reader that went away isn't our failure. */
function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()))
}
