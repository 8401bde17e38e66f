import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { NominationView } from '../../src-preload/contract/members.ts'
import { mayDecideNominations, mayNominate } from '../domain/policy.ts'
import { failed, failure, notFound, success, type Result } from '../domain/result.ts'
import type { NominationRow } from '../domain/state.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { memberName } from './views.ts'

/** RB-3: an admin nominates, a superuser decides. */

export function nominateMember(
  context: Context,
  session: Session,
  input: ParsedInput<'members.nominate'>,
): Result<Output<'members.nominate'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (!mayNominate(actor.value))
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only an admin may nominate a member.'))
    const member = context.store.state.member(input.member_id)
    if (member === null) return failed(notFound('member'))
    const id = context.ids.next()
    const event = commitEvent(context, { memberId: actor.value.id }, 'member.nominated', {
      nomination_id: id,
      ...input,
      based_on: { role: member.role },
    })
    return event.ok ? answer(context, id) : event
  })
}

/** Nominations are about people: admins see all, everybody else those about themselves. */
export function listNominations(
  context: Context,
  session: Session,
  input: ParsedInput<'members.nominations'>,
): Result<Output<'members.nominations'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const page = context.store.reads.nominations({ ...input, memberId: mayNominate(actor.value) ? null : actor.value.id })
  return success({ items: page.items.map((row) => view(context, row)), next: page.next })
}

export function decideNomination(
  context: Context,
  session: Session,
  input: ParsedInput<'members.decideNomination'>,
): Result<Output<'members.decideNomination'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const { state } = context.store
    const nomination = state.nomination(input.nomination_id)
    const isSeen = nomination !== null && (mayNominate(actor.value) || nomination.member_id === actor.value.id)
    const member = nomination === null ? null : state.member(nomination.member_id)
    if (!isSeen || member === null) return failed(notFound('nomination'))
    if (!mayDecideNominations(actor.value)) {
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may decide a nomination.'))
    }
    const event = commitEvent(context, { memberId: actor.value.id }, 'member.nomination_decided', {
      nomination_id: nomination.id,
      member_id: nomination.member_id,
      is_approved: input.approve,
      reason: input.reason,
      based_on: {
        role: member.role,
        superusers: [member.role, nomination.role].includes('superuser') ? state.superusers() : null,
      },
    })
    return event.ok ? answer(context, nomination.id) : event
  })
}

function answer(context: Context, id: string): Result<NominationView> {
  const row = context.store.state.nomination(id)
  return row === null ? failed(notFound('nomination')) : success(view(context, row))
}

function view(context: Context, row: NominationRow): NominationView {
  const { nominated_by, decided_by, ...rest } = row
  return {
    ...rest,
    member_name: memberName(context, row.member_id),
    nominated_by_name: memberName(context, nominated_by),
    decided_by_name: memberName(context, decided_by),
  }
}
