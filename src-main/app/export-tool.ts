import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayOperate } from '../domain/policy.ts'
import { failed, failure, success, type Json, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Version } from '../domain/version.ts'
import { actingMember } from './actor.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool } from './lookup.ts'
import { memberName } from './views.ts'

/** TL-6: a tool's published versions as files for a code repository, the same bytes each time. */

type WrittenFile = Output<'tools.export'>['files'][number]

const VERSIONS_AT_ONCE = 200

export async function exportTool(
  context: Context,
  session: Session,
  input: ParsedInput<'tools.export'>,
): Promise<Result<Output<'tools.export'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins may export a tool.'))
  const { tool } = found.value
  const versions = versionsOnceActive(context, tool.id)
  if (versions.length === 0)
    return failed(failure('CONFLICT', 'never_published', 'No version of this tool was ever active.'))
  const files: WrittenFile[] = []
  for (const version of versions) {
    const content = context.store.reads.content(version.manifest_hash)
    if (content === null) throw new Error(`content of version ${version.id} is missing`)
    const written = await write(
      context,
      input.path,
      `tools/${tool.slug}/v${version.version_number}.py`,
      content.source_code,
    )
    if (!written.ok) return written
    files.push(written.value)
  }
  const metadata = await write(
    context,
    input.path,
    `tools/${tool.slug}/metadata.json`,
    metadataText(context, tool, versions),
  )
  return metadata.ok ? success({ id: tool.id, files: [...files, metadata.value] }) : metadata
}

/** By number. */
function versionsOnceActive(context: Context, toolId: string): Version[] {
  const versions: Version[] = []
  let after: string | null = null
  do {
    const filter = { toolId, state: null, visibleTo: null, limit: VERSIONS_AT_ONCE, after }
    const page: ReturnType<typeof context.store.reads.versions> = context.store.reads.versions(filter)
    versions.push(...page.items.filter((version) => version.was_active))
    after = page.next
  } while (after !== null)
  return versions.reverse()
}

/** Keys sorted, two spaces, a line feed at the end; no times but those of the versions. */
function metadataText(context: Context, tool: ToolRow, versions: Version[]): string {
  const active = versions.find((version) => version.id === tool.active_version_id)
  const metadata = {
    slug: tool.slug,
    title: tool.title,
    summary: tool.summary,
    tags: tool.tags,
    active_version: active?.version_number ?? null,
    versions: versions.map((version) => {
      const content = context.store.reads.content(version.manifest_hash)
      return {
        id: version.id,
        version_number: version.version_number,
        file: `v${version.version_number}.py`,
        entrypoint: version.entrypoint,
        content_hash: version.content_hash,
        manifest_hash: version.manifest_hash,
        input_schema: content?.input_schema ?? null,
        settings_schema: content?.settings_schema ?? null,
        usage_instructions: content?.usage_instructions ?? null,
        runtime: content?.runtime ?? null,
        change_summary: version.change_summary,
        published_by: memberName(context, version.published_by),
        published_at: version.published_at,
      }
    }),
  }
  return `${JSON.stringify(JSON.parse(canonicalJson(metadata)) as Json, null, 2)}\n`
}

async function write(context: Context, folder: string, path: string, text: string): Promise<Result<WrittenFile>> {
  const file = await context.localFiles.create(context.localFiles.join(folder, ...path.split('/')))
  if (!file.ok) return file
  await file.value.write(text)
  const finished = await file.value.finish()
  if (!finished.ok) return finished
  return success({ path, bytes: finished.value.bytes, sha256: context.keys.sha256(text) })
}
