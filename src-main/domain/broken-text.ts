/** Deeper input than this is no input of ours; its schema refuses it. */
const MAX_DEPTH = 100

export const BROKEN_TEXT = 'is not well-formed text (half of a character stands alone)'

/**
 * The path of a text that has no form in UTF-8 (ER-3), which neither a database nor canonical JSON could keep; null when
 * there is none.
 */
export function brokenText(value: unknown, path: string[] = []): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : path.join('.') || 'input'
  if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH) return null
  for (const [key, item] of Object.entries(value)) {
    const broken = key.isWellFormed() ? brokenText(item, [...path, key]) : path.join('.') || 'input'
    if (broken !== null) return broken
  }
  return null
}
