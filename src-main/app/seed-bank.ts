import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { SeededTool } from '../../src-preload/contract/bank.ts'
import { bankToolSchema, type BankTool } from '../domain/bank.ts'
import { BROKEN_TEXT, brokenText } from '../domain/broken-text.ts'
import { plainIssue } from '../domain/plain-issue.ts'
import { isDistinctReviewer, mayOperate } from '../domain/policy.ts'
import { failed, failure, invalidField, success, type Failure, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import { slugSchema } from '../domain/tool.ts'
import {
  manifestHash,
  MAX_SOURCE_BYTES,
  withoutByteOrderMark,
  type Version,
  type VersionContent,
} from '../domain/version.ts'
import { actingMember } from './actor.ts'
import { currentSettings, type Context } from './context.ts'
import type { Session } from './core.ts'
import { publishVersion } from './reviews.ts'
import { createTool, editTool, publishTool } from './tools.ts'
import { saveVersion, submitVersion } from './versions.ts'

/** TL-5: a script bank becomes tools, by slug, as often as one likes. */

export type SeedOptions = Omit<ParsedInput<'bank.seed'>, 'path'>

const MAX_TOOLS = 1000
const MAX_DESCRIPTION_BYTES = 1024 * 1024

export async function seedBank(
  context: Context,
  session: Session,
  input: ParsedInput<'bank.seed'>,
): Promise<Result<Output<'bank.seed'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value))
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins may seed a script bank.'))
  const slugs = await context.localFiles.folders(input.path, MAX_TOOLS)
  if (!slugs.ok) return slugs
  if (slugs.value.length === 0)
    return failed(invalidField('path', 'holds no folders; a script bank has one for each tool'))
  const items: SeededTool[] = []
  for (const slug of slugs.value) {
    const tool = await readBankTool(context, input.path, slug)
    items.push(tool.ok ? seedTool(context, session, tool.value, input) : seeded(slug, 'failed', tool.failure.message))
  }
  return success({ items, next: null })
}

async function readBankTool(context: Context, folder: string, slug: string): Promise<Result<BankTool>> {
  const { localFiles } = context
  if (!slugSchema.safeParse(slug).success) return failed(invalidField('slug', `${slug} can't be one`))
  const description = await localFiles.readText(localFiles.join(folder, slug, 'tool.json'), MAX_DESCRIPTION_BYTES)
  if (!description.ok) return description
  const source = await localFiles.readText(localFiles.join(folder, slug, 'script.py'), MAX_SOURCE_BYTES)
  if (!source.ok) return source
  const value = parseJson(description.value)
  if (value === undefined) return failed(invalidField('tool.json', 'is not valid JSON'))
  const broken = brokenText(value, ['tool.json'])
  if (broken !== null) return failed(invalidField(broken, BROKEN_TEXT))
  const parsed = bankToolSchema.safeParse(value, { error: plainIssue })
  if (parsed.success) return success({ slug, source_code: source.value, ...parsed.data })
  const issue = parsed.error.issues[0]
  return failed(invalidField(['tool.json', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is malformed'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(text))
  } catch {
    return undefined
  }
}

/** One tool of a bank, whole or not at all. Nothing that is there is overwritten unless asked. */
export function seedTool(context: Context, session: Session, tool: BankTool, options: SeedOptions): SeededTool {
  const done = allOrNothing(context, () => {
    const existing = context.store.state.toolBySlug(tool.slug)
    return existing === null
      ? seedNew(context, session, tool, options)
      : seedExisting(context, session, tool, existing, options)
  })
  return done.ok ? done.value : seeded(tool.slug, 'failed', done.failure.message)
}

function seedNew(context: Context, session: Session, tool: BankTool, options: SeedOptions): Result<SeededTool> {
  const { slug, title, summary, tags } = tool
  if (options.dry_run) return success(seeded(slug, 'created', 'would be made'))
  const created = createTool(context, session, { slug, title, summary, tags })
  if (!created.ok) return created
  const code = bringCode(context, session, tool, null, options)
  return code.ok ? success(seeded(slug, 'created', code.value)) : code
}

function seedExisting(
  context: Context,
  session: Session,
  tool: BankTool,
  existing: ToolRow,
  options: SeedOptions,
): Result<SeededTool> {
  const { slug, title, summary, tags } = tool
  const sameMetadata =
    existing.title === title && existing.summary === summary && existing.tags.join('\n') === tags.join('\n')
  const standing = whereContentStands(context, existing, contentOf(tool))
  const waitsForPublishing = options.publish && standing !== null && standing.state === 'draft'
  const changesMetadata = !sameMetadata && options.sync_metadata
  const changesCode = (standing === null && options.sync_code) || waitsForPublishing
  const left = [
    ...(sameMetadata || changesMetadata ? [] : ['metadata (sync_metadata)']),
    ...(standing !== null || changesCode ? [] : ['code (sync_code)']),
  ]
  if (!changesMetadata && !changesCode) {
    return success(
      left.length === 0 ? seeded(slug, 'unchanged', '') : seeded(slug, 'differs', `differs in ${left.join(' and ')}`),
    )
  }
  const messages = left.length === 0 ? [] : [`still differs in ${left.join(' and ')}`]
  const will = [...(changesMetadata ? ['metadata'] : []), ...(changesCode ? ['code'] : [])].join(' and ')
  if (options.dry_run) return success(seeded(slug, 'updated', [`${will} would be updated`, ...messages].join('; ')))
  if (changesMetadata) {
    const edited = editTool(context, session, {
      tool: slug,
      title,
      summary,
      tags,
      expected_metadata_event_id: existing.metadata_event_id,
    })
    if (!edited.ok) return edited
    messages.push('metadata updated')
  }
  if (changesCode) {
    const code = bringCode(context, session, tool, standing, options)
    if (!code.ok) return code
    messages.push(code.value)
  }
  return success(seeded(slug, 'updated', messages.join('; ')))
}

/** Saves the code unless it stands as a draft already, and takes it as far as `publish` and RB-5 let it go. */
function bringCode(
  context: Context,
  session: Session,
  tool: BankTool,
  standing: Version | null,
  options: SeedOptions,
): Result<string> {
  const before = context.store.state.toolBySlug(tool.slug)
  let draft = standing
  if (draft === null) {
    const saved = saveVersion(context, session, {
      tool: tool.slug,
      ...contentOf(tool),
      expected_parent_version_id: null,
      from_version_id: before?.active_version_id ?? null,
      change_summary: 'From a script bank',
    })
    if (!saved.ok) return saved
    draft = saved.value
  }
  if (!options.publish) return success('saved as a draft')
  const submitted = submitVersion(context, session, { version: draft.id, review_note: null })
  if (!submitted.ok) return submitted
  const { memberId } = session
  const isStopped = currentSettings(context).require_distinct_reviewer && memberId !== null
  if (isStopped && !isDistinctReviewer({ id: memberId, role: 'admin' }, submitted.value)) {
    return success('waits in review: somebody else must publish it')
  }
  const expected_active_version_id = before?.active_version_id ?? null
  const published = publishVersion(context, session, {
    version: draft.id,
    expected_active_version_id,
    change_summary: null,
  })
  if (!published.ok) return published
  if (before?.is_published === true) return success('published')
  const shown = publishTool(context, session, { tool: tool.slug })
  return shown.ok ? success('published') : shown
}

/** The version that has this content and is still of use: active, in review, or a head. */
function whereContentStands(context: Context, tool: ToolRow, content: VersionContent): Version | null {
  const hash = manifestHash(content, context.keys.sha256)
  const active = tool.active_version_id === null ? null : context.store.state.version(tool.active_version_id)
  if (active?.manifest_hash === hash) return active
  const { reads } = context.store
  const inReview = reads.versions({
    toolId: tool.id,
    state: 'in_review',
    visibleTo: null,
    limit: 200,
    after: null,
  }).items
  return [...inReview, ...reads.draftHeads(tool.id, null)].find((version) => version.manifest_hash === hash) ?? null
}

function contentOf(tool: BankTool): VersionContent {
  const { entrypoint, source_code, input_schema, usage_instructions } = tool
  return { entrypoint, source_code, input_schema, usage_instructions, settings_schema: null, runtime: null }
}

function seeded(slug: string, outcome: SeededTool['outcome'], message: string): SeededTool {
  return { slug, outcome, message }
}

class Undone extends Error {
  readonly failure: Failure
  constructor(reason: Failure) {
    super(reason.message)
    this.failure = reason
  }
}

/** A refusal halfway leaves nothing behind. */
function allOrNothing<T>(context: Context, work: () => Result<T>): Result<T> {
  try {
    return context.store.transaction(() => {
      const result = work()
      if (!result.ok) throw new Undone(result.failure)
      return result
    })
  } catch (error) {
    if (error instanceof Undone) return failed(error.failure)
    throw error
  }
}
