import { ROLES, type Role } from '../../../src-main/domain/member.ts'
import type { MemoryState } from '../../../src-main/domain/memory-state.ts'

/**
 * A small model of the workspace: what must succeed and what must be refused, told from the rules alone. It keeps no
 * content and looks nothing up; each action is a guess of the real outcome, which the test then compares.
 */

export interface ModelMember {
  id: string
  role: Role
  isActive: boolean
  keyId: string
  hasKey: boolean
}

export interface ModelVersion {
  id: string
  tool: number
  author: number
  state: 'draft' | 'in_review' | 'active' | 'archived'
  isHead: boolean
  line: string
  source: string
  wasActive: boolean
  submitter: number | null
}

export interface ModelTool {
  slug: string
  isPublished: boolean
  active: string | null
  maintainers: Set<number>
  count: number
}

export interface ModelSuggestion {
  id: string
  by: number
  status: 'pending' | 'accepted' | 'modified' | 'denied'
}

export interface ModelNomination {
  id: string
  member: number
  role: Role
  status: 'pending' | 'approved' | 'declined'
}

export interface Model {
  members: ModelMember[]
  tools: ModelTool[]
  versions: ModelVersion[]
  suggestions: ModelSuggestion[]
  nominations: ModelNomination[]
  /** Keys that were replaced or revoked, and whose they were. */
  endedKeys: { id: string; member: number }[]
  comments: number
  distinctReviewer: boolean
}

export function newModel(members: { id: string; role: Role; keyId: string }[]): Model {
  return {
    members: members.map((member) => ({ ...member, isActive: true, hasKey: true })),
    tools: [],
    versions: [],
    suggestions: [],
    nominations: [],
    endedKeys: [],
    comments: 0,
    distinctReviewer: false,
  }
}

/** Compares the tables, as the fold gives them, with what the model says; null when they agree. */
export function differenceFromModel(model: Model, state: MemoryState): string | null {
  return (
    differenceInCounts(model, state) ??
    firstOf(model.versions, ({ id, state: wanted, isHead, line, wasActive }) => {
      const row = state.version(id)
      if (row === null) return `version ${id} is lost`
      // A copy that becomes active stands in a line of its own.
      const isSameLine = wasActive || row.line_id === line
      return row.state === wanted && row.is_head === isHead && row.was_active === wasActive && isSameLine
        ? null
        : `version ${id} is ${JSON.stringify(row)}, not ${JSON.stringify({ wanted, isHead, line, wasActive })}`
    }) ??
    firstOf(model.tools, ({ slug, isPublished, active, count, maintainers }) => {
      const row = state.toolBySlug(slug)
      if (row === null) return `tool ${slug} is lost`
      const listed = [...maintainers].map((index) => model.members[index]?.id ?? '').sort()
      const isSame =
        row.is_published === isPublished &&
        row.active_version_id === active &&
        row.last_version_number === count &&
        listed.join() === state.maintainers(row.id).join()
      return isSame ? null : `tool ${slug} is ${JSON.stringify(row)}, not ${JSON.stringify({ active, count, listed })}`
    }) ??
    firstOf(model.members, ({ id, role, isActive, keyId, hasKey }) => {
      const row = state.member(id)
      const isKeyRight = (state.key(keyId)?.status === 'active') === hasKey
      return row?.role === role && (row.status === 'active') === isActive && isKeyRight
        ? null
        : `member ${id} is ${JSON.stringify(row)}, not ${JSON.stringify({ role, isActive, hasKey })}`
    }) ??
    firstOf([...model.suggestions, ...model.nominations], ({ id, status }) => {
      const row = state.suggestion(id) ?? state.nomination(id)
      return row?.status === status ? null : `${id} is ${row?.status}, not ${status}`
    })
  )
}

function differenceInCounts(model: Model, state: MemoryState): string | null {
  const wanted = {
    members: model.members.length,
    tools: model.tools.length,
    versions: model.versions.length,
    suggestions: model.suggestions.length,
    nominations: model.nominations.length,
    comments: model.comments,
  }
  return firstOf(Object.entries(wanted), ([table, count]) => {
    const { size } = state.rows(table as keyof typeof wanted)
    return size === count ? null : `there are ${size} ${table}, not ${count}`
  })
}

function firstOf<T>(items: T[], difference: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = difference(item)
    if (found !== null) return found
  }
  return null
}

/** Numbers are picks, taken modulo what there is, so that every sequence makes sense and shrinks well. */
export const pick = <T>(items: readonly T[], at: number): T | undefined =>
  items.length === 0 ? undefined : items[at % items.length]

export const pickRole = (at: number): Role => pick(ROLES, at) ?? 'user'
