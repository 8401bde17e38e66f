import type { Command } from 'commander'
import { z } from 'zod'
import { channels, type Output } from '../../../../src-preload/contract/contract.ts'
import type { Json } from '../../../domain/result.ts'
import { parseMessage, tooLarge } from '../../shared/message.ts'
import { answer, checkExitCode, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readText } from '../files.ts'
import { plain, table } from '../text.ts'
import type { Select } from './selection.ts'

export function registerSystem(program: Command, select: Select): void {
  program
    .command('init')
    .description('make the workspace, this device and its first member, a superuser')
    .option('--name <workspace>', 'name of the workspace')
    .requiredOption('--member <name>', 'name of the first member')
    .action((options: { name?: string; member: string }) =>
      select({ needs: 'core', run: (context) => init(context, options) }),
    )

  program
    .command('doctor')
    .description('check data folder, database, history, files and runners')
    .action(() => select({ needs: 'core', run: doctor }))

  program
    .command('call')
    .description('call any channel of the bridge; `channels` lists them')
    .argument('<channel>')
    .argument('[json]', 'input as JSON; - reads it from standard input', '{}')
    .action((channel: string, json: string) =>
      select({ needs: 'core', run: (context) => callChannel(context, channel, json) }),
    )

  program
    .command('channels')
    .description('list the channels of the bridge, with JSON Schemas of input and output')
    .action(() => select({ needs: 'nothing', run: async () => listChannels() }))
}

async function init(context: Context, options: { name?: string; member: string }): Promise<Answer> {
  const { name, member } = options
  const envelope = await context.call('workspace.init', name === undefined ? { member } : { name, member })
  return answer(
    envelope,
    (data) => `Made the workspace ${plain(data.workspace.name)}, with ${plain(data.member.name)} as superuser.`,
  )
}

async function doctor(context: Context): Promise<Answer> {
  return answer(await context.call('system.doctor', {}), checksText, checkExitCode)
}

function checksText(data: Output<'system.doctor'>): string {
  const rows = data.checks.map((check) => [check.ok ? 'ok' : check.severity, check.name, check.message])
  return `${table(['result', 'check', 'message'], rows)}\n\n${data.ok ? 'All is well.' : 'Something is wrong.'}`
}

/** Passes on whatever it is given: what is wrong with it is for the core to say, in the same words as everywhere. */
async function callChannel(context: Context, channel: string, json: string): Promise<Answer> {
  const text = json === '-' ? await readText('-', context.input) : { ok: true as const, value: json }
  if (!text.ok) return refusal(text.failure.reason === 'file_too_large' ? tooLarge() : text.failure)
  const input = parseMessage(text.value)
  if (!input.ok)
    return input.failure.reason === 'invalid_json' ? usageError('The input is not valid JSON.') : refusal(input.failure)
  const stop = context.onAny((event) => context.say.event(event))
  try {
    const envelope = await context.core.dispatch(context.session, channel, input.value)
    return answer(envelope, (data: Json) => plain(JSON.stringify(data, null, 2)))
  } finally {
    stop()
  }
}

function listChannels(): Answer {
  const items = Object.entries(channels).map(([name, channel]) => ({
    id: name,
    name,
    kind: channel.kind,
    summary: channel.summary,
    input: z.toJSONSchema(channel.input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(channel.output, { io: 'output', unrepresentable: 'any' }),
  }))
  const text = table(
    ['channel', 'kind', 'what it does'],
    items.map((item) => [item.name, item.kind, item.summary]),
  )
  return answer({ ok: true, data: { items, next: null } }, () => text)
}
