import { eventBodies } from '../../../src-main/domain/event-bodies.ts'
import { eventLabel } from '../../../src-main/domain/event-words.ts'

export const EVENT_TYPES = Object.keys(eventBodies)
  .map((value) => ({ value, label: eventLabel(value) }))
  .toSorted((a, b) => a.label.localeCompare(b.label, 'en'))
