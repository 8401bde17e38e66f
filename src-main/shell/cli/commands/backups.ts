import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { megabytes, record, table } from '../text.ts'
import type { Select } from './selection.ts'

export function registerBackups(program: Command, select: Select): void {
  program
    .command('backup')
    .requiredOption('--out <file>')
    .option('--no-files', 'without the files that runs kept')
    .description('write a backup to one file and check it')
    .action((options: { out: string; files: boolean }) =>
      select({ needs: 'core', run: (context) => create(context, resolve(options.out), options.files) }),
    )
  program
    .command('backups')
    .description('backups in the data folder, newest first')
    .action(() => select({ needs: 'core', run: list }))
  program
    .command('restore')
    .argument('<file>', 'a backup')
    .description('put a backup in the place of the history; the present one is kept')
    .action((file: string) =>
      select({ needs: 'core', run: (context) => restore(context, resolve(file)), afterRestart: confirm }),
    )
  const workspace = program.command('workspace').description('the workspace of this data folder')
  workspace
    .command('resume')
    .requiredOption('-m, --message <why>', 'why you know that no other device holds later events')
    .description('go on with a restored or copied data folder')
    .action((options: { message: string }) =>
      select({
        needs: 'core',
        run: async (context) =>
          answer(
            await context.call('workspace.resume', { reason: options.message }),
            () => 'The workspace goes on from here.',
          ),
      }),
    )
}

async function create(context: Context, path: string, files: boolean): Promise<Answer> {
  return answer(await context.call('backups.create', { path, files }), (data) =>
    record({ file: data.path, size: megabytes(data.bytes), events: data.events, checked: data.verified }),
  )
}

async function list(context: Context): Promise<Answer> {
  return answer(await context.call('backups.list', {}), (data) =>
    table(
      ['file', 'when', 'events', 'size'],
      data.items.map((item) => [item.path, item.created_at, item.events, megabytes(item.bytes)]),
      'No backups.',
    ),
  )
}

async function restore(context: Context, path: string): Promise<Answer> {
  return answer(await context.call('backups.restore', { path }), (data) =>
    record({ events: data.restored_events, 'the old history': data.kept_as }),
  )
}

/** The folder was closed and opened again: unless another process is at work there, the restore has taken place. */
async function confirm(context: Context, staged: Answer): Promise<Answer> {
  const status = await context.call('system.status', {})
  if (!status.ok || !staged.envelope.ok) return staged
  const isDone = status.data.must_resume === 'restored'
  const data = { ...(staged.envelope.data as Output<'backups.restore'>), must_restart: !isDone }
  const next = isDone
    ? 'Restored. A superuser goes on with: workspace resume -m WHY'
    : 'The backup takes its place when no other process is at work on this folder. Close the app and start it again.'
  return { envelope: { ok: true, data }, text: `${staged.text}\n\n${next}` }
}
