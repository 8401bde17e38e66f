import { z } from 'zod'

/** Lists are read by keyset: `after` is the `next` of the page before. Every page has a bound. */
export const MAX_PAGE_SIZE = 200

/** A cursor is opaque to callers; this only keeps one that was made up from being taken for the start (ER-3). */
function isCursor(text: string): boolean {
  try {
    const parts: unknown = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    return Array.isArray(parts) && parts.length > 0
  } catch {
    return false
  }
}

export const pageInput = {
  limit: z.int().min(1).max(MAX_PAGE_SIZE).default(50),
  after: z.string().max(2000).refine(isCursor, 'is not the `next` of a page').nullable().default(null),
}

/** What people wrote about one thing: seldom long, so a page is all of it unless less is asked for. */
export const longPageInput = { ...pageInput, limit: z.int().min(1).max(1000).default(1000) }

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** A list that is bounded by its nature (members, settings, versions of one tool): same shape, one page. */
export function listOf<T extends z.ZodType>(item: T) {
  return pageOf(item)
}
