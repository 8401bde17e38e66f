import type { Command } from 'commander'
import { VERSION_STATES, type VersionState } from '../../../domain/version.ts'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { unifiedDifference } from '../difference.ts'
import { activeVersionId, versionId, versionNamed } from '../references.ts'
import { page, plain, record, table, type Cell } from '../text.ts'
import { needsOf, needsText } from './needs.ts'
import { registerVersionPack } from './run-evidence.ts'
import { given, oneOf, wholeNumber, type Select } from './selection.ts'
import { saveVersion, type SaveOptions } from './version-save.ts'

type Version = Output<'versions.submit'>

const VERSION = 'an id, slug@number, slug@head or slug@active'

interface ListOptions {
  state?: VersionState
  limit?: number
  after?: string
}

export function registerVersions(program: Command, select: Select): void {
  const version = program.command('version').description('versions of a tool and their review')
  version
    .command('save')
    .argument('<tool>', 'slug or id')
    .argument('<file>', 'the script; - reads it from standard input')
    .option('--entrypoint <name>', 'name of the function to call (run_tool)')
    .option('--expected-parent <version>', 'the head to save over')
    .option('--inputs-schema <file>', 'fields of the form, as JSON; none removes them')
    .option('--settings-schema <file>', 'fields of the settings, as JSON; none removes them')
    .option('--usage <file>', 'instructions for those who run it; none removes them')
    .option('--runtime <file>', 'what it needs to run, as JSON; none removes it')
    .option('--new', 'start a new line')
    .option('--from <version>', 'with --new: what the line starts from')
    .option('-m, --message <summary>', 'what changed')
    .description('save a script as a new version')
    .action((tool: string, file: string, options: SaveOptions) =>
      select({ needs: 'core', run: (context) => saveVersion(context, tool, file, options, versionText) }),
    )
  version
    .command('list')
    .argument('<tool>', 'slug or id')
    .option('--state <state>', VERSION_STATES.join(', '), oneOf(VERSION_STATES))
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('versions, newest first')
    .action((tool: string, options: ListOptions) =>
      select({ needs: 'core', run: (context) => list(context, tool, options) }),
    )
  version
    .command('show')
    .argument('<version>', VERSION)
    .option('--source', 'with the script and all that belongs to it')
    .description('one version')
    .action((reference: string, options: { source?: boolean }) =>
      select({ needs: 'core', run: (context) => show(context, reference, options.source === true) }),
    )
  version
    .command('diff')
    .argument('<a>', VERSION)
    .argument('<b>', VERSION)
    .description('what differs between two versions')
    .action((a: string, b: string) => select({ needs: 'core', run: (context) => difference(context, a, b) }))
  registerReview(version, select)
  registerVersionPack(version, select)
}

function registerReview(version: Command, select: Select): void {
  version
    .command('submit')
    .argument('<version>', VERSION)
    .option('-m, --message <note>', 'a note for the reviewer')
    .description('send a head to review')
    .action((reference: string, options: { message?: string }) => {
      const input = { version: reference, ...given({ review_note: options.message }) }
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('versions.submit', input), versionText),
      })
    })
  version
    .command('withdraw')
    .argument('<version>', VERSION)
    .description('take it back from review; answers with the new draft')
    .action((reference: string) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('versions.withdraw', { version: reference }), versionText),
      }),
    )
  version
    .command('request-changes')
    .argument('<version>', VERSION)
    .requiredOption('-m, --message <text>', 'what should change')
    .description('send it back with a message; answers with the new draft')
    .action((reference: string, options: { message: string }) => {
      const input = { version: reference, message: options.message }
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('versions.requestChanges', input), versionText),
      })
    })
  version
    .command('publish')
    .argument('<version>', VERSION)
    .option('--expected-active <version>', 'what was active when you compared, or none; else what is active now')
    .option('-m, --message <summary>', 'what changed')
    .description('make the reviewed content the active version')
    .action((reference: string, options: { expectedActive?: string; message?: string }) =>
      select({ needs: 'core', run: (context) => publish(context, reference, options) }),
    )
}

async function list(context: Context, tool: string, options: ListOptions): Promise<Answer> {
  return answer(await context.call('versions.list', { tool, ...given(options) }), (data) =>
    page(
      table(
        ['number', 'state', 'head', 'by', 'when', 'summary', 'id'],
        data.items.map((item) => [
          item.version_number,
          item.state,
          item.is_head,
          item.created_by_name,
          item.created_at,
          item.change_summary,
          item.id,
        ]),
        'No versions.',
      ),
      data.next,
    ),
  )
}

const CONTENT_FIELDS = ['source_code', 'input_schema', 'settings_schema', 'usage_instructions', 'runtime'] as const

async function show(context: Context, reference: string, withSource: boolean): Promise<Answer> {
  const found = await context.call('versions.get', { version: reference })
  if (!found.ok) return answer(found, () => '')
  const version = found.data
  const runContext = version.state === 'active' ? 'production' : 'sandbox'
  const needs = await needsOf(context, version.runtime?.packages ?? [], runContext)
  const text = versionText(version, needsText(needs))
  if (withSource) {
    return { envelope: { ok: true, data: { ...version, needs } }, text: `${text}\n\n${plain(version.source_code)}` }
  }
  const hidden: readonly string[] = CONTENT_FIELDS
  const data = Object.fromEntries(Object.entries(version).filter(([name]) => !hidden.includes(name)))
  return { envelope: { ok: true, data: { ...data, needs } }, text }
}

async function difference(context: Context, a: string, b: string): Promise<Answer> {
  const before = await versionNamed(context, a)
  if (!before.ok) return answer(before, () => '')
  const after = await versionNamed(context, b)
  if (!after.ok) return answer(after, () => '')
  const source = unifiedDifference(before.data.source_code, after.data.source_code, { before: a, after: b })
  const others = ['entrypoint', 'input_schema', 'settings_schema', 'usage_instructions', 'runtime'] as const
  const changes = others
    .filter((field) => JSON.stringify(before.data[field]) !== JSON.stringify(after.data[field]))
    .map((field) => ({ field, before: before.data[field], after: after.data[field] }))
  const data = {
    id: after.data.id,
    from_version_id: before.data.id,
    to_version_id: after.data.id,
    identical: before.data.manifest_hash === after.data.manifest_hash,
    source_diff: source,
    changes,
  }
  return answer({ ok: true, data }, () => {
    const parts = changes.map(
      (change) => `${change.field}: ${JSON.stringify(change.before)} -> ${JSON.stringify(change.after)}`,
    )
    return plain([...parts, source].filter((part) => part !== '').join('\n')) || 'The two are the same.'
  })
}

async function publish(
  context: Context,
  reference: string,
  options: { expectedActive?: string; message?: string },
): Promise<Answer> {
  const expected = await expectedActive(context, reference, options.expectedActive)
  if (!expected.ok) return answer(expected, () => '')
  const input = {
    version: reference,
    expected_active_version_id: expected.data,
    ...given({ change_summary: options.message }),
  }
  return answer(await context.call('versions.publish', input), activationText)
}

async function expectedActive(context: Context, reference: string, option: string | undefined) {
  if (option === 'none') return { ok: true as const, data: null }
  if (option !== undefined) return versionId(context, option)
  const version = await context.call('versions.get', { version: reference })
  return version.ok ? activeVersionId(context, version.data.tool_id) : version
}

function versionText(version: Version, needs: Record<string, Cell> = {}): string {
  return record({
    version: `${version.tool_slug}@${version.version_number ?? 'pending'}`,
    state: version.state,
    'head of its line': version.is_head,
    by: version.created_by_name,
    when: version.created_at,
    entrypoint: version.entrypoint,
    ...needs,
    summary: version.change_summary ?? undefined,
    'submitted by': version.submitted_for_review_by_name ?? undefined,
    'review note': version.review_note ?? undefined,
    'reviewed by': version.reviewed_by_name ?? undefined,
    'published by': version.published_by_name ?? undefined,
    manifest: version.manifest_hash,
    id: version.id,
  })
}

export function activationText(data: Output<'versions.publish'>): string {
  return record({
    'active now': data.new_active_version_id,
    'active before': data.previous_active_version_id ?? 'none',
    archived: data.archived_version_ids.join(', ') || undefined,
  })
}
