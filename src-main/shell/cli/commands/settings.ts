import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { notFound, type Json } from '../../../domain/result.ts'
import { answer, refusal, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { record, table } from '../text.ts'
import type { Select } from './selection.ts'

type Setting = Output<'settings.set'>

export function registerSettings(program: Command, select: Select): void {
  const settings = program.command('settings').description('workspace settings')
  settings
    .command('list')
    .description('all settings, with who may change them')
    .action(() => select({ needs: 'core', run: list }))
  settings
    .command('get')
    .argument('<key>')
    .description('one setting')
    .action((key: string) => select({ needs: 'core', run: (context) => get(context, key) }))
  settings
    .command('set')
    .argument('<key>')
    .argument('<value>', 'a number, true, false, or text')
    .description('change a setting')
    .action((key: string, value: string) => select({ needs: 'core', run: (context) => set(context, key, value) }))
}

async function list(context: Context): Promise<Answer> {
  return answer(await context.call('settings.list', {}), (data) =>
    table(['key', 'value', 'default', 'changed by', 'description'], data.items.map(row)),
  )
}

async function get(context: Context, key: string): Promise<Answer> {
  const all = await context.call('settings.list', {})
  if (!all.ok) return answer(all, () => '')
  const setting = all.data.items.find((candidate) => candidate.key === key)
  return setting === undefined ? refusal(notFound('setting')) : answer({ ok: true, data: setting }, text)
}

async function set(context: Context, key: string, value: string): Promise<Answer> {
  return answer(await context.call('settings.set', { key: key as Setting['key'], value: valueOf(value) }), text)
}

/** What reads as JSON is meant as JSON; anything else is text. */
function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function text(setting: Setting): string {
  return record({
    key: setting.key,
    value: JSON.stringify(setting.value),
    default: JSON.stringify(setting.default),
    unit: setting.unit ?? undefined,
    'changed by': setting.changed_by,
    description: setting.description,
  })
}

function row(setting: Setting): string[] {
  const unit = setting.unit === null ? '' : ` ${setting.unit}`
  return [
    setting.key,
    JSON.stringify(setting.value) + unit,
    JSON.stringify(setting.default),
    setting.changed_by,
    setting.description,
  ]
}
