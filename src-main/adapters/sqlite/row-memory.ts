import { TABLE_KEYS, type Change, type StateView, type TableName } from '../../domain/state.ts'

/**
 * A view that remembers what transactions looked up: a command, its policy and `apply` ask for the same few rows a dozen
 * times, and the next command asks for most of them again. What is remembered holds until this process puts a row into
 * that table, a transaction ends without effect, or another process commits, which SQLite's `data_version` tells. Within
 * a transaction nobody else can write; outside of one nothing is remembered.
 */
export interface RowMemory {
  view: StateView
  /** Right after the transaction has begun. */
  begin(): void
  end(outcome: 'committed' | 'rolled back'): void
  /** The row that is in the place of this one, null for none; undefined where nobody asked for it. */
  present(change: Change): object | null | undefined
  /** Told of every row that this process puts. */
  forget(table: TableName): void
  /** The same for what is no folded row, by a name of its own: as it was kept, or else as it is read now. */
  value<T extends object>(name: string, read: () => T): T
  /** What `value` is to answer from now on, since this process changed it. */
  keep(name: string, value: object): void
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

/** The look-up by the key of the table, with the key's columns in their order. */
const BY_KEY: { [T in TableName]?: keyof StateView } = {
  keys: 'key',
  members: 'member',
  devices: 'device',
  tools: 'tool',
  tool_maintainers: 'maintainer',
  versions: 'version',
  runs: 'run',
  run_notes: 'runNotes',
  advisories: 'advisory',
  nominations: 'nomination',
  suggestions: 'suggestion',
  comments: 'comment',
}

const questionOf = (lookup: keyof StateView, ids: readonly string[]): string => [lookup, ...ids].join('\0')

/** Rows and lists at most; a transaction that reads more, such as a seed, reads on without. */
const MAX_REMEMBERED = 1_000

export function rememberRows(view: StateView, dataVersion: () => number): RowMemory {
  const remembered = new Map<TableName, Map<string, unknown>>()
  const values = new Map<string, object>()
  let isOpen = false
  let count = 0
  let version: number | null = null

  function remembering(lookup: keyof StateView): (...ids: string[]) => unknown {
    const table = TABLE_OF[lookup]
    const look = view[lookup] as (...ids: string[]) => unknown
    return (...ids) => {
      if (!isOpen) return look(...ids)
      const known = remembered.get(table) ?? new Map<string, unknown>()
      const question = questionOf(lookup, ids)
      if (known.has(question)) return known.get(question)
      const answer = look(...ids)
      if (count < MAX_REMEMBERED) {
        count += 1
        remembered.set(table, known.set(question, answer))
      }
      return answer
    }
  }

  const forgetAll = (): void => {
    remembered.clear()
    values.clear()
    count = 0
  }
  const forget = (table: TableName): void => {
    count -= remembered.get(table)?.size ?? 0
    remembered.delete(table)
  }
  const lookups = Object.keys(TABLE_OF) as (keyof StateView)[]
  return {
    view: Object.fromEntries(lookups.map((lookup) => [lookup, remembering(lookup)])) as unknown as StateView,
    begin() {
      const present = dataVersion()
      if (present !== version || Math.max(count, values.size) >= MAX_REMEMBERED) forgetAll()
      version = present
      isOpen = true
    },
    end(outcome) {
      isOpen = false
      if (outcome === 'rolled back') forgetAll()
      // Records of runs may be megabytes each, and the next command seldom asks for the same one.
      else forget('runs')
    },
    present({ table, row }) {
      const lookup = BY_KEY[table]
      if (!isOpen || lookup === undefined) return undefined
      const ids = (TABLE_KEYS[table] as readonly string[]).map((column) => String((row as never)[column]))
      return remembered.get(table)?.get(questionOf(lookup, ids)) as object | null | undefined
    },
    value<T extends object>(name: string, read: () => T): T {
      if (!isOpen) return read()
      const known = values.get(name) ?? read()
      if (values.size < MAX_REMEMBERED) values.set(name, known)
      return known as T
    },
    keep: (name, value) => void values.set(name, value),
    forget,
  }
}
