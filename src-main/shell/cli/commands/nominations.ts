import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { memberId } from '../references.ts'
import { page, record, table } from '../text.ts'
import { given, wholeNumber, type Select } from './selection.ts'

type Nomination = Output<'members.nominate'>

export function registerNominations(program: Command, select: Select): void {
  const member = program.commands.find((command) => command.name() === 'member')
  if (member === undefined) throw new Error('the commands of members come first')
  member
    .command('nominate')
    .argument('<member>', 'name or id')
    .argument('<role>', 'contributor, admin or superuser')
    .requiredOption('-m, --message <why>', 'why')
    .description('nominate somebody for a higher role')
    .action((name: string, role: Nomination['role'], options: { message: string }) =>
      select({ needs: 'core', run: (context) => nominate(context, name, role, options.message) }),
    )
  member
    .command('nominations')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('nominations, newest first')
    .action((options: { limit?: number; after?: string }) =>
      select({ needs: 'core', run: (context) => list(context, options) }),
    )
  member
    .command('decide')
    .argument('<nomination>', 'id')
    .option('--approve')
    .option('--decline')
    .requiredOption('-m, --message <why>', 'why')
    .description('approve or decline a nomination')
    .action((id: string, options: { approve?: boolean; decline?: boolean; message: string }) =>
      select({ needs: 'core', run: (context) => decide(context, id, options) }),
    )
}

async function nominate(context: Context, name: string, role: Nomination['role'], reason: string): Promise<Answer> {
  const id = await memberId(context, name)
  return id.ok
    ? answer(await context.call('members.nominate', { member_id: id.data, role, reason }), text)
    : answer(id, () => '')
}

async function list(context: Context, options: { limit?: number; after?: string }): Promise<Answer> {
  return answer(await context.call('members.nominations', given(options)), (data) =>
    page(
      table(
        ['member', 'role', 'status', 'by', 'why', 'id'],
        data.items.map((item) => [
          item.member_name,
          item.role,
          item.status,
          item.nominated_by_name,
          item.reason,
          item.id,
        ]),
        'No nominations.',
      ),
      data.next,
    ),
  )
}

async function decide(
  context: Context,
  nomination_id: string,
  options: { approve?: boolean; decline?: boolean; message: string },
): Promise<Answer> {
  if ((options.approve === true) === (options.decline === true)) return usageError('Give --approve or --decline.')
  const input = { nomination_id, approve: options.approve === true, reason: options.message }
  return answer(await context.call('members.decideNomination', input), text)
}

function text(nomination: Nomination): string {
  return record({
    member: nomination.member_name,
    role: nomination.role,
    status: nomination.status,
    'nominated by': nomination.nominated_by_name,
    'decided by': nomination.decided_by_name ?? undefined,
    id: nomination.id,
  })
}
