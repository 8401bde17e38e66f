import { v7 as newId } from 'uuid'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Input, Output } from '../../../../src-preload/contract/contract.ts'
import type { RunnerKind } from '../../../domain/run.ts'
import { answer, EXIT, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { caseId } from '../references.ts'
import { jsonOption, optionAnswer, uploadFiles } from './run-inputs.ts'
import { runText } from './run-text.ts'
import { given } from './selection.ts'

export interface RunOptions {
  input?: string[]
  values?: string
  action?: string
  timeout?: number
  rerunOf?: string
  case?: string
  runner?: RunnerKind
  exitStatus?: boolean
}

export type RunSubject = { kind: 'sandbox'; version: string } | { kind: 'tool'; tool: string }

type RunDetail = Output<'runs.wait'>
type StartInput = Omit<Input<'runs.tool'>, 'tool'>

/** Starts a run, follows it to its end and answers with all that may be seen of it. */
export async function startRun(context: Context, subject: RunSubject, options: RunOptions): Promise<Answer> {
  const values = await jsonOption(context, '--values', options.values)
  if (!values.ok) return optionAnswer(values.failure)
  const action = await jsonOption(context, '--action', options.action)
  if (!action.ok) return optionAnswer(action.failure)
  const saved = options.case === undefined ? undefined : await caseOf(context, subject, options.case)
  if (saved?.ok === false) return answer(saved, () => '')
  const uploads = await uploadFiles(context, options.input ?? [])
  if (!uploads.ok) return answer(uploads, () => '')

  const runId = newId()
  // Listening begins before the run does, so that nothing of it is missed.
  const stop = follow(context, runId)
  try {
    const input: StartInput = {
      run_id: runId,
      uploads: uploads.data,
      ...given({ timeout_s: options.timeout, runner: options.runner, rerun_of: options.rerunOf, case: saved?.data }),
      // The core checks what they hold.
      ...(given({ values: values.value, action: action.value }) as Pick<StartInput, 'values' | 'action'>),
    }
    const cancel = () => context.call('runs.cancel', { run: runId })
    const envelope = await context.cancellable(cancel, startAndWait(context, subject, input))
    return answer(
      envelope,
      (data) => runText(data, { logs: false }),
      options.exitStatus === true ? exitStatusOf : undefined,
    )
  } finally {
    stop()
  }
}

async function caseOf(context: Context, subject: RunSubject, name: string): Promise<Envelope<string>> {
  if (subject.kind === 'tool') return caseId(context, subject.tool, name)
  const version = await context.call('versions.get', { version: subject.version })
  return version.ok ? caseId(context, version.data.tool_id, name) : version
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

/** For `--exit-status`. */
function exitStatusOf(run: RunDetail): number {
  if (run.reason === 'blocked') return EXIT.runBlocked
  if (run.status === 'timed_out') return EXIT.runTimedOut
  return run.status === 'failed' ? EXIT.runFailed : EXIT.done
}
