import type { Asking, Planned } from './plan.ts'
import { pick, type ModelTool } from './model.ts'

/** What admins do with tools and settings (TL-1, TL-2). */
export function planTool({ model, step, serial, by, role, isAdmin, seesTool, ask }: Asking): Planned | null {
  const tool = pick(model.tools, step.tool)
  const manage = (
    channel: Planned['channel'],
    input: object,
    isConflict: (which: ModelTool) => boolean,
    done: (which: ModelTool) => void,
  ): Planned | null => {
    if (tool === undefined) return null
    const expected = !seesTool(tool) ? 'NOT_FOUND' : !isAdmin ? 'FORBIDDEN' : isConflict(tool) ? 'CONFLICT' : null
    return ask(channel, { tool: tool.slug, ...input }, expected, () => done(tool))
  }
  const never = (): boolean => false

  switch (step.action) {
    case 'createTool': {
      const slug = `tool-${serial}`
      return ask('tools.create', { slug, title: 'T' }, isAdmin ? null : 'FORBIDDEN', () => addTool(model, slug, by))
    }
    case 'publishTool':
      return manage(
        'tools.publish',
        {},
        (which) => which.isPublished || which.active === null,
        (which) => {
          which.isPublished = true
        },
      )
    case 'depublishTool':
      return manage(
        'tools.depublish',
        {},
        (which) => !which.isPublished,
        (which) => {
          which.isPublished = false
        },
      )
    case 'editTool':
      return manage('tools.edit', { title: `T ${serial}` }, never, () => {})
    case 'maintainers': {
      const index = step.other % model.members.length
      const member = model.members[index]
      if (tool === undefined || member?.isActive !== true) return null
      const isListed = tool.maintainers.has(index)
      return manage('tools.setMaintainers', { [isListed ? 'remove' : 'add']: [member.id] }, never, (which) => {
        if (isListed) which.maintainers.delete(index)
        else which.maintainers.add(index)
      })
    }
    case 'distinctReviewer': {
      const input = { key: 'require_distinct_reviewer', value: !model.distinctReviewer }
      return ask('settings.set', input, role === 'superuser' ? null : 'FORBIDDEN', () => {
        model.distinctReviewer = input.value
      })
    }
    default:
      return null
  }
}

export function addTool(model: Asking['model'], slug: string, maintainer: number): void {
  model.tools.push({ slug, isPublished: false, active: null, maintainers: new Set([maintainer]), count: 0 })
}
