import type { Command } from 'commander'
import { resolve } from 'node:path'
import { answer, EXIT, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { plain, table } from '../text.ts'
import type { Select } from './selection.ts'

interface SeedOptions {
  dryRun?: boolean
  syncMetadata?: boolean
  syncCode?: boolean
  publish?: boolean
}

export function registerBank(program: Command, select: Select): void {
  const bank = program.command('bank').description('script banks: a folder of tools')
  bank
    .command('seed')
    .argument('<folder>', 'with a folder for each slug, holding tool.json and script.py')
    .option('--dry-run', 'only say what would be done')
    .option('--sync-metadata', 'bring title, summary and tags of tools that are there up to date')
    .option('--sync-code', 'save the code of tools that are there as a new version')
    .option('--publish', 'send to review and publish')
    .description('make tools of a script bank; nothing that is there is overwritten unless asked')
    .action((folder: string, options: SeedOptions) =>
      select({ needs: 'core', run: (context) => seed(context, resolve(folder), options) }),
    )
  const tool = program.commands.find((command) => command.name() === 'tool')
  if (tool === undefined) throw new Error('the commands of tools come first')
  tool
    .command('export')
    .argument('<tool>', 'slug or id')
    .requiredOption('--out <folder>')
    .description('write its published versions as files for a code repository')
    .action((slug: string, options: { out: string }) =>
      select({ needs: 'core', run: (context) => exportTool(context, slug, resolve(options.out)) }),
    )
}

async function seed(context: Context, path: string, options: SeedOptions): Promise<Answer> {
  const envelope = await context.call('bank.seed', {
    path,
    dry_run: options.dryRun === true,
    sync_metadata: options.syncMetadata === true,
    sync_code: options.syncCode === true,
    publish: options.publish === true,
  })
  return answer(
    envelope,
    ({ items }) =>
      table(
        ['tool', 'outcome', 'message'],
        items.map((item) => [item.slug, item.outcome, item.message]),
      ),
    ({ items }) => (items.some((item) => item.outcome === 'failed') ? EXIT.failed : EXIT.done),
  )
}

async function exportTool(context: Context, tool: string, path: string): Promise<Answer> {
  return answer(await context.call('tools.export', { tool, path }), (data) =>
    data.files.map((file) => plain(file.path)).join('\n'),
  )
}
