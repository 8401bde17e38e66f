import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { checkValues } from '../domain/field-values.ts'
import type { PlainField } from '../domain/field.ts'
import { success, type JsonObject, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool } from './lookup.ts'

/** SC-5: a member's own settings of a tool. They stay on this device and never get into an event. */

type Answer = Result<Output<'toolSettings.get'>>

export function getToolSettings(context: Context, session: Session, input: ParsedInput<'toolSettings.get'>): Answer {
  return onOwnSettings(context, session, input.tool, ({ fields, stored }) => shown(fields, stored))
}

/** Values that are not given stay as they are, so that a secret that is never shown needn't be typed again. */
export function setToolSettings(context: Context, session: Session, input: ParsedInput<'toolSettings.set'>): Answer {
  return context.store.transaction(() =>
    onOwnSettings(context, session, input.tool, ({ fields, stored, keep }) => {
      const values = checkValues(fields, { ...stored, ...input.values })
      if (!values.ok) return values
      keep(values.value)
      return shown(fields, values.value)
    }),
  )
}

/** What is stored for fields that the version still has, and the defaults of those that were never set. */
export function ownSettings(
  context: Context,
  memberId: string,
  toolId: string,
  fields: readonly PlainField[] | null,
): JsonObject {
  const stored = context.store.local.toolSettings(memberId, toolId)
  const kept = (fields ?? []).flatMap((field) => {
    // A field may be called `constructor`, which every object has without holding it.
    const own = Object.hasOwn(stored, field.name) ? stored[field.name] : undefined
    const value = own ?? ('default' in field ? field.default : undefined)
    return value === undefined ? [] : [[field.name, value] as const]
  })
  return Object.fromEntries(kept)
}

interface OwnSettings {
  fields: PlainField[]
  stored: JsonObject
  keep(values: JsonObject): void
}

function onOwnSettings(
  context: Context,
  session: Session,
  reference: string,
  work: (own: OwnSettings) => Answer,
): Answer {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findTool(context, actor.value, reference)
  if (!found.ok) return found
  const { tool } = found.value
  const version = tool.active_version_id === null ? null : context.store.state.version(tool.active_version_id)
  const content = version === null ? null : context.store.reads.content(version.manifest_hash)
  const { local } = context.store
  return work({
    fields: content?.settings_schema ?? [],
    stored: ownSettings(context, actor.value.id, tool.id, content?.settings_schema ?? null),
    keep: (values) => local.setToolSettings(actor.value.id, tool.id, values),
  })
}

function shown(fields: PlainField[], values: JsonObject): Answer {
  const secrets = fields.filter((field) => 'secret' in field && field.secret === true).map((field) => field.name)
  const isSecret = (name: string): boolean => secrets.includes(name)
  return success({
    values: Object.fromEntries(Object.entries(values).filter(([name]) => !isSecret(name))),
    secrets_set: secrets.filter((name) => typeof values[name] === 'string' && values[name] !== ''),
  })
}
