import { z } from 'zod'

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.source

/** Ids are UUIDv7 (RFC 9562) in lower case and are checked at the door (ER-3). */
export const idSchema = z.string().regex(new RegExp(`^${ID}$`), 'is not an id (UUIDv7)')

/** How a version is named: by its id, or by its tool with a number, `head` or `active`. */
export const versionReferenceSchema = z
  .string()
  .max(160)
  .regex(
    new RegExp(`^(?:${ID}|[^@]+@(?:[1-9][0-9]{0,9}|head|active))$`),
    'must be an id, slug@number, slug@head or slug@active',
  )

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal')

/** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. For display only (TR-10). */
export const timeSchema = z.iso.datetime({ precision: 3 })

/** The same as a pattern, for checks that are made very often. */
export const TIME = z.regexes.datetime({ precision: 3 })

/** Computes a SHA-256 over UTF-8 text, as lower-case hexadecimal. A port, so that the domain stays free of Node. */
export type Sha256 = (text: string) => string
