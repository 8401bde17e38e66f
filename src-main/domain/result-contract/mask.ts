import { plainFieldSchema } from '../field.ts'
import { outputSchema } from '../output.ts'
import type { Json } from '../result.ts'
import { maskSecretsIn } from '../secrets.ts'
import { isObject } from './read-result.ts'

/**
 * SC-5: masks what was filled into fields marked secret in an output or an action as the script gave it back, before any
 * of it is cut: a cut through the middle of a secret would leave a part that nobody finds any more. Kinds, and the names
 * by which fields and columns are known, stay also where a secret is called the same: without them nothing could be shown.
 */
export function maskPart(part: Json, secretValues: readonly string[]): Json {
  if (secretValues.length === 0 || !isObject(part)) return maskSecretsIn(part, secretValues)
  const entries = Object.entries(part).map(([name, value]): [string, Json] => {
    if (name === 'kind' && KINDS.has(value)) return [name, value]
    if (LISTS.has(name) && Array.isArray(value)) return [name, value.map((item) => maskItem(item, secretValues))]
    return [name, name === 'level' ? value : maskSecretsIn(value, secretValues)]
  })
  return Object.fromEntries(entries)
}

/** A field of an action's form, or a column of a table. */
function maskItem(item: Json, secretValues: readonly string[]): Json {
  if (!isObject(item)) return maskSecretsIn(item, secretValues)
  const entries = Object.entries(item).map(([name, value]): [string, Json] => {
    const isKept = NAMES.has(name) || (name === 'kind' && KINDS.has(value))
    return [name, isKept ? value : maskSecretsIn(value, secretValues)]
  })
  return Object.fromEntries(entries)
}

const LISTS: ReadonlySet<string> = new Set(['fields', 'columns'])
const NAMES: ReadonlySet<string> = new Set(['name', 'key'])
const KINDS: ReadonlySet<Json> = new Set<Json>([
  ...outputSchema.options.map((option) => option.shape.kind.value),
  ...plainFieldSchema.options.map((option) => option.shape.kind.value),
  'form',
])
