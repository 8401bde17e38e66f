import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayCreateDraft, mayListVersions, mayWorkOnVersion, type Actor } from '../domain/policy.ts'
import { failed, failure, notFound, success, type Result } from '../domain/result.ts'
import { contentHash, manifestHash, MAX_SOURCE_BYTES, type Version, type VersionContent } from '../domain/version.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { decideContent } from './decide-version.ts'
import { findTool, findVersion, ownDraftsOnly, type SeenTool, type SeenVersion } from './lookup.ts'
import { memberName, versionView } from './views.ts'

/** Saving, reading and submitting versions. Verdicts are in `reviews.ts`. */

export function saveVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.save'>,
): Result<Output<'versions.save'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findTool(context, actor.value, input.tool)
    if (!found.ok) return found
    const content = contentOf(input)
    const manifest = manifestHash(content, context.keys.sha256)
    if (Buffer.byteLength(content.source_code) > MAX_SOURCE_BYTES) {
      return failed(
        failure('VALIDATION_ERROR', 'invalid_input', 'source_code: is longer than 512 KiB.', { field: 'source_code' }),
      )
    }
    const parentId = input.expected_parent_version_id
    if (parentId !== null) {
      const parent = saveableParent(context, actor.value, found.value, parentId)
      if (!parent.ok) return parent
      // VR-4: VR-3 was checked first; now the same content makes no version.
      if (parent.value.manifest_hash === manifest) {
        return success({ ...viewOf(context, actor.value, found.value, parent.value), unchanged: true })
      }
    } else {
      const allowed = mayStartLine(context, actor.value, found.value, input.from_version_id)
      if (!allowed.ok) return allowed
    }
    const versionId = context.ids.next()
    const event = commitEvent(context, { memberId: actor.value.id }, 'version.saved', {
      tool_id: found.value.tool.id,
      version_id: versionId,
      content,
      content_hash: contentHash(content, context.keys.sha256),
      manifest_hash: manifest,
      change_summary: input.change_summary,
      from_version_id: parentId === null ? input.from_version_id : null,
      based_on: { parent_version_id: parentId },
    })
    if (!event.ok) return event
    const saved = context.store.state.version(versionId)
    if (saved === null) throw new Error('a saved version is not there')
    return success({ ...viewOf(context, actor.value, found.value, saved), unchanged: false })
  })
}

/** VR-3: the parent must be the head of its line and a draft; the failure says what the head is now. */
function saveableParent(context: Context, actor: Actor, seen: SeenTool, parentId: string): Result<Version> {
  const parent = context.store.state.version(parentId)
  if (parent === null || parent.tool_id !== seen.tool.id) return failed(notFound('version'))
  const found = findVersion(context, actor, parentId)
  if (!found.ok) return found
  if (!mayWorkOnVersion(actor, parent, seen.standing)) {
    return failed(
      failure('FORBIDDEN', 'not_allowed', 'You may read this draft, but only its author and admins may save over it.'),
    )
  }
  if (parent.is_head && parent.state === 'draft') return success(parent)
  const head = context.store.reads.headOfLine(parent.line_id)
  return failed(
    failure(
      'CONFLICT',
      'head_moved',
      head === null
        ? 'This draft has left its line: it was published or archived. Start a new draft with your text.'
        : head.id === parentId
          ? 'This version is in review, where nothing is saved over it. Take it back from review, or start a new draft.'
          : `Version ${head.version_number ?? '(pending)'} was saved over this draft meanwhile. Compare both and save again.`,
      {
        expected_parent_version_id: parentId,
        head_version_id: head?.id ?? null,
        head_version_number: head?.version_number ?? null,
        head_state: head?.state ?? null,
        head_by: head === null ? null : memberName(context, head.created_by),
      },
    ),
  )
}

function mayStartLine(context: Context, actor: Actor, seen: SeenTool, fromId: string | null): Result<null> {
  if (!mayCreateDraft(actor, seen.standing)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins and this tool’s maintainers may start a draft.'))
  }
  if (fromId === null) return success(null)
  const from = findVersion(context, actor, fromId)
  if (!from.ok) return from
  return from.value.tool.id === seen.tool.id ? success(null) : failed(notFound('version'))
}

function contentOf(input: ParsedInput<'versions.save'>): VersionContent {
  const { entrypoint, source_code, input_schema, settings_schema, usage_instructions, runtime } = input
  return { entrypoint, source_code, input_schema, settings_schema, usage_instructions, runtime }
}

export function listVersions(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.list'>,
): Result<Output<'versions.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  const { tool, standing } = found.value
  if (!mayListVersions(actor.value, standing)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins and this tool’s maintainers see its versions.'))
  }
  const page = context.store.reads.versions({
    toolId: tool.id,
    state: input.state,
    limit: input.limit,
    after: input.after,
    visibleTo: ownDraftsOnly(actor.value),
  })
  return success({
    items: page.items.map((version) => viewOf(context, actor.value, found.value, version)),
    next: page.next,
  })
}

export function getVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.get'>,
): Result<Output<'versions.get'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findVersion(context, actor.value, input.version)
  return found.ok ? success(withContent(context, actor.value, found.value)) : found
}

export function versionDecision(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.decision'>,
): Result<Output<'versions.decision'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findVersion(context, actor.value, input.version)
  if (!found.ok) return found
  const content = context.store.reads.content(found.value.version.manifest_hash)
  if (content === null) throw new Error(`content of version ${found.value.version.id} is missing`)
  return success(decideContent(context, found.value.tool, content))
}

export function withContent(context: Context, actor: Actor, seen: SeenVersion): Output<'versions.get'> {
  const content = context.store.reads.content(seen.version.manifest_hash)
  if (content === null) throw new Error(`content of version ${seen.version.id} is missing`)
  return { ...viewOf(context, actor, seen, seen.version), ...content }
}

export function submitVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.submit'>,
): Result<Output<'versions.submit'>> {
  return authorStep(context, session, input.version, (actor, version) =>
    commitEvent(context, { memberId: actor.id }, 'version.submitted', {
      tool_id: version.tool_id,
      version_id: version.id,
      review_note: input.review_note,
      based_on: { state: 'draft', manifest_hash: version.manifest_hash },
    }),
  )
}

/** VR-12: the line goes on with a new draft, which is the answer. */
export function withdrawVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.withdraw'>,
): Result<Output<'versions.withdraw'>> {
  const newVersionId = context.ids.next()
  return authorStep(
    context,
    session,
    input.version,
    (actor, version) =>
      commitEvent(context, { memberId: actor.id }, 'version.withdrawn', {
        tool_id: version.tool_id,
        version_id: version.id,
        new_version_id: newVersionId,
        based_on: { state: 'in_review', manifest_hash: version.manifest_hash },
      }),
    newVersionId,
  )
}

function authorStep(
  context: Context,
  session: Session,
  reference: string,
  commit: (actor: Actor, version: Version) => Result<unknown>,
  answerId?: string,
): Result<Output<'versions.submit'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findVersion(context, actor.value, reference)
    if (!found.ok) return found
    const { version, standing } = found.value
    if (!mayWorkOnVersion(actor.value, version, standing)) {
      return failed(
        failure('FORBIDDEN', 'not_allowed', 'Only its author, while maintaining the tool, and admins may do this.'),
      )
    }
    const event = commit(actor.value, version)
    return event.ok ? versionAnswer(context, actor.value, answerId ?? version.id) : event
  })
}

export function versionAnswer(context: Context, actor: Actor, versionId: string): Result<Output<'versions.submit'>> {
  const found = findVersion(context, actor, versionId)
  return found.ok ? success(viewOf(context, actor, found.value, found.value.version)) : found
}

export function viewOf(context: Context, actor: Actor, seen: SeenTool, version: Version): Output<'versions.submit'> {
  return versionView(context, actor, seen.tool, version, seen.standing)
}
