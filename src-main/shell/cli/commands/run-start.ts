import { basename } from 'node:path'
import { v7 as newId } from 'uuid'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Input, Output } from '../../../../src-preload/contract/contract.ts'
import { MAX_PIECE_BYTES } from '../../../../src-preload/contract/runs.ts'
import { failure, success, type Failure, type Json, type Result } from '../../../domain/result.ts'
import type { RunnerKind } from '../../../domain/run.ts'
import { answer, EXIT, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readBytes, readText } from '../files.ts'
import { parseMessage } from '../../shared/message.ts'
import { runText } from './run-text.ts'
import { given } from './selection.ts'

export interface RunOptions {
  input?: string[]
  values?: string
  action?: string
  timeout?: number
  rerunOf?: string
  runner?: RunnerKind
  exitStatus?: boolean
}

export type RunSubject = { kind: 'sandbox'; version: string } | { kind: 'tool'; tool: string }

type RunDetail = Output<'runs.wait'>
type StartInput = Omit<Input<'runs.tool'>, 'tool'>

/** RN-3. The core holds to it as well; here it saves reading a file that will be refused. */
const MAX_INPUT_BYTES = 20_000_000

/** Starts a run, follows it to its end and answers with all that may be seen of it. */
export async function startRun(context: Context, subject: RunSubject, options: RunOptions): Promise<Answer> {
  const values = await jsonOption(context, '--values', options.values)
  if (!values.ok) return optionAnswer(values.failure)
  const action = await jsonOption(context, '--action', options.action)
  if (!action.ok) return optionAnswer(action.failure)
  const uploads = await upload(context, options.input ?? [])
  if (!uploads.ok) return answer(uploads, () => '')

  const runId = newId()
  // Listening begins before the run does, so that nothing of it is missed.
  const stop = follow(context, runId)
  try {
    const input: StartInput = {
      run_id: runId,
      uploads: uploads.data,
      ...given({ timeout_s: options.timeout, runner: options.runner, rerun_of: options.rerunOf }),
      // The core checks what they hold.
      ...(given({ values: values.value, action: action.value }) as Pick<StartInput, 'values' | 'action'>),
    }
    const cancel = () => context.call('runs.cancel', { run: runId })
    const envelope = await context.cancellable(cancel, startAndWait(context, subject, input))
    const result = answer(envelope, (data) => runText(data, { logs: false }))
    return envelope.ok && options.exitStatus === true ? { ...result, exitCode: exitStatusOf(envelope.data) } : result
  } finally {
    stop()
  }
}

async function startAndWait(context: Context, subject: RunSubject, input: StartInput): Promise<Envelope<RunDetail>> {
  const started: Envelope<{ id: string }> =
    subject.kind === 'sandbox'
      ? await context.call('runs.sandbox', { version: subject.version, ...input })
      : await context.call('runs.tool', { tool: subject.tool, ...input })
  return started.ok ? context.call('runs.wait', { run: started.data.id }) : started
}

function follow(context: Context, runId: string): () => void {
  return context.onAny((event) => {
    if (event.name !== 'run.phase' && event.name !== 'run.output' && event.name !== 'run.finished') return
    if (event.payload.run_id !== runId) return
    context.say.event(event)
    if (event.name === 'run.phase') context.say.progress(`${event.payload.phase}…`)
    if (event.name === 'run.output') context.say.stream(event.payload.text)
  })
}

async function upload(context: Context, files: readonly string[]): Promise<Envelope<string[]>> {
  const ids: string[] = []
  for (const file of files) {
    const bytes = await readBytes(file, MAX_INPUT_BYTES, context.input)
    if (!bytes.ok) return { ok: false, error: bytes.failure }
    const id = await uploadOne(context, file === '-' ? 'input' : basename(file), bytes.value)
    if (!id.ok) return id
    ids.push(id.data)
  }
  return { ok: true, data: ids }
}

async function uploadOne(context: Context, name: string, bytes: Buffer): Promise<Envelope<string>> {
  const begun = await context.call('uploads.begin', { name, bytes: bytes.byteLength })
  if (!begun.ok) return begun
  const { id } = begun.data
  for (let offset = 0; offset < bytes.byteLength; offset += MAX_PIECE_BYTES) {
    const data = bytes.subarray(offset, offset + MAX_PIECE_BYTES).toString('base64')
    const appended = await context.call('uploads.append', { id, offset, data })
    if (!appended.ok) return appended
  }
  return { ok: true, data: id }
}

/** `@FILE` keeps values out of the list of processes and of the shell's history. */
async function jsonOption(
  context: Context,
  option: string,
  text: string | undefined,
): Promise<Result<Json | undefined>> {
  if (text === undefined) return success(undefined)
  const content = text.startsWith('@') ? await readText(text.slice(1), context.input) : success(text)
  if (!content.ok) return content
  const value = parseMessage(content.value)
  return value.ok ? value : { ok: false, failure: failure('VALIDATION_ERROR', 'usage', `${option} is not valid JSON.`) }
}

function optionAnswer(error: Failure): Answer {
  return error.reason === 'usage' ? usageError(error.message) : refusal(error)
}

/** For `--exit-status`. */
function exitStatusOf(run: RunDetail): number {
  if (run.reason === 'blocked') return EXIT.runBlocked
  if (run.status === 'timed_out') return EXIT.runTimedOut
  return run.status === 'failed' ? EXIT.runFailed : EXIT.done
}
