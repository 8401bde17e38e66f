import type { Page } from '../../app/ports.ts'

/** A cursor is the sort key of a page's last row, as base64url of its JSON. One that isn't ours reads as the start. */
export function writeCursor(parts: (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

export function readCursor(cursor: string | null, length: number): (string | number)[] | null {
  if (cursor === null) return null
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const isPlain = (part: unknown): boolean => typeof part === 'string' || typeof part === 'number'
    return Array.isArray(parts) && parts.length === length && parts.every(isPlain) ? parts : null
  } catch {
    return null
  }
}

/** `rows` were read with one more than `limit`; the extra one only says that there is a next page. */
export function pageOf<R, T>(
  rows: R[],
  limit: number,
  item: (row: R) => T,
  key: (row: R) => (string | number)[],
): Page<T> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return { items: kept.map(item), next: rows.length > limit && last !== undefined ? writeCursor(key(last)) : null }
}
