import { eventBodies } from '../../../src-main/domain/event-bodies.ts'

/** `version.changes_requested` reads as "Version: changes requested". */
export function typeLabel(type: string): string {
  const [noun = '', what = ''] = type.split('.')
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${what.replaceAll('_', ' ')}`
}

export const EVENT_TYPES = Object.keys(eventBodies)
  .map((value) => ({ value, label: typeLabel(value) }))
  .toSorted((a, b) => a.label.localeCompare(b.label, 'en'))
