import { roleAtLeast } from '../../../src-main/domain/member.ts'
import { pick, pickRole } from './model.ts'
import type { Asking, Planned } from './plan.ts'
import { addTool } from './plan-tool.ts'

/** Suggestions of tools (TL-4) and nominations of members (RB-3): proposed by one, decided by another. */
export function planProposal(asking: Asking): Planned | null {
  const { model, step, serial, by, role, isAdmin, isContributor, ask } = asking
  const proposal = { title: `S ${serial}`, description: 'D', professions: ['p'], categories: ['c'] }

  switch (step.action) {
    case 'suggest':
      return ask('suggestions.submit', proposal, isContributor ? null : 'FORBIDDEN', (answer: { id: string }) => {
        model.suggestions.push({ id: answer.id, by, status: 'pending' })
      })
    case 'decideSuggestion': {
      const pending = step.isStale ? [] : model.suggestions.filter(({ status }) => status === 'pending')
      const suggestion = pick(pending, step.version) ?? pick(model.suggestions, step.version)
      if (suggestion === undefined) return null
      const decision = pick(['accepted', 'modified', 'denied'] as const, step.other) ?? 'denied'
      const isTaken = step.tool % 5 === 0 && model.tools.length > 0
      const slug = isTaken ? (model.tools[0]?.slug ?? null) : `tool-${serial}`
      // Now and then without the slug that accepting needs, or with one that denying can't have.
      const isMalformed = step.tool % 7 === 1
      const hasSlug = (decision !== 'denied') !== isMalformed
      const mayNot = !isAdmin && !(isContributor && suggestion.by === by) ? 'NOT_FOUND' : !isAdmin ? 'FORBIDDEN' : null
      const isMoved = suggestion.status !== 'pending' || (decision !== 'denied' && isTaken)
      const input = {
        suggestion_id: suggestion.id,
        decision,
        rationale: 'So.',
        slug: hasSlug ? slug : null,
        modified: decision === 'modified' ? proposal : null,
      }
      const expected = mayNot ?? (isMalformed ? 'VALIDATION_ERROR' : isMoved ? 'CONFLICT' : null)
      return ask('suggestions.decide', input, expected, () => {
        suggestion.status = decision
        if (decision !== 'denied' && slug !== null) addTool(model, slug, suggestion.by)
      })
    }
    case 'nominate': {
      const index = step.other % model.members.length
      const member = model.members[index]
      if (member === undefined) return null
      const wanted = pickRole(step.version)
      const isConflict = !member.isActive || roleAtLeast(member.role, wanted)
      return ask(
        'members.nominate',
        { member_id: member.id, role: wanted, reason: 'Knows it.' },
        !isAdmin ? 'FORBIDDEN' : isConflict ? 'CONFLICT' : null,
        (answer: { id: string }) => {
          model.nominations.push({ id: answer.id, member: index, role: wanted, status: 'pending' })
        },
      )
    }
    case 'decideNomination': {
      const pending = step.isStale ? [] : model.nominations.filter(({ status }) => status === 'pending')
      const nomination = pick(pending, step.version) ?? pick(model.nominations, step.version)
      const member = nomination === undefined ? undefined : model.members[nomination.member]
      if (nomination === undefined || member === undefined) return null
      const approve = step.other % 3 !== 0
      const isMoved =
        nomination.status !== 'pending' || (approve && (!member.isActive || roleAtLeast(member.role, nomination.role)))
      const mayNot = !isAdmin && nomination.member !== by ? 'NOT_FOUND' : role !== 'superuser' ? 'FORBIDDEN' : null
      return ask(
        'members.decideNomination',
        { nomination_id: nomination.id, approve, reason: 'So.' },
        mayNot ?? (isMoved ? 'CONFLICT' : null),
        () => {
          nomination.status = approve ? 'approved' : 'declined'
          if (approve) member.role = nomination.role
        },
      )
    }
    default:
      return null
  }
}
