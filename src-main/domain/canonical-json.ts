import canonicalize from 'canonicalize'

/**
 * Canonical JSON (RFC 8785), the one text of a value: what hashes and signatures are made over. Where a value's keys
 * already stand in order, the engine's own writer gives the same text and is much quicker, so that way is looked for
 * first; the library decides about everything else.
 */

/** The text of a value. Throws on what JSON can't say, which is a bug: nothing unparsed gets here. */
export function canonicalJson(value: unknown): string {
  const form = formOf(value, 0)
  if (form === 'ordered' || form === 'unordered') {
    const quick = JSON.stringify(form === 'ordered' ? value : inOrder(value))
    // An escaped surrogate would be half a character, which is for the thorough way to refuse.
    if (!quick.includes('\\ud')) return quick
  }
  const text = canonicalize(value)
  if (text === undefined) throw new Error('value has no JSON form')
  return text
}

/** The value of canonical JSON text; undefined for any other text, whatever it means, and beyond 100 levels. */
export function canonicalValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    const form = formOf(value, 0)
    if (form === 'too deep') return undefined
    if (form === 'ordered' && !text.includes('\\ud')) return JSON.stringify(value) === text ? value : undefined
    return canonicalJson(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

/** More nesting than any body has. */
const MAX_DEPTH = 100

/** `other`: something not plain, a number that JSON doesn't have, or a key that can't be put into another place. */
type Form = 'ordered' | 'unordered' | 'too deep' | 'other'

function formOf(value: unknown, depth: number): Form {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return 'ordered'
  if (typeof value === 'number') return Number.isFinite(value) ? 'ordered' : 'other'
  if (typeof value !== 'object') return 'other'
  if (depth >= MAX_DEPTH) return 'too deep'
  return Array.isArray(value) ? formOfArray(value, depth) : formOfObject(value as Record<string, unknown>, depth)
}

function formOfArray(items: unknown[], depth: number): Form {
  let form: Form = 'ordered'
  for (let index = 0; index < items.length; index += 1) {
    const inner = formOf(items[index], depth + 1)
    if (inner === 'other' || inner === 'too deep') return inner
    if (inner === 'unordered') form = inner
  }
  return form
}

function formOfObject(value: Record<string, unknown>, depth: number): Form {
  if (Object.getPrototypeOf(value) !== Object.prototype) return 'other'
  let form: Form = 'ordered'
  let previous = ''
  let canBeOrdered = true
  // No list of keys is made: a long history asks this for every object in it, and the prototype adds none.
  for (const key in value) {
    if (key === '__proto__' || key === 'toJSON') return 'other'
    if (previous > key) form = 'unordered'
    previous = key
    // JavaScript gives keys that look like numbers a place of their own.
    const first = key.charCodeAt(0)
    if (first >= 0x30 && first <= 0x39) canBeOrdered = false
    const inner = formOf(value[key], depth + 1)
    if (inner === 'other' || inner === 'too deep') return inner
    if (inner === 'unordered') form = inner
  }
  return form === 'ordered' || canBeOrdered ? form : 'other'
}

/** The same value with its keys in order (RFC 8785: by UTF-16 code units). */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inOrder)
  const ordered: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) ordered[key] = inOrder((value as Record<string, unknown>)[key])
  return ordered
}
