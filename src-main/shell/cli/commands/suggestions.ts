import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { notFound } from '../../../domain/result.ts'
import { answer, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { page, record, table } from '../text.ts'
import { collect, given, oneOf, wholeNumber, type Select } from './selection.ts'

type Suggestion = Output<'suggestions.submit'>
const STATUSES = ['pending', 'accepted', 'modified', 'denied'] as const

interface Content {
  title?: string
  description?: string
  profession?: string[]
  category?: string[]
}

interface DecideOptions extends Content {
  accept?: boolean
  modify?: boolean
  deny?: boolean
  slug?: string
  message: string
}

export function registerSuggestions(program: Command, select: Select): void {
  const suggestion = program.command('suggestion').description('proposals for new tools')
  suggestion
    .command('submit')
    .requiredOption('--title <text>')
    .requiredOption('--description <text>')
    .option('--profession <name>', 'may be given several times', collect)
    .option('--category <name>', 'may be given several times', collect)
    .description('suggest a new tool')
    .action((options: Content & { title: string; description: string }) =>
      select({ needs: 'core', run: (context) => submit(context, options) }),
    )
  suggestion
    .command('list')
    .option('--status <status>', STATUSES.join(', '), oneOf(STATUSES))
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('suggestions, newest first')
    .action((options: { status?: (typeof STATUSES)[number]; limit?: number; after?: string }) =>
      select({ needs: 'core', run: (context) => list(context, options) }),
    )
  suggestion
    .command('decide')
    .argument('<suggestion>', 'id')
    .option('--accept', 'as it stands')
    .option('--modify', 'with what you change by --title, --description, --profession and --category')
    .option('--deny')
    .option('--slug <slug>', 'name of the new tool')
    .option('--title <text>')
    .option('--description <text>')
    .option('--profession <name>', 'may be given several times', collect)
    .option('--category <name>', 'may be given several times', collect)
    .requiredOption('-m, --message <why>', 'why')
    .description('accept, accept with changes, or deny')
    .action((id: string, options: DecideOptions) =>
      select({ needs: 'core', run: (context) => decide(context, id, options) }),
    )
}

async function submit(context: Context, options: Content & { title: string; description: string }): Promise<Answer> {
  const { title, description, profession: professions = [], category: categories = [] } = options
  return answer(await context.call('suggestions.submit', { title, description, professions, categories }), text)
}

async function list(
  context: Context,
  options: { status?: (typeof STATUSES)[number]; limit?: number; after?: string },
): Promise<Answer> {
  return answer(await context.call('suggestions.list', given(options)), (data) =>
    page(
      table(
        ['title', 'status', 'by', 'tool', 'id'],
        data.items.map((item) => [item.title, item.status, item.submitted_by_name, item.tool_slug, item.id]),
        'No suggestions.',
      ),
      data.next,
    ),
  )
}

async function decide(context: Context, id: string, options: DecideOptions): Promise<Answer> {
  const chosen = [options.accept, options.modify, options.deny].filter((choice) => choice === true)
  if (chosen.length !== 1) return usageError('Give one of --accept, --modify and --deny.')
  const { title, description, profession, category } = options
  const isChanged = [title, description, profession, category].some((change) => change !== undefined)
  if (isChanged !== (options.modify === true))
    return usageError('--title, --description, --profession and --category go with --modify, which takes at least one.')
  const decision = options.accept === true ? 'accepted' : options.modify === true ? 'modified' : 'denied'
  const { slug = null, message: rationale } = options
  const input = { suggestion_id: id, decision, slug, rationale } as const
  if (decision !== 'modified') return answer(await context.call('suggestions.decide', input), text)
  const found = await find(context, id)
  if (found === null) return refusal(notFound('suggestion'))
  const modified = {
    title: title ?? found.title,
    description: description ?? found.description,
    professions: profession ?? found.professions,
    categories: category ?? found.categories,
  }
  return answer(await context.call('suggestions.decide', { ...input, modified }), text)
}

async function find(context: Context, id: string): Promise<Suggestion | null> {
  let after: string | null = null
  do {
    const list: Awaited<ReturnType<typeof context.call<'suggestions.list'>>> = await context.call('suggestions.list', {
      status: 'pending',
      limit: 200,
      after,
    })
    if (!list.ok) return null
    const found = list.data.items.find((item) => item.id === id)
    if (found !== undefined) return found
    after = list.data.next
  } while (after !== null)
  return null
}

function text(suggestion: Suggestion): string {
  return record({
    title: suggestion.modified?.title ?? suggestion.title,
    status: suggestion.status,
    by: suggestion.submitted_by_name,
    tool: suggestion.tool_slug ?? undefined,
    'decided by': suggestion.decided_by_name ?? undefined,
    why: suggestion.rationale ?? undefined,
    id: suggestion.id,
  })
}
