import { EVENT_TYPES, type EventType } from './event-bodies.ts'

/** The words by which people look for a kind of event: those that they read, whatever its body says. */

/** `version.changes_requested` reads as "Version: changes requested". */
export function eventLabel(type: string): string {
  const [noun = '', what = ''] = type.split('.')
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${what.replaceAll('_', ' ')}`
}

/** What the sentences of `event-summary.ts` say beside names, what the body holds, and the words of `setting-words.ts`. */
const SENTENCE_WORDS: Record<EventType, string> = {
  'workspace.created': 'made the workspace with as its first superuser',
  'workspace.resumed': 'went on with a data folder',
  'member.added': 'added as',
  'member.role_changed': 'changed the role of from to',
  'member.revoked': 'revoked',
  'member.nominated': 'nominated for',
  'member.nomination_decided': 'approved declined the nomination of',
  'key.claimed': 'took over the key',
  'key.rotated': 'replaced the key by',
  'key.revoked': 'revoked the key',
  'device.revoked': 'revoked the device',
  'setting.changed': 'set to',
  'suggestion.submitted': 'suggested a tool',
  'suggestion.decided': 'denied accepted a suggestion as',
  'tool.created': 'made the tool',
  'tool.edited': 'edited what is known about',
  'tool.published': 'published the tool',
  'tool.depublished': 'hid the tool from the catalogue',
  'tool.maintainers_changed': 'changed the maintainers of',
  'version.saved': 'saved',
  'version.submitted': 'sent to review',
  'version.withdrawn': 'took back from review',
  'version.changes_requested': 'requested changes to',
  'version.commented': 'commented on line',
  'version.published': 'published as',
  'version.rolled_back': 'rolled back to',
  'run.recorded': 'ran',
  'run.explained': 'explained could not explain the run',
  'run.meta_patched': 'changed the notes of the run',
  'run.pinned': 'pinned unpinned the run',
  'advisory.attached': 'attached a request for an override to the run',
  'advisory.reviewed': 'approved rejected an advisory of the run',
}

const SEARCHED = EVENT_TYPES.map((type) => ({
  type,
  words: `${type} ${eventLabel(type)} ${SENTENCE_WORDS[type]}`.toLowerCase(),
}))

/** Kinds of events that are called so, or whose sentence says so. */
export function eventTypesNamed(word: string): EventType[] {
  const wanted = word.toLowerCase()
  return SEARCHED.filter(({ words }) => words.includes(wanted)).map(({ type }) => type)
}
