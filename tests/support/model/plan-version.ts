import { content } from '../members.ts'
import { pick, type Model, type ModelTool, type ModelVersion } from './model.ts'
import type { Asking, Planned } from './plan.ts'

/** What authors and reviewers do with versions (VR-1 to VR-12, RB-5). */
export function planVersion(asking: Asking): Planned | null {
  const { model, step, serial, by, role, isAdmin, seesTool, maintains, seesVersion, ask } = asking
  const source = `# ${serial}`

  /** Prefers versions that the step would do something to, half of the time. */
  const found = (fits: (version: ModelVersion) => boolean): { version: ModelVersion; its: ModelTool } | null => {
    const fitting = step.isStale ? [] : model.versions.filter(fits)
    const version = pick(fitting, step.version) ?? pick(model.versions, step.version)
    const its = version === undefined ? undefined : model.tools[version.tool]
    return version === undefined || its === undefined ? null : { version, its }
  }
  const isDraft = (version: ModelVersion): boolean => version.isHead && version.state === 'draft'
  const isInReview = (version: ModelVersion): boolean => version.state === 'in_review'
  const worksOn = (version: ModelVersion, its: ModelTool): boolean =>
    isAdmin || (maintains(its) && version.author === by)
  const add = (id: string, tool: number, text: string, changes: Partial<ModelVersion> = {}): void =>
    addVersion(model, { ...draftBy(by), id, tool, line: id, source: text, ...changes })
  const activate = (from: ModelVersion, its: ModelTool, id: string, submitter: number | null): void => {
    const active = model.versions.find((candidate) => candidate.id === its.active)
    if (active !== undefined) active.state = 'archived'
    add(id, from.tool, from.source, { state: 'active', isHead: false, wasActive: true, submitter })
    its.active = id
  }
  const save = (its: ModelTool, parent: string | null, text: string): unknown => ({
    ...content,
    source_code: text,
    tool: its.slug,
    expected_parent_version_id: parent,
  })

  switch (step.action) {
    case 'newLine': {
      const tool = pick(model.tools, step.tool)
      if (tool === undefined) return null
      return ask(
        'versions.save',
        save(tool, null, source),
        !seesTool(tool) ? 'NOT_FOUND' : isAdmin || maintains(tool) ? null : 'FORBIDDEN',
        (answer: { id: string }) => add(answer.id, model.tools.indexOf(tool), source),
      )
    }
    case 'saveOver':
    case 'saveSame': {
      const of = found(isDraft)
      if (of === null) return null
      const { version, its } = of
      const isSame = step.action === 'saveSame'
      const mayNot =
        !seesTool(its) || !seesVersion(version, its) ? 'NOT_FOUND' : !worksOn(version, its) ? 'FORBIDDEN' : null
      const expected = mayNot ?? (!isDraft(version) ? 'CONFLICT' : isSame ? 'unchanged' : null)
      const input = save(its, version.id, isSame ? version.source : source)
      return ask('versions.save', input, expected, (answer: { id: string }) => {
        version.isHead = false
        add(answer.id, version.tool, source, { line: version.line })
      })
    }
    case 'submit': {
      const of = found(isDraft)
      if (of === null) return null
      const { version, its } = of
      const mayNot = !seesVersion(version, its) ? 'NOT_FOUND' : !worksOn(version, its) ? 'FORBIDDEN' : null
      return ask('versions.submit', { version: version.id }, mayNot ?? (isDraft(version) ? null : 'CONFLICT'), () => {
        version.state = 'in_review'
        version.submitter = by
      })
    }
    case 'withdraw':
    case 'requestChanges': {
      const of = found(isInReview)
      if (of === null) return null
      const { version, its } = of
      const isVerdict = step.action === 'requestChanges'
      const may = isVerdict ? isAdmin : worksOn(version, its)
      const mayNot = !seesVersion(version, its) ? 'NOT_FOUND' : !may ? 'FORBIDDEN' : null
      return ask(
        isVerdict ? 'versions.requestChanges' : 'versions.withdraw',
        { version: version.id, ...(isVerdict ? { message: 'Again.' } : {}) },
        mayNot ?? (isInReview(version) ? null : 'CONFLICT'),
        (answer: { id: string }) => {
          version.state = 'archived'
          version.isHead = false
          add(answer.id, version.tool, version.source, { line: version.line, author: version.author })
        },
      )
    }
    case 'publishVersion': {
      const of = found(isInReview)
      if (of === null) return null
      const { version, its } = of
      const seen = step.other % 5 === 0 ? (model.versions[0]?.id ?? null) : its.active
      const isOwn = version.author === by || version.submitter === by
      const may = isAdmin && !(model.distinctReviewer && isOwn)
      const mayNot = !seesVersion(version, its) ? 'NOT_FOUND' : !may ? 'FORBIDDEN' : null
      return ask(
        'versions.publish',
        { version: version.id, expected_active_version_id: seen },
        mayNot ?? (isInReview(version) && seen === its.active ? null : 'CONFLICT'),
        (answer: { new_active_version_id: string }) => {
          version.state = 'archived'
          version.isHead = false
          activate(version, its, answer.new_active_version_id, version.submitter)
        },
      )
    }
    case 'rollBack': {
      const of = found((version) => version.wasActive && version.state === 'archived')
      if (of === null) return null
      const { version, its } = of
      const mayNot = !seesTool(its) ? 'NOT_FOUND' : role !== 'superuser' ? 'FORBIDDEN' : null
      return ask(
        'versions.rollback',
        { tool: its.slug, to_version: version.id, expected_active_version_id: its.active, reason: 'Back.' },
        mayNot ?? (version.wasActive && version.state !== 'active' ? null : 'CONFLICT'),
        (answer: { new_active_version_id: string }) => activate(version, its, answer.new_active_version_id, null),
      )
    }
    case 'comment': {
      const of = found(isInReview)
      if (of === null) return null
      const { version, its } = of
      // Every source of the model has one line.
      const line = pick([null, null, 1, 2], step.other)
      const mayNot = !seesVersion(version, its) ? 'NOT_FOUND' : line === 2 ? 'VALIDATION_ERROR' : null
      return ask(
        'versions.comment',
        { version: version.id, line, text: `Why ${serial}?` },
        mayNot ?? (isInReview(version) ? null : 'CONFLICT'),
        () => {
          model.comments += 1
        },
      )
    }
    default:
      return null
  }
}

type Draft = Omit<ModelVersion, 'id' | 'tool' | 'line' | 'source'>

function draftBy(author: number): Draft {
  return { author, state: 'draft', isHead: true, wasActive: false, submitter: null }
}

function addVersion(model: Model, version: ModelVersion): void {
  const its = model.tools[version.tool]
  if (its !== undefined) its.count += 1
  model.versions.push(version)
}
