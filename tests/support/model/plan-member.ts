import { pick, pickRole, type Model } from './model.ts'
import type { Asking, Planned } from './plan.ts'

/** What superusers do with members, and members with their keys (RB-4, TR-6). */
export function planMember({ model, step, by, role, ask }: Asking): Planned | null {
  const index = step.other % model.members.length
  const member = model.members[index]
  if (member === undefined) return null

  switch (step.action) {
    case 'setRole':
    case 'revoke': {
      const isRevoke = step.action === 'revoke'
      // Otherwise few would be left to act.
      if (isRevoke && step.version % 4 !== 0) return null
      const wanted = pickRole(step.version)
      const isKept = !isRevoke && wanted === 'superuser'
      const isLast = !isKept && isLastSuperuser(model, index)
      const expected = role !== 'superuser' ? 'FORBIDDEN' : !member.isActive || isLast ? 'CONFLICT' : null
      const input = { member_id: member.id, ...(isRevoke ? { reason: 'Left.' } : { role: wanted }) }
      return ask(isRevoke ? 'members.revoke' : 'members.setRole', input, expected, () => {
        if (isRevoke) member.isActive = false
        else member.role = wanted
      })
    }
    case 'rotateKey': {
      const own = model.members[by]
      if (own === undefined) return null
      return ask('keys.rotate', {}, null, (answer: { id: string }) => {
        model.endedKeys.push({ id: own.keyId, member: by })
        own.keyId = answer.id
      })
    }
    case 'revokeKey': {
      const ended = step.isStale ? pick(model.endedKeys, step.version) : undefined
      if (ended === undefined && step.version % 4 !== 0) return null
      const owner = ended?.member ?? index
      const isEnded = ended !== undefined || !member.hasKey
      const isLast = member.role === 'superuser' && isLastSuperuser(model, index)
      const mayNot = owner !== by && role !== 'superuser' ? 'FORBIDDEN' : null
      return ask(
        'keys.revoke',
        { key_id: ended?.id ?? member.keyId, reason: 'Lost.' },
        mayNot ?? (isEnded || isLast ? 'CONFLICT' : null),
        () => {
          member.hasKey = false
          model.endedKeys.push({ id: member.keyId, member: index })
        },
      )
    }
    default:
      return null
  }
}

/** An active superuser without whom no active superuser could sign. */
function isLastSuperuser(model: Model, index: number): boolean {
  const superusers = model.members.filter(({ role, isActive }) => role === 'superuser' && isActive)
  const member = model.members[index]
  return (
    member !== undefined && superusers.includes(member) && !superusers.some((each) => each !== member && each.hasKey)
  )
}
