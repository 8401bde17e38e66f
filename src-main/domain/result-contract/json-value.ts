import type { Json } from '../result.ts'
import { RESULT_CAPS } from './caps.ts'
import { MAX_NESTING_DEPTH } from './read-result.ts'
import { cutText, jsonByteCount, TRUNCATED_SIGN, TRUNCATED_VALUE } from './text.ts'

/**
 * A copy that is JSON through and through, whatever came in: lone surrogates become U+FFFD, a number that JSON can't
 * say becomes text, `__proto__` goes, and what is nested too deep ends in a mark. Keys are defined, never assigned.
 */
export function cleanJson(value: unknown, depth = 0): Json {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed()
    case 'boolean':
      return value
    case 'number':
      if (!Number.isFinite(value)) return String(value)
      return value === 0 ? 0 : value
    case 'bigint':
      return String(value)
    case 'object': {
      if (value === null) return null
      if (depth === MAX_NESTING_DEPTH) return TRUNCATED_VALUE
      if (Array.isArray(value)) return Array.from(value, (item) => cleanJson(item, depth + 1))
      const entries = new Map<string, Json>()
      for (const [key, child] of Object.entries(value)) {
        const cleanKey = key.toWellFormed()
        // Two broken keys may become one: the first stays, so that the answer doesn't hang on what follows.
        if (cleanKey !== '__proto__' && !entries.has(cleanKey)) entries.set(cleanKey, cleanJson(child, depth + 1))
      }
      return Object.fromEntries(entries)
    }
    default:
      return null
  }
}

/** How many arrays and objects lie within one another, the value itself included. */
export function jsonDepth(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const child of Object.values(value)) deepest = Math.max(deepest, jsonDepth(child))
  return deepest + 1
}

interface Budget {
  bytes: number
  keys: number
  items: number
}

/** Enough for any number, a cut text and what closes the containers around. */
const SMALLEST_CHILD_BYTES = 64

/**
 * RC-7: a `json` output's value within depth, keys, items and bytes. What fits is untouched; of what doesn't, the first
 * part is kept, still of the same shape, so that a person can look into it.
 */
export function capJson(value: Json): { value: Json; truncated: boolean } {
  const { keys, items } = countEntries(value)
  const fits =
    keys <= RESULT_CAPS.jsonKeys &&
    items <= RESULT_CAPS.jsonItems &&
    jsonDepth(value) <= RESULT_CAPS.jsonDepth &&
    jsonByteCount(value) <= RESULT_CAPS.jsonBytes
  if (fits) return { value, truncated: false }
  const budget: Budget = {
    bytes: RESULT_CAPS.jsonBytes,
    keys: RESULT_CAPS.jsonKeys,
    items: RESULT_CAPS.jsonItems,
  }
  return { value: prune(value, budget, 1), truncated: true }
}

function countEntries(value: Json): { keys: number; items: number } {
  if (typeof value !== 'object' || value === null) return { keys: 0, items: 0 }
  const children = Object.values(value)
  const count = Array.isArray(value) ? { keys: 0, items: children.length } : { keys: children.length, items: 0 }
  for (const child of children) {
    const below = countEntries(child)
    count.keys += below.keys
    count.items += below.items
  }
  return count
}

/** Takes what it keeps from the budget, brackets and commas included, so that the sum of it is what JSON takes. */
function prune(value: Json, budget: Budget, depth: number): Json {
  if (typeof value === 'string') return pruneText(value, budget)
  if (typeof value !== 'object' || value === null) {
    budget.bytes -= jsonByteCount(value)
    return value
  }
  if (depth > RESULT_CAPS.jsonDepth) return pruneText(TRUNCATED_VALUE, budget)
  budget.bytes -= 2
  if (Array.isArray(value)) {
    const kept: Json[] = []
    for (const item of value) {
      if (budget.items === 0 || budget.bytes < SMALLEST_CHILD_BYTES) break
      budget.items -= 1
      budget.bytes -= 1
      kept.push(prune(item, budget, depth + 1))
    }
    return kept
  }
  const kept: [string, Json][] = []
  for (const [key, child] of Object.entries(value)) {
    const keyBytes = jsonByteCount(key) + 2
    if (budget.keys === 0 || budget.bytes < keyBytes + SMALLEST_CHILD_BYTES) break
    budget.keys -= 1
    budget.bytes -= keyBytes
    kept.push([key, prune(child, budget, depth + 1)])
  }
  return Object.fromEntries(kept)
}

function pruneText(text: string, budget: Budget): string {
  // In JSON a byte may take six, so that the room in bytes of text is found by halving.
  let kept = text
  for (let room = budget.bytes; jsonByteCount(kept) > budget.bytes; room = Math.floor(room / 2)) {
    kept = cutText(text, room, TRUNCATED_SIGN).text
  }
  budget.bytes -= jsonByteCount(kept)
  return kept
}
