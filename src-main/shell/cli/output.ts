import type { Writable } from 'node:stream'
import type { PushedEvent } from '../../../src-preload/contract/contract.ts'
import { failure, type Failure } from '../../domain/result.ts'
import type { Answer } from './answer.ts'
import type { Say } from './context.ts'
import { plain, plainJson } from './text.ts'

/** stdout carries the result and nothing else; everything said along the way goes to stderr. */
export interface Output {
  readonly say: Say
  /** Null, or why the result could not be written: then nobody has it. */
  print(answer: Answer): Promise<Failure | null>
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

  const told = async ({ code, reason, message }: Failure): Promise<void> => {
    const name = reason === 'usage' ? 'usage' : code
    const label = options.color ? `\u001b[31m${name}\u001b[39m` : name
    await write(stderr, `${label}: ${plain(message)}\n`)
  }

  async function print(answer: Answer): Promise<Failure | null> {
    const { envelope } = answer
    const isText = format === 'text'
    if (isText && !envelope.ok) await told(envelope.error)
    const result = isText ? (envelope.ok ? answer.text : '') : plainJson(envelope)
    const problem = result === '' ? null : await write(stdout, `${result}\n`)
    if (problem === null) return null
    const message = `The result can't be written to stdout (${problem}). What the command did stays done.`
    const lost = failure('SERVICE_UNAVAILABLE', 'result_lost', message)
    await told(lost)
    return lost
  }

  return { say, print }
}

/** Settles once the text is on its way, so that the process may end. Null, or what the system says. */
function write(stream: NodeJS.WritableStream, text: string): Promise<string | null> {
  return new Promise((resolve) => stream.write(text, (error) => resolve(problemOf(stream, error))))
}

/** A reader who went away, such as `head`, or who never was there, has what they want. */
const NO_READER = ['EPIPE', 'EBADF', 'ERR_STREAM_DESTROYED']

/** After the first failure a stream is closed and says only that, so the first one is asked for. */
function problemOf(stream: NodeJS.WritableStream, latest: Error | null | undefined): string | null {
  const error = ((stream as Partial<Writable>).errored ?? latest) as NodeJS.ErrnoException | null | undefined
  if (!error || NO_READER.includes(error.code ?? '')) return null
  return error.code ?? error.message
}
