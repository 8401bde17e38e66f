import type { Json } from './result.ts'

/** SC-5: what a member filled into fields marked secret is never stored or shown again, wherever a script writes it. */

export const SECRET_MARK = '[•••]'
/** A shorter secret stands in half of all words; to mask it would tell more than to leave it. */
export const MIN_SECRET_LENGTH = 4

/** Longer secrets first, so that one which holds another goes as a whole. */
export function maskSecrets(text: string, secretValues: readonly string[]): string {
  let masked = text
  for (const secret of [...secretValues].sort((a, b) => b.length - a.length)) {
    if (secret.length >= MIN_SECRET_LENGTH) masked = masked.replaceAll(secret, () => SECRET_MARK)
  }
  return masked
}

/** In every text of a value, however deep. Names of entries are the tool's own words and stay. */
export function maskSecretsIn<T extends Json>(value: T, secretValues: readonly string[]): T {
  if (secretValues.length === 0) return value
  const mask = (part: Json): Json => {
    if (typeof part === 'string') return maskSecrets(part, secretValues)
    if (Array.isArray(part)) return part.map(mask)
    if (part === null || typeof part !== 'object') return part
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, mask(inner)]))
  }
  return mask(value) as T
}
