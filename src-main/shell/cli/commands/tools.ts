import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { activeVersionId, memberIds } from '../references.ts'
import { page, record, table, type Cell } from '../text.ts'
import { needsOf, needsText } from './needs.ts'
import { collect, given, wholeNumber, type Select } from './selection.ts'
import { activationText } from './versions.ts'

type Tool = Output<'tools.get'>

interface Metadata {
  title?: string
  summary?: string
  tag?: string[]
}

interface ListOptions {
  published?: boolean
  mine?: boolean
  text?: string
  limit?: number
  after?: string
}

export function registerTools(program: Command, select: Select): void {
  const tool = program.command('tool').description('tools: what is known about them, and the catalogue')
  tool
    .command('create')
    .argument('<slug>')
    .requiredOption('--title <text>')
    .option('--summary <text>')
    .option('--tag <tag>', 'may be given several times', collect)
    .description('make an unpublished tool without versions')
    .action((slug: string, options: Metadata & { title: string }) =>
      select({ needs: 'core', run: (context) => create(context, slug, options) }),
    )
  tool
    .command('list')
    .option('--published', 'the catalogue: published tools that can be run')
    .option('--mine', 'only those that you maintain')
    .option('--text <text>', 'only those that mention this')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('tools, by title')
    .action((options: ListOptions) => select({ needs: 'core', run: (context) => list(context, options) }))
  tool
    .command('show')
    .argument('<tool>', 'slug or id')
    .description('one tool')
    .action((slug: string) => select({ needs: 'core', run: (context) => show(context, slug) }))
  tool
    .command('edit')
    .argument('<tool>', 'slug or id')
    .option('--title <text>')
    .option('--summary <text>')
    .option('--tag <tag>', 'may be given several times; replaces all tags, and an empty one removes them', collect)
    .description('change title, summary or tags')
    .action((slug: string, options: Metadata) =>
      select({ needs: 'core', run: (context) => edit(context, slug, options) }),
    )
  tool
    .command('publish')
    .argument('<tool>', 'slug or id')
    .description('show a tool with an active version in the catalogue')
    .action((slug: string) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('tools.publish', { tool: slug }), toolText),
      }),
    )
  tool
    .command('depublish')
    .argument('<tool>', 'slug or id')
    .description('hide a tool; versions and runs stay')
    .action((slug: string) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('tools.depublish', { tool: slug }), toolText),
      }),
    )
  tool
    .command('maintainers')
    .argument('<tool>', 'slug or id')
    .option('--add <member>', 'name or id; may be given several times', collect)
    .option('--remove <member>', 'name or id; may be given several times', collect)
    .description('add and remove maintainers')
    .action((slug: string, options: { add?: string[]; remove?: string[] }) =>
      select({
        needs: 'core',
        run: (context) => setMaintainers(context, slug, options.add ?? [], options.remove ?? []),
      }),
    )
  tool
    .command('rollback')
    .argument('<tool>', 'slug or id')
    .requiredOption('--to <version>', 'a version that was once active')
    .requiredOption('-m, --message <why>', 'why')
    .description('make the content of a once active version active again')
    .action((slug: string, options: { to: string; message: string }) =>
      select({ needs: 'core', run: (context) => rollBack(context, slug, options) }),
    )
}

async function create(context: Context, slug: string, options: Metadata & { title: string }): Promise<Answer> {
  const { title, summary, tag: tags } = options
  return answer(await context.call('tools.create', { slug, title, ...given({ summary, tags }) }), toolText)
}

async function list(context: Context, options: ListOptions): Promise<Answer> {
  const { text, limit, after, mine } = options
  const published = options.published === true ? true : undefined
  const input = given({ text, limit, after, mine, published })
  return answer(await context.call('tools.list', input), (data) =>
    page(
      table(
        ['slug', 'title', 'published', 'active', 'drafts', 'in review'],
        data.items.map((item) => [
          item.slug,
          item.title,
          item.is_published,
          item.active_version_number,
          item.draft_count,
          item.in_review_count,
        ]),
        'No tools.',
      ),
      data.next,
    ),
  )
}

/** Who only runs tools is told what the catalogue says of them. */
async function show(context: Context, slug: string): Promise<Answer> {
  const tool = await context.call('tools.get', { tool: slug })
  if (!tool.ok && tool.error.code !== 'NOT_FOUND') return answer(tool, toolText)
  // What would be run is what the catalogue has, whoever looks.
  const entry = await context.call('catalogue.get', { tool: slug })
  const needs = entry.ok ? await needsOf(context, entry.data.packages, 'production') : null
  if (tool.ok) return answer({ ok: true, data: { ...tool.data, needs } }, (item) => toolText(item, needsText(needs)))
  if (!entry.ok) return answer(tool, toolText)
  const data = { ...entry.data, is_published: true, active_version_id: entry.data.version_id, needs }
  return answer({ ok: true, data }, (item) =>
    record({
      slug: item.slug,
      title: item.title,
      summary: item.summary,
      tags: item.tags.join(', '),
      version: item.version_number,
      ...needsText(needs),
      id: item.id,
    }),
  )
}

async function edit(context: Context, slug: string, options: Metadata): Promise<Answer> {
  const tags = options.tag?.filter((tag) => tag !== '')
  const changes = given({ title: options.title, summary: options.summary, tags })
  if (Object.keys(changes).length === 0) return usageError('Nothing to change: give --title, --summary or --tag.')
  return answer(await context.call('tools.edit', { tool: slug, ...changes }), toolText)
}

async function setMaintainers(context: Context, slug: string, add: string[], remove: string[]): Promise<Answer> {
  if (add.length + remove.length === 0) return usageError('Nothing to change: give --add or --remove.')
  const added = await memberIds(context, add)
  if (!added.ok) return answer(added, () => '')
  const removed = await memberIds(context, remove)
  if (!removed.ok) return answer(removed, () => '')
  const input = { tool: slug, add: added.data, remove: removed.data }
  return answer(await context.call('tools.setMaintainers', input), toolText)
}

async function rollBack(context: Context, slug: string, options: { to: string; message: string }): Promise<Answer> {
  const active = await activeVersionId(context, slug)
  if (!active.ok) return answer(active, () => '')
  const input = { tool: slug, to_version: options.to, expected_active_version_id: active.data, reason: options.message }
  return answer(await context.call('versions.rollback', input), activationText)
}

function toolText(tool: Tool, needs: Record<string, Cell> = {}): string {
  return record({
    slug: tool.slug,
    title: tool.title,
    summary: tool.summary || undefined,
    tags: tool.tags.join(', ') || undefined,
    published: tool.is_published,
    active: tool.active_version_number,
    drafts: tool.draft_count,
    'in review': tool.in_review_count,
    maintainers: tool.maintainers.map((member) => member.name).join(', ') || undefined,
    ...needs,
    id: tool.id,
  })
}
