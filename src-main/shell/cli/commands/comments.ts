import type { Command } from 'commander'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { record } from '../text.ts'
import { given, wholeNumber, type Select } from './selection.ts'

export function registerComments(program: Command, select: Select): void {
  const version = program.commands.find((command) => command.name() === 'version')
  if (version === undefined) throw new Error('the commands of versions come first')
  version
    .command('comment')
    .argument('<version>', 'an id, slug@number, slug@head or slug@active')
    .option('--line <number>', 'a line of the script, counted from 1; without, the version as a whole', wholeNumber)
    .requiredOption('-m, --message <text>', 'what you have to say')
    .description('comment on a version in review')
    .action((reference: string, options: { line?: number; message: string }) =>
      select({ needs: 'core', run: (context) => comment(context, reference, options) }),
    )
}

/** Answers with the version, as the other commands on versions do. */
async function comment(
  context: Context,
  version: string,
  options: { line?: number; message: string },
): Promise<Answer> {
  const made = await context.call('versions.comment', {
    version,
    text: options.message,
    ...given({ line: options.line }),
  })
  if (!made.ok) return answer(made, () => '')
  const found = await context.call('versions.get', { version })
  return answer(found, (data) =>
    record({ version: `${data.tool_slug}@${data.version_number ?? 'pending'}`, state: data.state, id: data.id }),
  )
}
