import { z } from 'zod'

/** Ids are UUIDv7 (RFC 9562) in lower case and are checked at the door (ER-3). */
export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'is not an id (UUIDv7)')

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal')

/** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. For display only (TR-10). */
export const timeSchema = z.iso.datetime({ precision: 3 })

/** The same as a pattern, for checks that are made very often. */
export const TIME = z.regexes.datetime({ precision: 3 })

/** Computes a SHA-256 over UTF-8 text, as lower-case hexadecimal. A port, so that the domain stays free of Node. */
export type Sha256 = (text: string) => string
