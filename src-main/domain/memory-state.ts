import type { MemberRow } from './member.ts'
import { TABLE_KEYS, TABLE_NAMES, type Change, type StateView, type TableName, type Tables } from './state.ts'

/** The fold in memory: for checking a history without a database, and for comparing tables with what events give. */
export interface MemoryState extends StateView {
  put(change: Change): void
  /** The row that is in the place of this one; null for none. */
  present(change: Change): object | null
  /** All rows of a table by key, in the order of their keys. */
  rows<T extends TableName>(table: T): Map<string, Tables[T]>
}

type Rows = { [T in TableName]: Map<string, Tables[T]> }

export function rowKey<T extends TableName>(table: T, row: Tables[T]): string {
  const columns = TABLE_KEYS[table]
  if (columns.length === 1) return String(row[columns[0] as keyof Tables[T]])
  return columns.map((column) => String(row[column as keyof Tables[T]])).join('/')
}

export function createMemoryState(): MemoryState {
  const rows = Object.fromEntries(TABLE_NAMES.map((name) => [name, new Map()])) as unknown as Rows
  const memberIdByNameKey = new Map<string, string>()
  const toolIdBySlug = new Map<string, string>()
  const maintainersOfTool = new Map<string, Set<string>>()

  const put = (change: Change): void => {
    const table = rows[change.table] as Map<string, unknown>
    table.set(rowKey(change.table, change.row as never), change.row)
    if (change.table === 'members') memberIdByNameKey.set(change.row.name_key, change.row.id)
    if (change.table === 'tools') toolIdBySlug.set(change.row.slug, change.row.id)
    if (change.table === 'tool_maintainers') {
      const { tool_id: toolId, member_id: memberId, is_current: isCurrent } = change.row
      const current = maintainersOfTool.get(toolId) ?? new Set()
      if (isCurrent) current.add(memberId)
      else current.delete(memberId)
      maintainersOfTool.set(toolId, current)
    }
  }

  const isActiveSuperuser = (member: MemberRow): boolean => member.status === 'active' && member.role === 'superuser'

  return {
    put,
    present: ({ table, row }) => (rows[table] as Map<string, object>).get(rowKey(table, row as never)) ?? null,
    rows: (table) => new Map([...rows[table]].sort(([a], [b]) => (a < b ? -1 : 1))) as never,
    workspace: () => rows.workspace.values().next().value ?? null,
    key: (id) => rows.keys.get(id) ?? null,
    keysOf: (memberId) => [...rows.keys.values()].filter((key) => key.member_id === memberId),
    member: (id) => rows.members.get(id) ?? null,
    memberByNameKey: (nameKey) => rows.members.get(memberIdByNameKey.get(nameKey) ?? '') ?? null,
    superusers: () =>
      [...rows.members.values()]
        .filter(isActiveSuperuser)
        .map((member) => member.id)
        .sort(),
    device: (id) => rows.devices.get(id) ?? null,
    setting: (key) => rows.settings.get(key)?.value,
    tool: (id) => rows.tools.get(id) ?? null,
    toolBySlug: (slug) => rows.tools.get(toolIdBySlug.get(slug) ?? '') ?? null,
    maintainer: (toolId, memberId) => rows.tool_maintainers.get(`${toolId}/${memberId}`) ?? null,
    maintainers: (toolId) => [...(maintainersOfTool.get(toolId) ?? [])].sort(),
    version: (id) => rows.versions.get(id) ?? null,
    run: (id) => rows.runs.get(id) ?? null,
    runNotes: (runId) => rows.run_notes.get(runId) ?? null,
    advisory: (id) => rows.advisories.get(id) ?? null,
    nomination: (id) => rows.nominations.get(id) ?? null,
    suggestion: (id) => rows.suggestions.get(id) ?? null,
    comment: (id) => rows.comments.get(id) ?? null,
  }
}
