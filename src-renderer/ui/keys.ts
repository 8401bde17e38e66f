/** Shortcuts are written `mod+K`, `?` or, for two keys in a row, `g c`. `mod` is ⌘ on a Mac and Ctrl elsewhere. */

const isMac = navigator.platform.startsWith('Mac')

const LABELS: Record<string, string> = isMac
  ? { mod: '⌘', shift: '⇧', alt: '⌥', enter: '↵', escape: 'Esc' }
  : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: 'Enter', escape: 'Esc' }

export function keysToShow(keys: string): string[] {
  return keys.split(/[ +]/).map((key) => LABELS[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key))
}

/** One key press against one step of a shortcut. */
export function matchesStep(step: string, event: KeyboardEvent): boolean {
  const parts = step.toLowerCase().split('+')
  const key = parts.at(-1)
  const wantsMod = parts.includes('mod')
  const hasMod = isMac ? event.metaKey : event.ctrlKey
  const hasOther = isMac ? event.ctrlKey : event.metaKey
  if (hasMod !== wantsMod || hasOther || event.altKey !== parts.includes('alt')) return false
  // A symbol such as `?` needs shift on some keyboards and not on others, so only letters and named keys ask about it.
  const asksAboutShift = key !== undefined && /^[a-z0-9]+$/.test(key)
  if (asksAboutShift && event.shiftKey !== parts.includes('shift')) return false
  return event.key.toLowerCase() === key
}
