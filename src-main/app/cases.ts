import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { caseNameKey, MAX_CASE_BYTES, MAX_CASES, openValues, valuesToKeep, type Case } from '../domain/case.ts'
import type { Field } from '../domain/field.ts'
import { mayKeepInputsOf, type Actor } from '../domain/policy.ts'
import { failed, failure, invalidField, notFound, success, type Result } from '../domain/result.ts'
import type { ToolRow } from '../domain/state.ts'
import { actingMember } from './actor.ts'
import type { StoredCase } from './cases-port.ts'
import { changed, nowText, type Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool, findVersion, ownDraftsOnly } from './lookup.ts'
import { caseInputs, ownCase, type CaseInputs } from './runs/case-inputs.ts'
import { keepFiles, keptInputs } from './runs/kept-inputs.ts'
import type { Runs } from './runs/runs.ts'
import { withinLimits } from './runs/uploads.ts'

/**
 * Saved inputs of a tool. They are the member's own, on this device, and no events (TR-1). Saving them is the member's
 * explicit wish, so their files are kept on the disk until the case is removed, also those of production runs (RN-9).
 */

type Request = ParsedInput<'cases.save'>

export function listCases(
  context: Context,
  session: Session,
  input: ParsedInput<'cases.list'>,
): Result<Output<'cases.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  return success({ items: context.store.cases.of(actor.value.id, found.value.tool.id).map(caseView), next: null })
}

/** `runs` holds the uploads, and the inputs of production runs that go on. */
export async function saveCase(
  context: Context,
  session: Session,
  input: Request,
  runs: Pick<Runs, 'uploads' | 'vault'>,
): Promise<Result<Output<'cases.save'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, input.tool)
  if (!found.ok) return found
  const { tool } = found.value
  const fields = formOf(context, actor.value, tool, input.version)
  if (!fields.ok) return fields
  const source = await sourceOf(context, actor.value, tool, fields.value ?? [], input, runs)
  if (!source.ok) return source
  const kept = valuesToKeep(fields.value, { ...source.value.values, ...input.values })
  if (!kept.ok) return kept
  const given = runs.uploads.peek(actor.value.id, input.uploads)
  if (!given.ok) return given
  const inputs = withinLimits([...source.value.files, ...given.value], 'uploads')
  if (!inputs.ok) return inputs
  // Asked before anything is written, and again below, where nobody can come in between.
  const wanted = { memberId: actor.value.id, toolId: tool.id, name: input.name, replace: input.replace }
  const bytes = inputs.value.reduce((sum, file) => sum + file.bytes.length, 0)
  const refused = placeFor(context, wanted, bytes)
  if (!refused.ok) return refused
  const files = await keepFiles(context, inputs.value)
  if (!files.ok) return files
  const saved = context.store.transaction(() => {
    const place = placeFor(context, wanted, bytes)
    if (!place.ok) return place
    const at = nowText(context)
    const stored: StoredCase = {
      id: place.value?.id ?? context.ids.next(),
      member_id: wanted.memberId,
      tool_id: tool.id,
      name: input.name,
      values: kept.value.values,
      files: files.value,
      created_at: place.value?.created_at ?? at,
      last_used_at: at,
    }
    context.store.cases.put(stored)
    return success({ ...caseView(stored), replaced: place.value !== null, left_out: kept.value.leftOut })
  })
  if (saved.ok) changed(context, 'cases')
  return saved
}

export function removeCase(
  context: Context,
  session: Session,
  input: ParsedInput<'cases.remove'>,
): Result<Output<'cases.remove'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  // Also of a tool that one may no longer see: what one kept here, one can let go.
  const found = ownCase(context, actor.value, input.case)
  if (!found.ok) return found
  context.store.cases.remove(found.value.id)
  changed(context, 'cases')
  return success({ id: found.value.id, removed: true })
}

/** The form that the values belong to, which says which of them are secret; null where there is none. */
function formOf(context: Context, actor: Actor, tool: ToolRow, reference: string | null): Result<Field[] | null> {
  const { reads, state } = context.store
  if (reference === null) {
    const active = tool.active_version_id === null ? null : state.version(tool.active_version_id)
    const version = active ?? reads.newestHead(tool.id, ownDraftsOnly(actor))
    return success(version === null ? null : (reads.content(version.manifest_hash)?.input_schema ?? null))
  }
  const found = findVersion(context, actor, reference)
  if (!found.ok) return found
  if (found.value.tool.id !== tool.id) return failed(invalidField('version', 'is a version of another tool'))
  return success(reads.content(found.value.version.manifest_hash)?.input_schema ?? null)
}

/** What is taken from a case or from a run. Files that are given take the place of a run's. */
async function sourceOf(
  context: Context,
  actor: Actor,
  tool: ToolRow,
  fields: readonly Field[],
  input: Request,
  { vault }: Pick<Runs, 'vault'>,
): Promise<Result<CaseInputs>> {
  if (input.from_run === null) return caseInputs(context, actor, tool.id, fields, input)
  if (input.case !== null) return failed(invalidField('from_run', 'does not go with a case'))
  const run = context.store.state.run(input.from_run)
  if (run === null || !mayKeepInputsOf(actor, run)) return failed(notFound('run'))
  if (run.tool_id !== tool.id) return failed(invalidField('from_run', 'is a run of another tool'))
  const files = input.uploads.length > 0 ? success([]) : await keptInputs(context, vault, run.id)
  if (!files.ok) return failed(noLongerKept())
  return success({ values: openValues(fields, run.record.values), files: files.value })
}

function noLongerKept() {
  return failure(
    'CONFLICT',
    'inputs_gone',
    'The files of that run are no longer kept. Choose them again, and save those.',
  )
}

interface Wanted {
  memberId: string
  toolId: string
  name: string
  replace: boolean
}

/** The case that is replaced, or null for a new one; refused when there is no room. */
function placeFor(context: Context, wanted: Wanted, bytes: number): Result<StoredCase | null> {
  const { cases } = context.store
  const present = cases.of(wanted.memberId, wanted.toolId)
  const same = present.find(({ name }) => caseNameKey(name) === caseNameKey(wanted.name)) ?? null
  if (same !== null && !wanted.replace) {
    const message = `name: “${same.name}” is taken. Choose another name, or replace it.`
    return failed(failure('CONFLICT', 'case_exists', message, { field: 'name', case_id: same.id }))
  }
  if (same === null && present.length >= MAX_CASES) {
    const message = `There are ${MAX_CASES} saved inputs of this tool already. Remove one, or replace one.`
    return failed(failure('CONFLICT', 'too_many_cases', message, { limit: MAX_CASES }))
  }
  const replacedBytes = same?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0
  if (cases.bytesOf(wanted.memberId) - replacedBytes + bytes > MAX_CASE_BYTES) {
    const message = 'Your saved inputs would hold more than 1 GB of files on this device. Remove some first.'
    return failed(failure('CONFLICT', 'cases_full', message, { limit_bytes: MAX_CASE_BYTES }))
  }
  return success(same)
}

function caseView(stored: StoredCase): Case {
  const { member_id: _, ...view } = stored
  return view
}
