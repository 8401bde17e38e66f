import type { Channel, Topic } from '../../src-preload/contract/contract.ts'

/** What each answer is made of, by its channel's name or the first part of it: a `changed` event makes screens read again. */
const TOPICS_BY_NAME: Record<string, readonly Topic[]> = {
  system: ['workspace', 'members'],
  'system.storage': ['runs', 'settings'],
  members: ['members'],
  settings: ['settings'],
  tools: ['tools', 'versions', 'members'],
  catalogue: ['tools', 'versions'],
  versions: ['versions', 'tools', 'members'],
  reviews: ['versions', 'tools'],
  suggestions: ['suggestions', 'members'],
  keys: ['members', 'workspace'],
  devices: ['members', 'workspace'],
  runs: ['runs'],
  cases: ['cases'],
  advisories: ['runs', 'members'],
  runners: ['runners', 'settings'],
  image: ['runners', 'settings'],
  // Every change is an event.
  audit: ['workspace', 'members', 'settings', 'tools', 'suggestions', 'versions', 'runs'],
}

const IS_TOPIC: Record<Topic, true> = {
  workspace: true,
  members: true,
  settings: true,
  tools: true,
  suggestions: true,
  versions: true,
  runs: true,
  cases: true,
  runners: true,
}
export const ALL_TOPICS = Object.keys(IS_TOPIC) as Topic[]

export function topicsOf(channel: Channel): readonly Topic[] {
  return TOPICS_BY_NAME[channel] ?? TOPICS_BY_NAME[channel.slice(0, channel.indexOf('.'))] ?? []
}
