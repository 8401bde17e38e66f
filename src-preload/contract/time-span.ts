import { z } from 'zod'

/** From when and until when a list goes: `since` is in it, `until` isn't. */

/**
 * A time as RFC 3339 writes it, with any offset and precision, read as the UTC text with milliseconds that times are
 * kept as: those are compared letter by letter, and `…00Z` would come after `…00.500Z`.
 */
const moment = z.iso
  .datetime({ offset: true, error: 'is not a time such as 2026-01-31T00:00:00Z' })
  .transform((text) => new Date(text).toISOString())
  .nullable()
  .default(null)

export const timeSpan = { since: moment, until: moment }

/** For `refine`, on an object that has both. */
export function isSpanInOrder({ since, until }: { since: string | null; until: string | null }): boolean {
  return since === null || until === null || since <= until
}
export const SPAN_NOT_IN_ORDER = { path: ['until'], error: 'must not be before since' }
