import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { UnsavedWork } from '../../src-preload/contract/versions.ts'
import { mayCreateDraft, mayListVersions, maySeeVersion } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import type { Version } from '../domain/version.ts'
import { actingMember, standing } from './actor.ts'
import { nowText, type Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool, ownDraftsOnly } from './lookup.ts'
import { toolView } from './views.ts'
import { withContent } from './versions.ts'

/** What an empty editor starts with: it runs as it is, and shows the script contract (SC-1). */
const STARTER = {
  entrypoint: 'run_tool',
  source_code: `from pathlib import Path

from skriptoteket_toolkit import list_input_files, read_inputs


def run_tool(input_dir: str, output_dir: str) -> dict:
    """Reads the files that were given and says what it found."""
    files = list_input_files()
    values = read_inputs()
    for file in files:
        print(f"{file['name']}: {file['bytes']} bytes")

    Path(output_dir, "summary.txt").write_text(f"{len(files)} file(s)\\n", encoding="utf-8")
    return {
        "outputs": [
            {"kind": "notice", "level": "info", "message": f"Read {len(files)} file(s), {len(values)} value(s)."},
        ]
    }
`,
}

/** The newest draft that the caller may see, else the active version, else a starter. */
export function openEditor(
  context: Context,
  session: Session,
  input: ParsedInput<'editor.open'>,
): Result<Output<'editor.open'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  const { tool, standing: toolStanding } = found.value
  if (!mayListVersions(actor.value, toolStanding)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins and this tool’s maintainers may open its script.'))
  }
  const version = newestToEdit(context, actor.value, tool)
  const item = context.store.reads.tool(tool.id, ownDraftsOnly(actor.value))
  if (item === null) throw new Error('a tool that was found is not there')
  return success({
    tool: toolView(context, actor.value, item, toolStanding),
    version: version === null ? null : withContent(context, actor.value, { ...found.value, version }),
    starter: STARTER,
    unsaved: unsavedWork(context, actor.value.id, tool.id),
  })
}

function unsavedWork(context: Context, memberId: string, toolId: string): UnsavedWork | null {
  const kept = context.store.local.unsavedWork(memberId, toolId) as UnsavedWork | null
  return kept === null ? null : { ...kept, packages_text: kept.packages_text ?? null }
}

function newestToEdit(
  context: Context,
  actor: Parameters<typeof maySeeVersion>[0],
  tool: { id: string; active_version_id: string | null },
): Version | null {
  const { state, reads } = context.store
  const [draft] = reads.draftHeads(tool.id, ownDraftsOnly(actor))
  if (draft !== undefined) return draft
  const active = tool.active_version_id === null ? null : state.version(tool.active_version_id)
  return active !== null && maySeeVersion(actor, active, standing(context, actor, tool.id)) ? active : null
}

/** Unsaved work is this person's on this device; it is no event (TR-1). */
export function keepUnsavedWork(
  context: Context,
  session: Session,
  input: ParsedInput<'editor.keep'>,
): Result<Output<'editor.keep'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  if (!mayCreateDraft(actor.value, found.value.standing)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins and this tool’s maintainers may edit its script.'))
  }
  const work = input.unsaved === null ? null : { ...input.unsaved, updated_at: nowText(context) }
  context.store.local.keepUnsavedWork(actor.value.id, found.value.tool.id, work)
  return success({ kept: work !== null })
}

export function checkScript(
  context: Context,
  session: Session,
  input: ParsedInput<'editor.check'>,
): Result<Output<'editor.check'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const problems = context.linter.check(input.source_code)
  return success({ problems: problems.map(({ code, message, line, column }) => ({ code, message, line, column })) })
}
