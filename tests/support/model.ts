import fc from 'fast-check'
import type Database from 'better-sqlite3'
import { ROLES, roleAtLeast, type Role } from '../../src-main/domain/member.ts'
import type { Failure } from '../../src-main/domain/result.ts'
import type { Channel } from '../../src-preload/contract/contract.ts'
import { content } from './members.ts'

/**
 * A small model of the workspace: what must succeed and what must be refused, told from the rules alone. It keeps no
 * content and looks nothing up; each action is a guess of the real outcome, which the test then compares.
 */

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

export interface Model {
  roles: Role[]
  isActive: boolean[]
  tools: ModelTool[]
  versions: ModelVersion[]
  distinctReviewer: boolean
}

/** Numbers are picks, taken modulo what there is, so that every sequence makes sense and shrinks well. */
export interface Step {
  action: (typeof ACTIONS)[number]
  by: number
  tool: number
  version: number
  other: number
  isStale: boolean
}

const ACTIONS = [
  'createTool',
  'newLine',
  'newLine',
  'saveOver',
  'saveOver',
  'saveSame',
  'submit',
  'submit',
  'submit',
  'withdraw',
  'requestChanges',
  'publishVersion',
  'publishVersion',
  'publishVersion',
  'rollBack',
  'publishTool',
  'depublishTool',
  'maintainers',
  'setRole',
  'revoke',
  'distinctReviewer',
  'editTool',
] as const

export const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  by: fc.nat(50),
  tool: fc.nat(50),
  version: fc.nat(500),
  other: fc.nat(50),
  isStale: fc.boolean(),
})

/** What a step asks, whether it must be done, and what becomes of the model then. */
export interface Planned {
  by: number
  channel: Channel
  input: unknown
  /** Null: it must be done. Else the code of the refusal. `unchanged` succeeds without an event (VR-4). */
  expected: Failure['code'] | 'unchanged' | null
  done(answer: never): void
}

export function newModel(roles: Role[]): Model {
  return { roles, isActive: roles.map(() => true), tools: [], versions: [], distinctReviewer: false }
}

const pick = <T>(items: T[], at: number): T | undefined => (items.length === 0 ? undefined : items[at % items.length])

export function plan(model: Model, step: Step, memberIds: readonly string[], serial: number): Planned | null {
  const by = step.by % model.roles.length
  const role = model.roles[by] ?? 'user'
  const isAdmin = roleAtLeast(role, 'admin')
  const isContributor = roleAtLeast(role, 'contributor')
  const toolAt = model.tools.length === 0 ? -1 : step.tool % model.tools.length
  const tool = model.tools[toolAt]
  const maintains = (which: ModelTool): boolean => isContributor && which.maintainers.has(by)
  const seesTool = (which: ModelTool): boolean =>
    isAdmin || maintains(which) || (which.isPublished && which.active !== null)
  const seesVersion = (version: ModelVersion, its: ModelTool): boolean =>
    isAdmin ||
    (isContributor &&
      (version.author === by || (its.maintainers.has(by) && ['active', 'archived'].includes(version.state))))
  const worksOn = (version: ModelVersion, its: ModelTool): boolean =>
    isAdmin || (maintains(its) && version.author === by)
  const nothing = (): void => {}

  const ask = (
    channel: Channel,
    input: unknown,
    expected: Planned['expected'],
    done: (answer: never) => void = nothing,
  ): Planned => ({
    by,
    channel,
    input,
    expected: model.isActive[by] === true ? expected : 'FORBIDDEN',
    done,
  })
  const manage = (
    channel: Channel,
    input: object,
    conflict: boolean,
    done: (which: ModelTool) => void,
  ): Planned | null => {
    if (tool === undefined) return null
    const expected = !seesTool(tool) ? 'NOT_FOUND' : !isAdmin ? 'FORBIDDEN' : conflict ? 'CONFLICT' : null
    return ask(channel, { tool: tool.slug, ...input }, expected, () => done(tool))
  }
  /** Prefers versions that the step would do something to, half of the time. */
  const versionFor = (fits: (version: ModelVersion) => boolean): { version: ModelVersion; its: ModelTool } | null => {
    const fitting = step.isStale ? [] : model.versions.filter(fits)
    const version = pick(fitting, step.version) ?? pick(model.versions, step.version)
    const its = version === undefined ? undefined : model.tools[version.tool]
    return version === undefined || its === undefined ? null : { version, its }
  }
  const added = (id: string, toolIndex: number, source: string, changes: Partial<ModelVersion> = {}): void => {
    const its = model.tools[toolIndex]
    if (its !== undefined) its.count += 1
    model.versions.push({
      id,
      tool: toolIndex,
      author: by,
      state: 'draft',
      isHead: true,
      line: id,
      source,
      wasActive: false,
      submitter: null,
      ...changes,
    })
  }
  const source = `# ${serial}`
  const save = (its: ModelTool, parent: string | null, text: string): unknown => ({
    ...content,
    source_code: text,
    tool: its.slug,
    expected_parent_version_id: parent,
  })

  switch (step.action) {
    case 'createTool':
      return ask('tools.create', { slug: `tool-${serial}`, title: 'T' }, isAdmin ? null : 'FORBIDDEN', () => {
        model.tools.push({
          slug: `tool-${serial}`,
          isPublished: false,
          active: null,
          maintainers: new Set([by]),
          count: 0,
        })
      })
    case 'newLine':
      if (tool === undefined) return null
      return ask(
        'versions.save',
        save(tool, null, source),
        !seesTool(tool) ? 'NOT_FOUND' : isAdmin || maintains(tool) ? null : 'FORBIDDEN',
        (answer: { id: string }) => added(answer.id, toolAt, source),
      )
    case 'saveOver':
    case 'saveSame': {
      const found = versionFor((version) => version.isHead && version.state === 'draft')
      if (found === null) return null
      const { version, its } = found
      const isSame = step.action === 'saveSame'
      const expected =
        !seesTool(its) || !seesVersion(version, its)
          ? 'NOT_FOUND'
          : !worksOn(version, its)
            ? 'FORBIDDEN'
            : !version.isHead || version.state !== 'draft'
              ? 'CONFLICT'
              : isSame
                ? 'unchanged'
                : null
      return ask(
        'versions.save',
        save(its, version.id, isSame ? version.source : source),
        expected,
        (answer: { id: string }) => {
          version.isHead = false
          added(answer.id, version.tool, source, { line: version.line })
        },
      )
    }
    case 'submit': {
      const found = versionFor((version) => version.isHead && version.state === 'draft')
      if (found === null) return null
      const { version, its } = found
      const mayNot = !seesVersion(version, its) ? 'NOT_FOUND' : !worksOn(version, its) ? 'FORBIDDEN' : null
      const expected = mayNot ?? (version.state === 'draft' && version.isHead ? null : 'CONFLICT')
      return ask('versions.submit', { version: version.id }, expected, () => {
        version.state = 'in_review'
        version.submitter = by
      })
    }
    case 'withdraw':
    case 'requestChanges': {
      const found = versionFor((version) => version.state === 'in_review')
      if (found === null) return null
      const { version, its } = found
      const isVerdict = step.action === 'requestChanges'
      const may = isVerdict ? isAdmin : worksOn(version, its)
      const expected = !seesVersion(version, its)
        ? 'NOT_FOUND'
        : !may
          ? 'FORBIDDEN'
          : version.state === 'in_review'
            ? null
            : 'CONFLICT'
      const input = { version: version.id, ...(isVerdict ? { message: 'Again.' } : {}) }
      return ask(
        isVerdict ? 'versions.requestChanges' : 'versions.withdraw',
        input,
        expected,
        (answer: { id: string }) => {
          version.state = 'archived'
          version.isHead = false
          added(answer.id, version.tool, version.source, { line: version.line, author: version.author })
        },
      )
    }
    case 'publishVersion': {
      const found = versionFor((version) => version.state === 'in_review')
      if (found === null) return null
      const { version, its } = found
      const seen = step.other % 5 === 0 ? (model.versions[0]?.id ?? null) : its.active
      const isOwn = version.author === by || version.submitter === by
      const mayNot = !seesVersion(version, its)
        ? 'NOT_FOUND'
        : !isAdmin || (model.distinctReviewer && isOwn)
          ? 'FORBIDDEN'
          : null
      const expected = mayNot ?? (version.state === 'in_review' && seen === its.active ? null : 'CONFLICT')
      return ask(
        'versions.publish',
        { version: version.id, expected_active_version_id: seen },
        expected,
        (answer: { new_active_version_id: string }) => {
          version.state = 'archived'
          version.isHead = false
          activate(version, its, answer.new_active_version_id)
        },
      )
    }
    case 'rollBack': {
      const found = versionFor((version) => version.wasActive && version.state === 'archived')
      if (found === null) return null
      const { version, its } = found
      const expected = !seesTool(its)
        ? 'NOT_FOUND'
        : role !== 'superuser'
          ? 'FORBIDDEN'
          : version.wasActive && version.state !== 'active'
            ? null
            : 'CONFLICT'
      const input = { tool: its.slug, to_version: version.id, expected_active_version_id: its.active, reason: 'Back.' }
      return ask('versions.rollback', input, expected, (answer: { new_active_version_id: string }) =>
        activate(version, its, answer.new_active_version_id),
      )
    }
    case 'publishTool':
      return manage('tools.publish', {}, tool?.isPublished === true || tool?.active === null, (which) => {
        which.isPublished = true
      })
    case 'depublishTool':
      return manage('tools.depublish', {}, tool?.isPublished === false, (which) => {
        which.isPublished = false
      })
    case 'editTool':
      return manage('tools.edit', { title: `T ${serial}` }, false, nothing)
    case 'maintainers': {
      const member = step.other % model.roles.length
      if (tool === undefined || model.isActive[member] !== true) return null
      const isListed = tool.maintainers.has(member)
      return manage('tools.setMaintainers', { [isListed ? 'remove' : 'add']: [memberIds[member]] }, false, (which) => {
        if (isListed) which.maintainers.delete(member)
        else which.maintainers.add(member)
      })
    }
    case 'setRole':
    case 'revoke': {
      const member = step.other % model.roles.length
      const wanted = ROLES[step.version % ROLES.length] ?? 'user'
      const isRevoke = step.action === 'revoke'
      // Otherwise few would be left to act.
      if (isRevoke && step.version % 4 !== 0) return null
      const superusers = model.roles.filter((each, index) => each === 'superuser' && model.isActive[index]).length
      const isLast = superusers === 1 && model.roles[member] === 'superuser' && (isRevoke || wanted !== 'superuser')
      const expected =
        role !== 'superuser' ? 'FORBIDDEN' : model.isActive[member] !== true || isLast ? 'CONFLICT' : null
      const input = { member_id: memberIds[member], ...(isRevoke ? { reason: 'Left.' } : { role: wanted }) }
      return ask(isRevoke ? 'members.revoke' : 'members.setRole', input, expected, () => {
        if (isRevoke) model.isActive[member] = false
        else model.roles[member] = wanted
      })
    }
    case 'distinctReviewer': {
      const value = !model.distinctReviewer
      return ask(
        'settings.set',
        { key: 'require_distinct_reviewer', value },
        role === 'superuser' ? null : 'FORBIDDEN',
        () => {
          model.distinctReviewer = value
        },
      )
    }
  }

  function activate(from: ModelVersion, its: ModelTool, id: string): void {
    const active = model.versions.find((candidate) => candidate.id === its.active)
    if (active !== undefined) active.state = 'archived'
    added(id, from.tool, from.source, { state: 'active', isHead: false, wasActive: true })
    its.active = id
  }
}

/** What is in the tables, against what the model says; null when they agree. Cheap: one look at two tables. */
export function differenceFromModel(model: Model, database: Database.Database): string | null {
  const rows = database.prepare('SELECT id, state, is_head, line_id, was_active FROM versions').all() as {
    id: string
    state: string
    is_head: number
    line_id: string
    was_active: number
  }[]
  if (rows.length !== model.versions.length) return `there are ${rows.length} versions, not ${model.versions.length}`
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { id, state, isHead, line, wasActive } of model.versions) {
    const row = byId.get(id)
    if (row === undefined) return `version ${id} is lost`
    // A copy that becomes active stands in a line of its own.
    const isSameLine = wasActive || row.line_id === line
    if (row.state !== state || (row.is_head === 1) !== isHead || (row.was_active === 1) !== wasActive || !isSameLine) {
      return `version ${id} is ${JSON.stringify(row)}, not ${JSON.stringify({ state, isHead, line, wasActive })}`
    }
  }
  const tools = database
    .prepare('SELECT slug, is_published, active_version_id, last_version_number FROM tools')
    .all() as { slug: string; is_published: number; active_version_id: string | null; last_version_number: number }[]
  for (const { slug, isPublished, active, count } of model.tools) {
    const row = tools.find((candidate) => candidate.slug === slug)
    if (row === undefined) return `tool ${slug} is lost`
    if (
      (row.is_published === 1) !== isPublished ||
      row.active_version_id !== active ||
      row.last_version_number !== count
    ) {
      return `tool ${slug} is ${JSON.stringify(row)}, not ${JSON.stringify({ isPublished, active, count })}`
    }
  }
  return null
}
