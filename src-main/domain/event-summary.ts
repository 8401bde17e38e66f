import { eventBodies, type EventBody, type EventType } from './event-bodies.ts'
import { unreachable } from './result.ts'
import { SETTING_LABELS, settingValueText } from './setting-words.ts'

/** What an event did, in one plain sentence without its maker: "published version 3 of text-cleaner". */

/** Names as they are now, for the ids that an event carries. */
export interface EventNames {
  member(id: string): string
  tool(id: string): string
  /** Such as `text-cleaner@3`. */
  version(id: string): string
  device(id: string): string
}

type Told = { [T in EventType]: { type: T; body: EventBody<T> } }[EventType]

/** The sentence for any kept event; one that this version of the app doesn't know is told by its type. */
export function eventSummary(type: string, body: unknown, names: EventNames): string {
  if (!Object.hasOwn(eventBodies, type)) return `made an event of the unknown type ${type}`
  const parsed = eventBodies[type as EventType].safeParse(body)
  if (!parsed.success) return `made a malformed event of the type ${type}`
  return sentence({ type, body: parsed.data } as Told, names)
}

function sentence({ type, body }: Told, names: EventNames): string {
  switch (type) {
    case 'workspace.created':
      return `made the workspace ${body.name} with ${body.member.name} as its first superuser`
    case 'workspace.resumed':
      return `went on with a ${body.cause} data folder: ${body.reason}`
    case 'member.added':
      return `added ${body.name} as ${body.role}`
    case 'member.role_changed':
      return `changed the role of ${names.member(body.member_id)} from ${body.based_on.role} to ${body.role}`
    case 'member.revoked':
      return `revoked ${names.member(body.member_id)}: ${body.reason}`
    case 'member.nominated':
      return `nominated ${names.member(body.member_id)} for ${body.role}: ${body.reason}`
    case 'member.nomination_decided':
      return `${body.is_approved ? 'approved' : 'declined'} the nomination of ${names.member(body.member_id)}: ${body.reason}`
    case 'key.claimed':
      return `took over the key ${short(body.key_id)}`
    case 'key.rotated':
      return `replaced the key ${short(body.key_id)} by ${short(body.new_key.key_id)}`
    case 'key.revoked':
      return `revoked the key ${short(body.key_id)}: ${body.reason}`
    case 'device.revoked':
      return `revoked the device ${names.device(body.device_id)}: ${body.reason}`
    case 'setting.changed':
      return `set “${SETTING_LABELS[body.key]}” to ${settingValueText(body.key, body.value)}`
    default:
      return aboutTools({ type, body } as AboutTools, names)
  }
}

type AboutTools = Exclude<
  Told,
  {
    type:
      | 'workspace.created'
      | 'workspace.resumed'
      | 'member.added'
      | 'member.role_changed'
      | 'member.revoked'
      | 'member.nominated'
      | 'member.nomination_decided'
      | 'key.claimed'
      | 'key.rotated'
      | 'key.revoked'
      | 'device.revoked'
      | 'setting.changed'
  }
>

function aboutTools(event: AboutTools, names: EventNames): string {
  const { type, body } = event
  switch (type) {
    case 'suggestion.submitted':
      return `suggested a tool: ${body.content.title}`
    case 'suggestion.decided':
      return body.tool === null
        ? `denied a suggestion: ${body.rationale}`
        : `accepted a suggestion as ${body.tool.slug}: ${body.rationale}`
    case 'tool.created':
      return `made the tool ${body.slug}`
    case 'tool.edited':
      return `edited what is known about ${names.tool(body.tool_id)}`
    case 'tool.published':
      return `published the tool ${names.tool(body.tool_id)}`
    case 'tool.depublished':
      return `hid the tool ${names.tool(body.tool_id)} from the catalogue`
    case 'tool.maintainers_changed':
      return `changed the maintainers of ${names.tool(body.tool_id)}: ${changedMembers(body.add, body.remove, names)}`
    case 'version.saved':
      return `saved ${names.version(body.version_id)}`
    case 'version.submitted':
      return `sent ${names.version(body.version_id)} to review`
    case 'version.withdrawn':
      return `took ${names.version(body.version_id)} back from review`
    case 'version.changes_requested':
      return `requested changes to ${names.version(body.version_id)}: ${body.message}`
    case 'version.commented':
      return `commented on ${names.version(body.version_id)}${body.line === null ? '' : `, line ${body.line}`}: ${body.text}`
    case 'version.published':
      return `published ${names.version(body.version_id)} as ${names.version(body.new_version_id)}`
    case 'version.rolled_back':
      return `rolled ${names.tool(body.tool_id)} back to ${names.version(body.to_version_id)}: ${body.reason}`
    case 'run.recorded':
      return `ran ${names.version(body.run.version_id)} (${body.run.context}): ${body.run.status}`
    case 'run.explained':
      return body.error === null
        ? `explained the run ${body.run_id}`
        : `could not explain the run ${body.run_id}: ${body.error}`
    case 'run.meta_patched':
      return `changed the notes of the run ${body.run_id}`
    case 'run.pinned':
      return `${body.is_pinned ? 'pinned' : 'unpinned'} the run ${body.run_id}`
    case 'advisory.attached':
      return `attached ${body.kind === 'override_request' ? 'a request for an override' : `a ${body.kind}`} to the run ${body.run_id}`
    case 'advisory.reviewed':
      return `${body.is_approved ? 'approved' : 'rejected'} an advisory of the run ${body.run_id}: ${body.notes}`
    default:
      return unreachable(event)
  }
}

function changedMembers(added: string[], removed: string[], names: EventNames): string {
  return [...added.map((id) => `+${names.member(id)}`), ...removed.map((id) => `-${names.member(id)}`)].join(', ')
}

/** Enough of a fingerprint to tell keys apart by eye. */
function short(keyId: string): string {
  return keyId.slice(0, 12)
}
