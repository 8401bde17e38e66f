import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Input, Output } from '../../../../src-preload/contract/contract.ts'
import { success, type Json, type Result } from '../../../domain/result.ts'
import { answer, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readExactText, readJson, readText } from '../files.ts'
import { activeVersionId, newestOwnHead, versionId } from '../references.ts'

export interface SaveOptions {
  entrypoint?: string
  expectedParent?: string
  inputsSchema?: string
  settingsSchema?: string
  usage?: string
  runtime?: string
  new?: boolean
  from?: string
  message?: string
}

type Content = Omit<
  Input<'versions.save'>,
  'tool' | 'source_code' | 'expected_parent_version_id' | 'from_version_id' | 'change_summary'
>
type Version = Output<'versions.submit'>

/** Where a save goes: over a head, or into a new line that starts from a version or from nothing. */
interface Place {
  expected_parent_version_id: string | null
  from_version_id: string | null
}

const NONE = 'none'

export async function saveVersion(
  context: Context,
  tool: string,
  file: string,
  options: SaveOptions,
  text: (version: Version) => string,
): Promise<Answer> {
  if (options.from !== undefined && options.new !== true) return usageError('--from goes with --new.')
  if (options.expectedParent !== undefined && options.new === true)
    return usageError('--new and --expected-parent exclude each other.')
  const source = await readExactText(file, context.input)
  if (!source.ok) return refusal(source.failure)
  const given = await contentGiven(context, options)
  if (!given.ok) return refusal(given.failure)
  const place = await placeOf(context, tool, options)
  if (!place.ok) return answer(place, () => '')
  const inherited = await contentInherited(context, place.data)
  if (!inherited.ok) return answer(inherited, () => '')
  const envelope = await context.call('versions.save', {
    tool,
    source_code: source.value,
    ...inherited.data,
    ...given.value,
    ...place.data,
    change_summary: options.message ?? null,
  })
  return answer(envelope, (data) => (data.unchanged ? `Nothing changed.\n${text(data)}` : text(data)))
}

async function placeOf(context: Context, tool: string, options: SaveOptions): Promise<Envelope<Place>> {
  if (options.expectedParent !== undefined) {
    const parent = await versionId(context, options.expectedParent)
    return parent.ok ? { ok: true, data: { expected_parent_version_id: parent.data, from_version_id: null } } : parent
  }
  if (options.new === true) {
    if (options.from === undefined)
      return { ok: true, data: { expected_parent_version_id: null, from_version_id: null } }
    return lineFrom(await versionId(context, options.from))
  }
  const head = await newestOwnHead(context, tool)
  if (!head.ok) return head
  if (head.data !== null) return { ok: true, data: { expected_parent_version_id: head.data.id, from_version_id: null } }
  return lineFrom(await activeVersionId(context, tool))
}

function lineFrom(version: Envelope<string | null>): Envelope<Place> {
  return version.ok ? { ok: true, data: { expected_parent_version_id: null, from_version_id: version.data } } : version
}

/** What isn't given stays as it was: a corrected script must not cost a tool its form. */
async function contentInherited(context: Context, place: Place): Promise<Envelope<Content>> {
  const from = place.expected_parent_version_id ?? place.from_version_id
  if (from === null) return { ok: true, data: {} }
  const found = await context.call('versions.get', { version: from })
  if (!found.ok) return found
  const { entrypoint, input_schema, settings_schema, usage_instructions, runtime } = found.data
  return { ok: true, data: { entrypoint, input_schema, settings_schema, usage_instructions, runtime } }
}

async function contentGiven(context: Context, options: SaveOptions): Promise<Result<Content>> {
  const content: Record<string, Json> = {}
  if (options.entrypoint !== undefined) content['entrypoint'] = options.entrypoint
  const schemas = {
    input_schema: options.inputsSchema,
    settings_schema: options.settingsSchema,
    runtime: options.runtime,
  }
  for (const [field, file] of Object.entries(schemas)) {
    if (file === undefined) continue
    const value: Result<Json> = file === NONE ? success(null) : await readJson(file, context.input)
    if (!value.ok) return value
    content[field] = value.value
  }
  if (options.usage !== undefined) {
    const usage = options.usage === NONE ? success(null) : await readText(options.usage, context.input)
    if (!usage.ok) return usage
    content['usage_instructions'] = usage.value
  }
  // The core checks them; here they are only passed on.
  return success(content as Content)
}
