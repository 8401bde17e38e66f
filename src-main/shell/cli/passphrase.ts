import { success, type Result } from '../../domain/result.ts'
import { readText } from './files.ts'

/** Where a passphrase comes from: a file, the environment, or somebody at a terminal. Never a word of the command. */
export interface PassphraseSources {
  environment: NodeJS.ProcessEnv
  file: string | undefined
  stdin: NodeJS.ReadableStream
  stderr: NodeJS.WritableStream
}

/** Null when there is none to be had: then the core says what is locked. */
export async function readPassphrase(sources: PassphraseSources, question: string): Promise<Result<string | null>> {
  const { stdin, stderr } = sources
  const given = await givenPassphrase(sources, sources.file, 'SCRIPTORIUM_PASSPHRASE')
  if (!given.ok || given.value !== null) return given
  return success(isTerminal(stdin) ? await ask(stdin, stderr, question) : null)
}

/** A file that was named goes before a variable, which may have been set for other calls. Null where there is neither. */
export async function givenPassphrase(
  sources: PassphraseSources,
  file: string | undefined,
  variable: string,
): Promise<Result<string | null>> {
  if (file !== undefined) {
    const text = await readText(file, sources.stdin)
    return text.ok ? success(text.value.replace(/\r?\n$/, '')) : text
  }
  const value = sources.environment[variable]
  return success(value === undefined || value === '' ? null : value)
}

export function isTerminal(stdin: NodeJS.ReadableStream): stdin is NodeJS.ReadStream {
  return (stdin as Partial<NodeJS.ReadStream>).isTTY === true
}

/** Reads a line that the terminal doesn't show. Null when it was ended without one. */
export function ask(stdin: NodeJS.ReadStream, stderr: NodeJS.WritableStream, question: string): Promise<string | null> {
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  return new Promise((resolve) => {
    let typed = ''
    const end = (answer: string | null): void => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      resolve(answer)
    }
    const take = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n') return end(typed)
        if (character === '\u0003' || character === '\u0004') return end(null)
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else typed += character
      }
    }
    stdin.on('data', take)
    stdin.resume()
  })
}
