import type { Command } from 'commander'
import type { CaseView } from '../../../../src-preload/contract/cases.ts'
import type { Input } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { caseId } from '../references.ts'
import { megabytes, record, table } from '../text.ts'
import { jsonOption, optionAnswer, uploadFiles } from './run-inputs.ts'
import { collect, given, type Select } from './selection.ts'

interface SaveOptions {
  input?: string[]
  values?: string
  version?: string
  fromRun?: string
  replace?: boolean
}

export function registerCases(program: Command, select: Select): void {
  const saved = program.command('case').description('your saved inputs of a tool, on this device')
  saved
    .command('list')
    .argument('<tool>', 'slug or id')
    .description('your saved inputs of a tool, those used last first')
    .action((tool: string) => select({ needs: 'core', run: (context) => list(context, tool) }))
  saved
    .command('save')
    .argument('<tool>', 'slug or id')
    .argument('<name>')
    .option('--input <file>', 'an input file; may be given several times', collect)
    .option('--values <json>', 'values of the form, as JSON; @FILE reads a file. Those of secret fields are left out')
    .option('--version <version>', 'whose form the values are for; else the active version, or the newest')
    .option(
      '--from-run <run>',
      'your own run of the tool: its kept files and its values are taken where none are given',
    )
    .option('--replace', 'replace the saved inputs of this name')
    .description('keep files and values on this device, to run the tool on them again')
    .action((tool: string, name: string, options: SaveOptions) =>
      select({ needs: 'core', run: (context) => save(context, tool, name, options) }),
    )
  saved
    .command('remove')
    .argument('<tool>', 'slug or id')
    .argument('<name>', 'name or id')
    .description('remove saved inputs and let go of their files')
    .action((tool: string, name: string) => select({ needs: 'core', run: (context) => remove(context, tool, name) }))
}

async function list(context: Context, tool: string): Promise<Answer> {
  return answer(await context.call('cases.list', { tool }), (data) =>
    table(
      ['name', 'files', 'size', 'values', 'used', 'id'],
      data.items.map((item) => [
        item.name,
        item.files.length,
        megabytes(sizeOf(item)),
        Object.keys(item.values).length,
        item.last_used_at,
        item.id,
      ]),
      'No saved inputs.',
    ),
  )
}

async function save(context: Context, tool: string, name: string, options: SaveOptions): Promise<Answer> {
  const values = await jsonOption(context, '--values', options.values)
  if (!values.ok) return optionAnswer(values.failure)
  const uploads = await uploadFiles(context, options.input ?? [])
  if (!uploads.ok) return answer(uploads, () => '')
  const input: Input<'cases.save'> = {
    tool,
    name,
    uploads: uploads.data,
    ...given({ version: options.version, from_run: options.fromRun, replace: options.replace }),
    // The core checks what they hold.
    ...(given({ values: values.value }) as Pick<Input<'cases.save'>, 'values'>),
  }
  return answer(await context.call('cases.save', input), (data) =>
    record({
      [data.replaced ? 'replaced' : 'saved']: data.name,
      files: data.files.map((file) => file.name).join(', ') || 'none',
      values: Object.keys(data.values).join(', ') || 'none',
      'left out, as secret': data.left_out.join(', ') || undefined,
      id: data.id,
    }),
  )
}

/** What one kept can be let go also where the tool can't be seen any more: then by its id. */
async function remove(context: Context, tool: string, name: string): Promise<Answer> {
  const id = await caseId(context, tool, name)
  if (!id.ok && id.error.code !== 'NOT_FOUND') return answer(id, () => '')
  const removed = await context.call('cases.remove', { case: id.ok ? id.data : name })
  return answer(!removed.ok && !id.ok ? id : removed, () => 'Removed. The next pruning lets go of its files.')
}

function sizeOf({ files }: CaseView): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}
