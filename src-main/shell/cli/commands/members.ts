import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { memberId } from '../references.ts'
import { record, table } from '../text.ts'
import type { Select } from './selection.ts'

type Member = Output<'members.add'>
type Role = Member['role']

export function registerMembers(program: Command, select: Select): void {
  const member = program.command('member').description('the people of the workspace')
  member
    .command('add')
    .argument('<name>')
    .requiredOption('--role <role>', 'user, contributor, admin or superuser')
    .description('add a member and make a key for them on this device')
    .action((name: string, options: { role: Role }) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('members.add', { name, role: options.role }), text),
      }),
    )
  member
    .command('list')
    .description('everybody, with their roles')
    .action(() => select({ needs: 'core', run: list }))
  member
    .command('use')
    .argument('<member>', 'name or id')
    .description('act as this member from now on, in the commands on this data folder')
    .action((name: string) => select({ needs: 'core', run: (context) => use(context, name) }))
  member
    .command('role')
    .argument('<member>', 'name or id')
    .argument('<role>', 'user, contributor, admin or superuser')
    .description('change a role')
    .action((name: string, role: Role) => select({ needs: 'core', run: (context) => setRole(context, name, role) }))
  member
    .command('revoke')
    .argument('<member>', 'name or id')
    .requiredOption('-m, --message <why>', 'why')
    .description('end a membership; what the member signed stays valid')
    .action((name: string, options: { message: string }) =>
      select({ needs: 'core', run: (context) => revoke(context, name, options.message) }),
    )
}

async function list(context: Context): Promise<Answer> {
  return answer(await context.call('members.list', {}), (data) =>
    table(
      ['name', 'role', 'status', 'id'],
      data.items.map((item) => [item.name, item.role, item.status, item.id]),
      'No members.',
    ),
  )
}

/** By name as it stands: who is locked or revoked can't look names up, and may still hand over to somebody else. */
async function use(context: Context, name: string): Promise<Answer> {
  return answer(await context.call('session.use', { member_id: name }), text)
}

async function setRole(context: Context, name: string, role: Role): Promise<Answer> {
  const id = await memberId(context, name)
  return id.ok
    ? answer(await context.call('members.setRole', { member_id: id.data, role }), text)
    : answer(id, () => '')
}

async function revoke(context: Context, name: string, reason: string): Promise<Answer> {
  const id = await memberId(context, name)
  return id.ok
    ? answer(await context.call('members.revoke', { member_id: id.data, reason }), text)
    : answer(id, () => '')
}

function text(member: Member): string {
  return record({ name: member.name, role: member.role, status: member.status, id: member.id })
}
