import type { MouseEvent } from 'react'

/**
 * What screens were like when they were left, by entry of the browser's history: whoever comes back finds them so, and
 * whoever goes to the same place anew finds it fresh. Kept while the window is open.
 */

interface EntryState {
  entry: string
  /** Where one came from, as the address says it after the `#`. */
  from: string | null
}

const MOST_ENTRIES = 200
const left = new Map<string, Map<string, unknown>>()
let made = 0
let seenHash: string | null = null

export function recall<T>(name: string): T | undefined {
  return left.get(currentEntry().entry)?.get(name) as T | undefined
}

export function remember(name: string, value: unknown): void {
  const { entry } = currentEntry()
  const here = left.get(entry) ?? new Map<string, unknown>()
  left.set(entry, here.set(name, value))
  const oldest = left.keys().next()
  if (left.size > MOST_ENTRIES && oldest.done !== true) left.delete(oldest.value)
}

/** Whether one came to this entry from the place with this address. */
export function cameFrom(href: string): boolean {
  return currentEntry().from === href
}

/** For a link that leads back: takes the entry that one came from, if that is where it leads. */
export function goBackInstead(event: MouseEvent<HTMLAnchorElement>): void {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
  if (!isPlain || !cameFrom(event.currentTarget.hash)) return
  event.preventDefault()
  history.back()
}

/** A new entry has no state yet; one that was come back to has the one that it was given. */
function currentEntry(): EntryState {
  const state = history.state as EntryState | null
  const current = state?.entry === undefined ? begin() : state
  seenHash = location.hash
  return current
}

function begin(): EntryState {
  // Unlike any that a reload of the page left behind.
  const begun = { entry: `${performance.timeOrigin} ${++made}`, from: seenHash }
  history.replaceState(begun, '')
  return begun
}
