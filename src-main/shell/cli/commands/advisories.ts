import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { ADVISORY_KINDS, type Advisory } from '../../../domain/advisory.ts'
import { answer, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readText } from '../files.ts'
import { memberId } from '../references.ts'
import { page, plain, record, table } from '../text.ts'
import { given, oneOf, wholeNumber, type Select } from './selection.ts'

interface ListOptions {
  run?: string
  kind?: Advisory['kind']
  reviewed?: boolean
  toReview?: boolean
  reviewedBy?: string
  policy?: 'A' | 'B'
  since?: string
  until?: string
  limit?: number
  after?: string
}

interface AttachOptions {
  kind: 'suggestion' | 'note' | 'override_request'
  file?: string
  message?: string
  id?: string
}

export function registerAdvisories(program: Command, select: Select): void {
  const advisory = program.command('advisory').description('explanations, suggestions, notes and override requests')
  advisory
    .command('list')
    .option('--run <run>', 'only those of this run')
    .option('--kind <kind>', ADVISORY_KINDS.join(', '), oneOf(ADVISORY_KINDS))
    .option('--reviewed', 'only those that were reviewed')
    .option('--to-review', 'only those that nobody has reviewed')
    .option('--reviewed-by <reviewer>', 'a member, or a name such as system:auto_explanation_green')
    .option('--policy <policy>', 'only those that policy A or B approved by itself', oneOf(['A', 'B']))
    .option('--since <time>', 'not before, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'before')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('advisories that you may see, oldest first')
    .action((options: ListOptions) => {
      if (options.reviewed === true && options.toReview === true) {
        return select({ needs: 'nothing', run: async () => usageError('Give --reviewed or --to-review, not both.') })
      }
      select({ needs: 'core', run: (context) => list(context, options) })
    })
  advisory
    .command('attach')
    .argument('<run>', 'id')
    .requiredOption(
      '--kind <kind>',
      'suggestion, note or override_request',
      oneOf(['suggestion', 'note', 'override_request']),
    )
    .option('--file <file>', 'the text; - reads it from standard input')
    .option('-m, --message <text>', 'the text')
    .option('--id <id>', 'a UUIDv7 of your own, so that repeating the call attaches nothing twice')
    .description('attach a text to a run')
    .action((run: string, options: AttachOptions) => {
      if ((options.file === undefined) === (options.message === undefined)) {
        return select({ needs: 'nothing', run: async () => usageError('Give either --file or --message.') })
      }
      select({ needs: 'core', run: (context) => attach(context, run, options) })
    })
  advisory
    .command('review')
    .argument('<advisory>', 'id')
    .option('--approve', 'approve it; of an override request, this is the override')
    .option('--reject', 'reject it')
    .requiredOption('-m, --message <why>', 'why')
    .description('approve or reject an advisory')
    .action((id: string, options: { approve?: boolean; reject?: boolean; message: string }) => {
      if ((options.approve === true) === (options.reject === true)) {
        return select({ needs: 'nothing', run: async () => usageError('Give either --approve or --reject.') })
      }
      const review = { advisory_id: id, approve: options.approve === true, notes: options.message }
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('advisories.review', review), advisoryText),
      })
    })
}

async function list(context: Context, options: ListOptions): Promise<Answer> {
  const { reviewedBy, reviewed, toReview, ...filter } = options
  const isSystem = reviewedBy?.startsWith('system:') === true
  const found = reviewedBy === undefined || isSystem ? undefined : await memberId(context, reviewedBy)
  if (found?.ok === false) return answer(found, () => '')
  const state = toReview === true ? false : reviewed
  const input = given({ ...filter, reviewed: state, reviewed_by: isSystem ? reviewedBy : found?.data })
  return answer(await context.call('advisories.list', input), (data) =>
    page(
      table(
        ['when', 'tool', 'kind', 'by', 'reviewed', 'approved', 'text', 'run', 'id'],
        data.items.map((item) => [
          item.created_at,
          item.tool_slug,
          item.kind,
          item.created_by_name ?? item.engine_id,
          item.reviewed_by_name,
          item.reviewed ? item.approved_for_workflow : null,
          item.text,
          item.run_id,
          item.id,
        ]),
        'No advisories.',
      ),
      data.next,
    ),
  )
}

async function attach(context: Context, run: string, { kind, file, message, id }: AttachOptions): Promise<Answer> {
  const text = file === undefined ? message : await readText(file, context.input)
  if (typeof text === 'object' && !text.ok) return refusal(text.failure)
  const input = { run, kind, text: typeof text === 'object' ? text.value : (text ?? ''), ...given({ id }) }
  return answer(await context.call('advisories.attach', input), advisoryText)
}

export function advisoryText(item: Output<'advisories.attach'>): string {
  const facts = record({
    advisory: item.id,
    run: item.run_id,
    kind: item.kind,
    by: item.created_by_name ?? item.engine_id,
    when: item.created_at,
    reviewed: item.reviewed
      ? `${item.approved_for_workflow ? 'approved' : 'rejected'} by ${item.reviewed_by_name ?? '-'}`
      : 'no',
    notes: item.review_notes ?? undefined,
  })
  return `${facts}\n\n${plain(item.text)}`
}
