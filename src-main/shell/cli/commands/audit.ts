import type { Command } from 'commander'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, checkExitCode, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { memberId } from '../references.ts'
import { page, plain, record, table } from '../text.ts'
import { given, wholeNumber, type Select, type Surroundings } from './selection.ts'

type Verification = Output<'audit.verify'>

interface ListOptions {
  tool?: string
  member?: string
  type?: string
  since?: string
  until?: string
  text?: string
  limit?: number
  after?: string
}

export function registerAudit(program: Command, select: Select): void {
  const audit = program.command('audit').description('the whole history: looking, checking, taking it elsewhere')
  audit
    .command('list')
    .option('--tool <tool>', 'slug or id')
    .option('--member <member>', 'name or id')
    .option('--type <type>', 'such as version.published')
    .option('--since <time>', 'not before, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'before')
    .option('--text <text>', 'only those that say this')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('all events, newest first')
    .action((options: ListOptions) => select({ needs: 'core', run: (context) => list(context, options) }))
  audit
    .command('verify')
    .argument('[file]', 'an exported history; without, that of the data folder')
    .option('--root <fingerprint>', 'with FILE: the fingerprint of the key that you trust')
    .description('check everything from the first event on; exit code 13 if something is wrong')
    .action((file: string | undefined, options: { root?: string }) => {
      if (file !== undefined) {
        return select({
          needs: 'nothing',
          run: (surroundings) => verifyFile(surroundings, resolve(file), options.root),
        })
      }
      if (options.root !== undefined) {
        return select({ needs: 'nothing', run: async () => usageError('--root goes with a file.') })
      }
      select({ needs: 'core', run: async (context) => verdict(await context.call('audit.verify', {})) })
    })
  audit
    .command('export')
    .requiredOption('--out <file>')
    .description('write the history to one file that can be checked anywhere')
    .action((options: { out: string }) =>
      select({ needs: 'core', run: (context) => exportTo(context, resolve(options.out)) }),
    )
}

async function list(context: Context, options: ListOptions): Promise<Answer> {
  const { member, ...filter } = options
  const found = member === undefined ? undefined : await memberId(context, member)
  if (found?.ok === false) return answer(found, () => '')
  const envelope = await context.call('audit.list', given({ ...filter, member_id: found?.data }))
  return answer(envelope, (data) =>
    page(
      table(
        ['number', 'when', 'who', 'what', 'outcome'],
        data.items.map((item) => [item.order_number, item.at, item.member_name, item.summary, item.outcome]),
        data.next === null ? 'No events.' : 'None among those that were looked through so far.',
      ),
      data.next,
    ),
  )
}

/** Needs nothing but the file: the core works over a folder that is gone afterwards. */
async function verifyFile({ openCore }: Surroundings, path: string, root: string | undefined): Promise<Answer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'scriptorium-verify-'))
  try {
    const core = await openCore({ dataDir, asWindow: false, preview: null })
    if (!core.ok) return refusal(core.failure)
    try {
      const session = core.value.openSession({ shell: 'cli' })
      if (!session.ok) return refusal(session.failure)
      const envelope = await core.value.dispatch(session.value, 'audit.verifyFile', given({ path, root }))
      return verdict(envelope as Envelope<Verification>, root === undefined)
    } finally {
      await core.value.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

function verdict(envelope: Envelope<Verification>, isRootUntrusted = false): Answer {
  const text = (data: Verification): string => {
    const facts = record({ events: data.events, root: data.root, head: data.head_hash })
    const { first_problem: problem } = data
    if (problem === null) {
      const hint = isRootUntrusted ? '\nCompare the root with one that you trust, or give it with --root.' : ''
      return `${facts}\n\nEverything is as it was signed.${hint}`
    }
    const place =
      problem.order === 0 ? '' : `event ${problem.order}${problem.event_id === null ? '' : ` (${problem.event_id})`}: `
    return `${facts}\n\nWrong: ${plain(`${place}${problem.message}`)}`
  }
  return answer(envelope, text, checkExitCode)
}

async function exportTo(context: Context, path: string): Promise<Answer> {
  return answer(await context.call('audit.export', { path }), (data) =>
    record({ file: data.path, events: data.events, bytes: data.bytes, root: data.root, head: data.head_hash }),
  )
}
