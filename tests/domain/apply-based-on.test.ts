import { beforeEach, describe, expect, test } from 'vitest'
import type { EventBody } from '../../src-main/domain/event-bodies.ts'
import { createMemoryState, type MemoryState } from '../../src-main/domain/memory-state.ts'
import { TABLE_NAMES } from '../../src-main/domain/state.ts'
import { createHistory, savedBody, type MadeHistory } from '../support/core-history.ts'
import { byMembers, outcomeOf, published, rightful } from '../support/core-rightful.ts'

/** TR-3: what an event rests on must hold at its place in the order, or nothing changes. */

let memory: MemoryState
let history: MadeHistory
beforeEach(() => {
  memory = createMemoryState()
  history = createHistory(memory)
})

describe('TR-3 what an event is based on', () => {
  test('VR-3 two saves over one head: the first in the order takes it, the second is a conflict that names the line', () => {
    const toolId = history.tool()
    const head = history.saved('root', toolId)
    const [a, b] = [savedBody(history.newId(), toolId, '# a', head), savedBody(history.newId(), toolId, '# b', head)]
    expect(outcomeOf(history.make('root', 'version.saved', a))).toBe('applied')
    const second = history.make('root', 'version.saved', b)
    expect(second).toMatchObject({ outcome: 'conflict', failure: { reason: 'head_moved', details: { line_id: head } } })
    expect(history.state.version(b.version_id)).toBeNull()
    expect(history.state.tool(toolId)?.last_version_number).toBe(2)
  })

  test('VR-6 two publishes based on one active version: the second is a conflict', () => {
    const toolId = history.tool()
    const [a, b] = [history.submitted('root', toolId), history.submitted('root', toolId)]
    const [first, second] = [published(history, toolId, a), published(history, toolId, b)]
    expect(outcomeOf(history.make('root', 'version.published', first))).toBe('applied')
    expect(history.make('root', 'version.published', second)).toMatchObject({
      outcome: 'conflict',
      failure: { reason: 'active_version_moved', details: { active_version_id: first.new_version_id } },
    })
    expect(history.state.version(b)?.state).toBe('in_review')
  })

  test('RB-4 two superusers who demote each other apart: the first in the order holds, the second is a conflict', () => {
    history.member('Sofia', 'superuser')
    const both = history.state.superusers()
    const demote = (name: string): EventBody<'member.role_changed'> => ({
      member_id: history.id(name),
      role: 'admin',
      based_on: { role: 'superuser', superusers: both },
    })
    expect(outcomeOf(history.make('root', 'member.role_changed', demote('Sofia')))).toBe('applied')
    expect(outcomeOf(history.make('Sofia', 'member.role_changed', demote('root')))).toBe(
      'conflict FORBIDDEN not_allowed',
    )
    expect(history.state.superusers()).toEqual([history.id('root')])
  })

  test.each(['member.role_changed', 'member.revoked', 'member.added'] as const)(
    'RB-4 %s that touches a superuser rests on the set of superusers that it saw',
    (type) => {
      history.member('Sofia', 'superuser')
      history.member('Third', 'superuser')
      const all = history.state.superusers()
      const bodyFor = (superusers: string[] | null) =>
        ({
          'member.role_changed': {
            member_id: history.id('Third'),
            role: 'admin',
            based_on: { role: 'superuser', superusers },
          },
          'member.revoked': { member_id: history.id('Third'), reason: 'Left.', based_on: { superusers } },
          'member.added': {
            member_id: history.newId(),
            name: 'Fourth',
            role: 'superuser',
            key: null,
            based_on: { superusers },
          },
        })[type]
      for (const wrong of [null, [], all.slice(1), [...all, history.newId()], [...all].reverse()]) {
        expect(outcomeOf(history.makeRaw('root', type, bodyFor(wrong)))).toBe('conflict CONFLICT superusers_moved')
      }
      history.setRole('Sofia', 'admin')
      expect(outcomeOf(history.makeRaw('root', type, bodyFor(all)))).toBe('conflict CONFLICT superusers_moved')
      expect(outcomeOf(history.makeRaw('root', type, bodyFor(history.state.superusers())))).toBe('applied')
    },
  )

  test('RB-4 the last superuser stays, also by an event of their own that saw nothing else', () => {
    const body = {
      member_id: history.id('root'),
      based_on: { role: 'superuser' as const, superusers: [history.id('root')] },
    }
    expect(outcomeOf(history.make('root', 'member.role_changed', { ...body, role: 'user' }))).toBe(
      'conflict CONFLICT last_superuser',
    )
    expect(
      outcomeOf(
        history.makeRaw('root', 'member.revoked', {
          member_id: history.id('root'),
          reason: 'x',
          based_on: { superusers: [history.id('root')] },
        }),
      ),
    ).toBe('conflict CONFLICT last_superuser')
  })

  test.each([
    ['member.role_changed', { based_on: { role: 'admin', superusers: null } }, 'role_moved'],
    ['setting.changed', { based_on: { value: 255 } }, 'setting_moved'],
    ['tool.published', { based_on: { is_published: false, active_version_id: null } }, 'active_version_moved'],
    [
      'tool.maintainers_changed',
      { based_on: { maintainers: ['01900000-0000-7000-8000-000000000999'] } },
      'maintainers_moved',
    ],
    ['tool.edited', { based_on: { metadata_event_id: '01900000-0000-7000-8000-000000000999' } }, 'metadata_moved'],
  ] as const)('TR-3 %s based on what no longer holds is a conflict', (type, changes, reason) => {
    const { body } = rightful(history, 'x')[type]
    expect(outcomeOf(history.makeRaw('root', type, { ...body, ...changes }))).toBe(`conflict CONFLICT ${reason}`)
  })

  test.each([
    'version.submitted',
    'version.withdrawn',
    'version.changes_requested',
    'version.published',
    'tool.depublished',
    'tool.published',
    'member.revoked',
    'version.rolled_back',
    'member.added',
    'tool.created',
    'member.nomination_decided',
    'suggestion.decided',
    'suggestion.submitted',
    'key.revoked',
    'device.revoked',
    'version.commented',
    'member.nominated',
  ] as const)('TR-3 %s a second time is not applied again', (type) => {
    const { body } = rightful(history, 'x')[type]
    expect(outcomeOf(history.makeRaw('root', type, body))).toBe('applied')
    expect(
      history.makeRaw('root', type, 'new_version_id' in body ? { ...body, new_version_id: history.newId() } : body)
        .outcome,
    ).not.toBe('applied')
  })

  test('TR-3 what an event refers to and is not there is a conflict that waits for it, and names it', () => {
    const toolId = history.tool()
    const absent = history.newId()
    expect(history.make('root', 'version.saved', savedBody(history.newId(), absent, '#'))).toMatchObject({
      outcome: 'conflict',
      failure: { code: 'NOT_FOUND', details: { tool_id: absent } },
    })
    expect(history.make('root', 'version.saved', savedBody(history.newId(), toolId, '#', absent))).toMatchObject({
      outcome: 'conflict',
      failure: { code: 'NOT_FOUND', details: { version_id: absent } },
    })
  })

  test('RB-5 the setting holds at the place of the event, not where its maker saw it', () => {
    history.member('Ada', 'admin')
    const toolId = history.tool()
    const own = history.submitted('Ada', toolId)
    const body = published(history, toolId, own)
    history.applied('root', 'setting.changed', {
      key: 'require_distinct_reviewer',
      value: true,
      based_on: { value: false },
    })
    expect(outcomeOf(history.make('Ada', 'version.published', body))).toBe(
      'conflict FORBIDDEN distinct_reviewer_required',
    )
    expect(outcomeOf(history.make('root', 'version.published', body))).toBe('applied')
  })

  test('TR-3 a refused event changes nothing at all', () => {
    const wrong = rightful(history, 'x')
    const before = JSON.stringify(dump())
    for (const type of byMembers) history.makeRaw('system', type, wrong[type].body)
    for (const type of byMembers) history.makeRaw('root', type, { ...wrong[type].body, extra: 1 })
    expect(JSON.stringify(dump())).toBe(before)
  })
})

function dump(): unknown[] {
  return TABLE_NAMES.map((table) => [table, ...memory.rows(table)])
}
