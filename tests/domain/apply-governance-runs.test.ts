import { beforeEach, describe, expect, test } from 'vitest'
import type { EventBody, EventType } from '../../src-main/domain/event-bodies.ts'
import { createHistory, manifestOf, publicKeyOf, runBody, sha256, type MadeHistory } from '../support/core-history.ts'
import { outcomeOf, rightful, seen } from '../support/core-rightful.ts'

/** Nominations, keys and runs, by `apply` alone. */

let history: MadeHistory
beforeEach(() => {
  history = createHistory()
})

describe('RB-3, RB-4, TR-6 nominations and keys', () => {
  test('RB-3 an approval gives the role, a refusal doesn’t; both are decided once', () => {
    const nominate = (name: string): string => {
      const id = history.newId()
      history.member(name, 'user')
      history.applied('root', 'member.nominated', {
        nomination_id: id,
        member_id: history.id(name),
        role: 'admin',
        reason: 'Able.',
        based_on: { role: 'user' },
      })
      return id
    }
    const decide = (id: string, name: string, isApproved: boolean): EventBody<'member.nomination_decided'> => ({
      nomination_id: id,
      member_id: history.id(name),
      is_approved: isApproved,
      reason: 'So.',
      based_on: { role: 'user', superusers: null },
    })
    const [yes, no] = [nominate('Yes'), nominate('No')]
    history.applied('root', 'member.nomination_decided', decide(yes, 'Yes', true))
    history.applied('root', 'member.nomination_decided', decide(no, 'No', false))
    expect([history.state.member(history.id('Yes'))?.role, history.state.member(history.id('No'))?.role]).toEqual([
      'admin',
      'user',
    ])
    expect(outcomeOf(history.make('root', 'member.nomination_decided', decide(no, 'No', true)))).toBe(
      'conflict CONFLICT decided',
    )
  })

  test('RB-3 a nomination is for a higher role: what would take one away by then is a conflict', () => {
    const id = history.newId()
    history.member('Rose', 'user')
    history.applied('root', 'member.nominated', {
      nomination_id: id,
      member_id: history.id('Rose'),
      role: 'contributor',
      reason: 'Able.',
      based_on: { role: 'user' },
    })
    history.setRole('Rose', 'admin')
    const late = {
      nomination_id: id,
      member_id: history.id('Rose'),
      is_approved: true,
      reason: 'So.',
      based_on: { role: 'admin' as const, superusers: null },
    }
    expect(outcomeOf(history.make('root', 'member.nomination_decided', late))).toBe('conflict CONFLICT not_higher')
    expect(history.state.member(history.id('Rose'))?.role).toBe('admin')
  })

  test('RB-4 the workspace keeps a superuser with a usable key, whichever way the last one would go', () => {
    history.member('Sofia', 'superuser')
    history.applied('root', 'key.revoked', { key_id: history.keyOf('Sofia'), reason: 'Lost.' })
    const superusers = history.state.superusers()
    expect(superusers).toHaveLength(2)
    const root = history.id('root')
    const ways: [EventType, unknown][] = [
      ['key.revoked', { key_id: history.keyOf('root'), reason: 'Lost.' }],
      ['device.revoked', { device_id: history.state.key(history.keyOf('root'))?.device_id, reason: 'Lost.' }],
      ['member.revoked', { member_id: root, reason: 'Left.', based_on: { superusers } }],
      ['member.role_changed', { member_id: root, role: 'admin', based_on: { role: 'superuser', superusers } }],
    ]
    for (const [type, body] of ways)
      expect([type, history.makeRaw('root', type, body).outcome]).toEqual([type, 'conflict'])
    // With another one who has a key, each would do.
    history.member('Third', 'superuser')
    expect(outcomeOf(history.make('root', 'key.revoked', { key_id: history.keyOf('root'), reason: 'Lost.' }))).toBe(
      'applied',
    )
  })

  test('TR-6 a key is claimed and replaced by itself only; what the old one signs afterwards is a conflict', () => {
    history.member('Ada', 'admin')
    const { device_id: deviceId } = history.state.key(history.keyOf('Ada')) ?? { device_id: '' }
    const newKey = {
      key_id: history.keyOf('Ada again'),
      public_key: publicKeyOf('Ada again'),
      kind: 'member' as const,
      member_id: history.id('Ada'),
      device_id: deviceId,
    }
    expect(outcomeOf(history.make('root', 'key.claimed', { key_id: history.keyOf('Ada') }))).toBe(
      'invalid VALIDATION_ERROR not_own_key',
    )
    expect(history.state.key(history.keyOf('Ada'))?.is_unclaimed).toBe(true)
    expect(outcomeOf(history.make('Ada', 'key.claimed', { key_id: history.keyOf('Ada') }))).toBe('applied')
    expect(history.state.key(history.keyOf('Ada'))?.is_unclaimed).toBe(false)
    expect(outcomeOf(history.make('root', 'key.rotated', { key_id: history.keyOf('Ada'), new_key: newKey }))).toBe(
      'invalid VALIDATION_ERROR not_own_key',
    )
    for (const wrong of [
      { member_id: history.id('root') },
      { kind: 'system' as const, member_id: null },
      { device_id: history.newId() },
      { key_id: history.keyOf('somebody else') },
    ]) {
      expect(
        outcomeOf(
          history.make('Ada', 'key.rotated', { key_id: history.keyOf('Ada'), new_key: { ...newKey, ...wrong } }),
        ),
      ).toBe('invalid VALIDATION_ERROR malformed_key')
    }
    expect(outcomeOf(history.make('Ada', 'key.rotated', { key_id: history.keyOf('Ada'), new_key: newKey }))).toBe(
      'applied',
    )
    const { body } = rightful(history, 'x')['tool.created']
    expect(outcomeOf(history.make('Ada', 'tool.created', body))).toBe('conflict FORBIDDEN key_revoked')
    expect(outcomeOf(history.make('Ada again', 'tool.created', body))).toBe('applied')
  })

  test('TR-11 going on names the head that its maker saw', () => {
    const { body } = rightful(history, 'x')['workspace.resumed']
    expect(outcomeOf(history.makeRaw('root', 'workspace.resumed', body, { seen: { ...seen, order: 8 } }))).toBe(
      'invalid VALIDATION_ERROR malformed',
    )
  })
})

describe('TR-12 runs', () => {
  test('TR-12 a run of a version that never took effect is evidence all the same', () => {
    expect(
      outcomeOf(history.make('root', 'run.recorded', runBody(history, 'root', history.newId(), sha256('x')))),
    ).toBe('applied')
  })

  test('TR-12 a run binds the content of its version; its record is made once', () => {
    const versionId = history.saved('root', history.tool())
    const manifest = manifestOf(history.state, versionId)
    const body = runBody(history, 'root', versionId, manifest)
    expect(outcomeOf(history.make('root', 'run.recorded', runBody(history, 'root', versionId, sha256('else'))))).toBe(
      'invalid VALIDATION_ERROR hash_mismatch',
    )
    expect(outcomeOf(history.make('root', 'run.recorded', { ...body, tool_id: history.tool() }))).toBe(
      'invalid VALIDATION_ERROR hash_mismatch',
    )
    expect(
      outcomeOf(
        history.make('root', 'run.recorded', { ...body, based_on: { ...body.based_on, version_id: history.newId() } }),
      ),
    ).toBe('invalid VALIDATION_ERROR hash_mismatch')
    expect(outcomeOf(history.make('root', 'run.recorded', body))).toBe('applied')
    expect(outcomeOf(history.make('root', 'run.recorded', body))).toBe('invalid VALIDATION_ERROR id_taken')
  })

  test('RN-5, TR-3 a run is recorded by who asked for it; the system key may only say that it was interrupted', () => {
    history.member('Ada', 'admin')
    const versionId = history.saved('root', history.tool())
    const manifest = manifestOf(history.state, versionId)
    expect(outcomeOf(history.make('Ada', 'run.recorded', runBody(history, 'root', versionId, manifest)))).toBe(
      'invalid VALIDATION_ERROR not_the_requester',
    )
    expect(outcomeOf(history.makeRaw('system', 'run.recorded', runBody(history, 'root', versionId, manifest)))).toBe(
      'invalid VALIDATION_ERROR not_the_requester',
    )
    const interrupted = runBody(history, 'root', versionId, manifest, {
      status: 'failed',
      reason: 'interrupted',
      record_status: 'ERROR',
    })
    expect(outcomeOf(history.makeRaw('system', 'run.recorded', interrupted))).toBe('applied')
  })
})
