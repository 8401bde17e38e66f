import { resolve } from 'node:path'
import { CommanderError, type Command } from 'commander'
import { v7 as newId } from 'uuid'
import packageJson from '../../../package.json' with { type: 'json' }
import type { Core, OpenCore } from '../../app/core.ts'
import { failure } from '../../domain/result.ts'
import { defaultDataDir } from '../shared/locations.ts'
import { answer, EXIT, exitCodeOf, refusal, usageError, type Answer } from './answer.ts'
import type { Selected } from './commands/selection.ts'
import { createContext, listenToInterrupts, type Context, type Interrupts } from './context.ts'
import { createOutput, type Output } from './output.ts'
import { readPassphrase } from './passphrase.ts'
import { createProgram, type GlobalOptions } from './program.ts'

export interface CommandLine {
  openCore: OpenCore
  /** Without the program's own name. */
  words: readonly string[]
  environment: NodeJS.ProcessEnv
  pageDir: string
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream
  stderr: NodeJS.WritableStream
}

type Parsed =
  | { kind: 'selected'; selected: Selected; globals: GlobalOptions }
  | { kind: 'refused'; answer: Answer }
  /** Help or a version: asked for, and nothing to carry out. */
  | { kind: 'told'; answer: Answer }

/** Carries out one command and answers with its exit code. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  // Somebody who stops reading, such as `head`, is no reason to fail.
  for (const stream of [line.stdout, line.stderr]) stream.on('error', () => {})
  const parsed = parse(line.words)
  const output = createOutput({
    stdout: line.stdout,
    stderr: line.stderr,
    format: formatOf(line.words),
    quiet: line.words.includes('--quiet'),
    color: hasColor(line, parsed),
  })
  const answer = parsed.kind === 'selected' ? await carryOut(line, parsed, output) : parsed.answer
  if (answer === null) return EXIT.done
  const unwritten = await output.print(answer)
  return exitCodeOf(unwritten === null ? answer : refusal(unwritten))
}

function parse(words: readonly string[]): Parsed {
  if (asksForVersion(words)) return told(packageJson.version)
  let selected: Selected | null = null
  let text = ''
  const program = createProgram((chosen) => (selected = chosen))
  quieten(program, (written) => (text += written))
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Asked for by an option or by `help`; where a command is missing, it says 1.
    if (error.exitCode === 0) return told(text.trimEnd())
    const isBare = error.code === 'commander.help'
    const message = isBare ? `Which command?\n\n${text.trim()}` : capitalised(error.message.replace(/^error: /, ''))
    return { kind: 'refused', answer: usageError(message) }
  }
  if (selected === null) return { kind: 'refused', answer: usageError('Which command? See --help.') }
  return { kind: 'selected', selected, globals: program.opts<GlobalOptions>() }
}

/** No option of the program, since some commands have one of this name. */
function asksForVersion(words: readonly string[]): boolean {
  const [first, ...rest] = words.filter((word) => !['--json', '--jsonl', '--quiet', '--no-color'].includes(word))
  return rest.length === 0 && (first === '--version' || first === '-V')
}

function told(text: string): Parsed {
  return { kind: 'told', answer: answer({ ok: true, data: { text } }, () => text) }
}

/** Throws where commander would end the process, and prints nothing by itself: the result belongs to us. */
function quieten(command: Command, write: (text: string) => void): void {
  command.exitOverride().configureOutput({ writeOut: write, writeErr: write, outputError: () => {} })
  for (const child of command.commands) quieten(child, write)
}

async function carryOut(
  line: CommandLine,
  parsed: Parsed & { kind: 'selected' },
  output: Output,
): Promise<Answer | null> {
  const { selected, globals } = parsed
  const { environment, pageDir, openCore } = line
  const dataDir = globals.dataDir === undefined ? defaultDataDir(environment) : resolve(globals.dataDir)
  try {
    if (selected.needs === 'nothing') {
      const isQuiet = globals.quiet === true
      return await selected.run({
        openCore,
        dataDir,
        pageDir,
        environment,
        say: output.say,
        print: async (result) => void (await output.print(result)),
        isQuiet,
      })
    }
    return await withCore(line, selected, dataDir, globals, output)
  } catch (error) {
    return bug(error, line.stderr)
  }
}

async function withCore(
  line: CommandLine,
  selected: Selected & { needs: 'core' },
  dataDir: string,
  globals: GlobalOptions,
  output: Output,
): Promise<Answer> {
  const interrupts = listenToInterrupts()
  const passphrase = { ...line, file: globals.passphraseFile }
  let core: Core | null = null
  const work = async (run: (context: Context) => Promise<Answer>): Promise<Answer> => {
    const opened = await line.openCore({ dataDir, asWindow: false, preview: null })
    if (!opened.ok) return refusal(opened.failure)
    core = opened.value
    const session = core.openSession(globals.as === undefined ? { shell: 'cli' } : { shell: 'cli', as: globals.as })
    if (!session.ok) return refusal(session.failure)
    const context = createContext(core, session.value, output.say, line.stdin, passphrase, interrupts)
    const refused = await unlockIfLocked(context)
    return refused ?? (await unlessInterrupted(run(context), interrupts))
  }
  try {
    const answer = await work(selected.run)
    const { afterRestart } = selected
    if (afterRestart === undefined || !answer.envelope.ok) return answer
    await (core as Core | null)?.close()
    return await work((context) => afterRestart(context, answer))
  } finally {
    await (core as Core | null)?.close()
    interrupts.stop()
  }
}

/** A sealed key is opened for this call, where somebody gave its passphrase; else the core says what is locked. */
async function unlockIfLocked(context: Context): Promise<Answer | null> {
  const status = await context.call('system.status', {})
  if (!status.ok || !status.data.locked) return null
  const passphrase = await readPassphrase(
    context.passphrase,
    `Passphrase of ${status.data.member?.name ?? 'this key'}: `,
  )
  if (!passphrase.ok) return refusal(passphrase.failure)
  if (passphrase.value === null) return null
  const unlocked = await context.call('session.unlock', { passphrase: passphrase.value })
  return unlocked.ok ? null : refusal(unlocked.error)
}

async function unlessInterrupted(work: Promise<Answer>, interrupts: Interrupts): Promise<Answer> {
  const answer = await Promise.race([work, interrupts.pressed])
  if (answer !== undefined) return interrupts.wasPressed() ? { ...answer, exitCode: EXIT.interrupted } : answer
  // It may fail later, when the core closes under it; by then nobody asks.
  work.catch(() => {})
  return refusal(failure('SERVICE_UNAVAILABLE', 'interrupted', 'Interrupted.'), EXIT.interrupted)
}

function bug(error: unknown, stderr: NodeJS.WritableStream): Answer {
  const incident = newId()
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(`incident ${incident}: ${detail}\n`)
  const message = `Something went wrong in Scriptorium itself (incident ${incident}).`
  return refusal(failure('INTERNAL_ERROR', 'bug', message, { incident_id: incident }))
}

/** Read from the words themselves, since a usage error is answered in the same format. */
function formatOf(words: readonly string[]): 'text' | 'json' | 'jsonl' {
  const end = words.indexOf('--')
  const options = end === -1 ? words : words.slice(0, end)
  if (options.includes('--jsonl')) return 'jsonl'
  return options.includes('--json') ? 'json' : 'text'
}

function hasColor(line: CommandLine, parsed: Parsed): boolean {
  if (parsed.kind === 'selected' && !parsed.globals.color) return false
  return !line.environment['NO_COLOR'] && (line.stderr as { isTTY?: boolean }).isTTY === true
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
