import type { StateView, TableName } from '../../domain/state.ts'

/**
 * A view that remembers, within one transaction, what it looked up: a command, its policy and `apply` ask for the same
 * few rows a dozen times. Nobody else can write meanwhile, and `forget` is told of every row that this process puts.
 */
export interface TransactionMemory {
  view: StateView
  begin(): void
  end(): void
  forget(table: TableName): void
}

/** Where each look-up reads, and so what makes it stale. */
const TABLE_OF: { [Lookup in keyof StateView]: TableName } = {
  workspace: 'workspace',
  key: 'keys',
  keysOf: 'keys',
  member: 'members',
  memberByNameKey: 'members',
  superusers: 'members',
  device: 'devices',
  setting: 'settings',
  tool: 'tools',
  toolBySlug: 'tools',
  maintainer: 'tool_maintainers',
  maintainers: 'tool_maintainers',
  version: 'versions',
  run: 'runs',
  runNotes: 'run_notes',
  advisory: 'advisories',
  nomination: 'nominations',
  suggestion: 'suggestions',
  comment: 'comments',
}

/** A transaction that reads more than this, such as a seed, reads on without. */
const MAX_REMEMBERED = 1_000

export function rememberWithinTransaction(view: StateView): TransactionMemory {
  const remembered = new Map<TableName, Map<string, unknown>>()
  let isOpen = false
  let count = 0

  function remembering(lookup: keyof StateView): (...ids: string[]) => unknown {
    const table = TABLE_OF[lookup]
    const look = view[lookup] as (...ids: string[]) => unknown
    return (...ids) => {
      if (!isOpen) return look(...ids)
      const known = remembered.get(table) ?? new Map<string, unknown>()
      const question = [lookup, ...ids].join('\0')
      if (known.has(question)) return known.get(question)
      const answer = look(...ids)
      if (count < MAX_REMEMBERED) {
        count += 1
        remembered.set(table, known.set(question, answer))
      }
      return answer
    }
  }

  const clear = (): void => {
    remembered.clear()
    count = 0
  }
  const lookups = Object.keys(TABLE_OF) as (keyof StateView)[]
  return {
    view: Object.fromEntries(lookups.map((lookup) => [lookup, remembering(lookup)])) as unknown as StateView,
    begin() {
      clear()
      isOpen = true
    },
    end() {
      isOpen = false
      clear()
    },
    forget: (table) => remembered.delete(table),
  }
}
