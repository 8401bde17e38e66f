import { beforeEach, describe, expect, test } from 'vitest'
import { apply } from '../../src-main/domain/apply/apply.ts'
import type { Outcome } from '../../src-main/domain/apply/outcome.ts'
import type { SignedEvent } from '../../src-main/domain/event.ts'
import { createMemoryState } from '../../src-main/domain/memory-state.ts'
import { createHistory, publicKeyOf, savedBody, sha256, type MadeHistory } from '../support/core-history.ts'
import { byMembers, outcomeOf, published, rightful, seen } from '../support/core-rightful.ts'

/** TR-3: authority and form of an event at its place in the order, by `apply` alone. */

let history: MadeHistory
beforeEach(() => {
  history = createHistory()
})

const makeSeen = (by: string, type: string, body: unknown): Outcome => history.makeRaw(by, type, body, { seen })

describe('TR-3 authority', () => {
  test.each(byMembers)(
    'TR-3 %s: applied with authority, conflict when it was lost, invalid when it was never held',
    (type) => {
      const { role, body } = rightful(history, 'x')[type]
      history.member('has', role)
      history.member('had', role)
      history.setRole('had', 'user')
      history.member('never', 'user')
      // The refused ones first: they change nothing, so that the last is still based on what is there.
      expect(outcomeOf(makeSeen('had', type, body))).toBe('conflict FORBIDDEN not_allowed')
      expect(outcomeOf(makeSeen('never', type, body))).toBe('invalid FORBIDDEN not_allowed')
      expect(outcomeOf(makeSeen('has', type, body))).toBe('applied')
    },
  )

  test.each([
    'tool.created',
    'version.published',
    'version.rolled_back',
    'member.added',
    'suggestion.submitted',
    'suggestion.decided',
    'member.nominated',
    'member.nomination_decided',
    'device.revoked',
  ] as const)('TR-3 %s: the role just below was never enough', (type) => {
    const { role, body } = rightful(history, 'x')[type]
    history.member('below', ({ superuser: 'admin', admin: 'contributor', contributor: 'user' } as const)[role])
    expect(outcomeOf(history.makeRaw('below', type, body))).toBe('invalid FORBIDDEN not_allowed')
  })

  test('TR-3 a maintainer who was removed had authority once: conflict; who never was one: invalid', () => {
    history.member('was', 'contributor')
    history.member('never', 'contributor')
    const toolId = history.tool(['was'])
    const draft = history.saved('was', toolId)
    history.applied('root', 'tool.maintainers_changed', {
      tool_id: toolId,
      add: [],
      remove: [history.id('was')],
      based_on: { maintainers: [history.id('was')] },
    })
    expect(outcomeOf(history.make('was', 'version.saved', savedBody(history.newId(), toolId, '# 2', draft)))).toBe(
      'conflict FORBIDDEN not_allowed',
    )
    expect(outcomeOf(history.make('was', 'version.saved', savedBody(history.newId(), toolId, '# 3')))).toBe(
      'conflict FORBIDDEN not_allowed',
    )
    expect(outcomeOf(history.make('never', 'version.saved', savedBody(history.newId(), toolId, '# 4', draft)))).toBe(
      'invalid FORBIDDEN not_allowed',
    )
    expect(outcomeOf(history.make('never', 'version.saved', savedBody(history.newId(), toolId, '# 5')))).toBe(
      'invalid FORBIDDEN not_allowed',
    )
  })

  test('TR-3 who was revoked had authority: whatever they sign after it is a conflict', () => {
    const { body } = rightful(history, 'x')['tool.created']
    history.member('gone', 'admin')
    history.applied('root', 'member.revoked', {
      member_id: history.id('gone'),
      reason: 'Left.',
      based_on: { superusers: null },
    })
    expect(outcomeOf(history.make('gone', 'tool.created', body))).toBe('conflict FORBIDDEN member_revoked')
  })

  test.each(byMembers)('TR-3 %s signed by a device’s system key is an unconfirmed claim: invalid', (type) => {
    const { body } = rightful(history, 'x')[type]
    expect(outcomeOf(history.makeRaw('system', type, body))).toBe('invalid VALIDATION_ERROR system_claim')
  })

  test('TR-3 a key that nobody admitted changes nothing; another workspace’s event is invalid', () => {
    const { body } = rightful(history, 'x')['tool.created']
    expect(history.makeRaw('stranger', 'tool.created', body).outcome).not.toBe('applied')
    expect(outcomeOf(history.makeRaw('root', 'tool.created', body, { workspace_id: history.newId() }))).toBe(
      'invalid VALIDATION_ERROR other_workspace',
    )
  })
})

describe('TR-3 form', () => {
  test.each(['tool.deleted', '', 'toString', '__proto__', 'constructor'])(
    'TR-3 type %j is not known here: invalid',
    (type) => {
      expect(outcomeOf(history.makeRaw('root', type, {}))).toBe('invalid VALIDATION_ERROR unknown_type')
    },
  )

  test.each(byMembers)('TR-3 %s with a body of another form is invalid, and the field is named', (type) => {
    const { body } = rightful(history, 'x')[type]
    for (const wrong of [
      null,
      [],
      'x',
      {},
      { ...body, extra: 1 },
      Object.fromEntries(Object.keys(body).map((field) => [field, 7])),
    ]) {
      expect(outcomeOf(history.makeRaw('root', type, wrong))).toBe('invalid VALIDATION_ERROR malformed')
    }
    for (const field of Object.keys(body)) {
      const { [field]: _absent, ...rest } = body as unknown as Record<string, unknown>
      const outcome = history.makeRaw('root', type, rest)
      expect(outcome).toMatchObject({ outcome: 'invalid', failure: { reason: 'malformed', details: { field } } })
    }
  })

  test('VR-2 a save whose hashes are not those of its content is invalid', () => {
    const toolId = history.tool()
    const body = savedBody(history.newId(), toolId, '# a')
    for (const field of ['content_hash', 'manifest_hash'] as const) {
      expect(outcomeOf(history.make('root', 'version.saved', { ...body, [field]: sha256('else') }))).toBe(
        'invalid VALIDATION_ERROR hash_mismatch',
      )
    }
    expect(
      outcomeOf(
        history.make('root', 'version.saved', { ...body, content: { ...body.content, usage_instructions: 'x' } }),
      ),
    ).toBe('invalid VALIDATION_ERROR hash_mismatch')
    expect(outcomeOf(history.make('root', 'version.saved', body))).toBe('applied')
  })

  test.each([
    'version.submitted',
    'version.withdrawn',
    'version.changes_requested',
    'version.published',
    'version.rolled_back',
  ] as const)('VR-2 %s that binds another manifest_hash is invalid, whatever its state', (type) => {
    const { body } = rightful(history, 'x')[type]
    const wrong = { ...body, based_on: { ...body.based_on, manifest_hash: sha256('else') } }
    expect(outcomeOf(history.makeRaw('root', type, wrong))).toBe('invalid VALIDATION_ERROR hash_mismatch')
  })

  test('VR-1 an id is used once: a second use is invalid', () => {
    const toolId = history.tool()
    const versionId = history.saved('root', toolId)
    const [a, b] = [history.submitted('root', toolId), history.submitted('root', toolId)]
    expect(outcomeOf(history.make('root', 'version.saved', savedBody(versionId, toolId, '# else')))).toBe(
      'invalid VALIDATION_ERROR id_taken',
    )
    expect(
      outcomeOf(history.make('root', 'version.published', published(history, toolId, a, { new_version_id: b }))),
    ).toBe('invalid VALIDATION_ERROR id_taken')
    const {
      'version.changes_requested': asked,
      'version.withdrawn': taken,
      'version.rolled_back': rolled,
    } = rightful(history, 'x')
    for (const [type, { body }] of [
      ['version.changes_requested', asked],
      ['version.withdrawn', taken],
      ['version.rolled_back', rolled],
    ] as const) {
      expect(outcomeOf(history.makeRaw('root', type, { ...body, new_version_id: versionId }))).toBe(
        'invalid VALIDATION_ERROR id_taken',
      )
    }
    const { 'tool.created': created, 'member.added': added } = rightful(history, 'y')
    expect(outcomeOf(history.make('root', 'tool.created', { ...created.body, tool_id: toolId }))).toBe(
      'invalid VALIDATION_ERROR id_taken',
    )
    expect(outcomeOf(history.make('root', 'member.added', { ...added.body, member_id: history.id('root') }))).toBe(
      'invalid VALIDATION_ERROR id_taken',
    )
  })

  test('TR-3 a second genesis is invalid, and so is one whose keys are not its member’s and its device’s', () => {
    const at = history.newId()
    const genesis = {
      workspace_id: at,
      name: 'X',
      member: { id: at, name: 'X' },
      device: { id: at, name: 'd' },
      keys: [] as unknown[],
    }
    const key = (changes: object) => ({
      key_id: history.keyOf('a'),
      public_key: publicKeyOf('a'),
      kind: 'member',
      member_id: at,
      device_id: at,
      ...changes,
    })
    const system = key({ key_id: history.keyOf('b'), public_key: publicKeyOf('b'), kind: 'system', member_id: null })
    const second = history.makeRaw(
      'a',
      'workspace.created',
      { ...genesis, keys: [key({}), system] },
      { workspace_id: at },
    )
    expect(outcomeOf(second)).toBe('invalid VALIDATION_ERROR second_genesis')
    const signed: SignedEvent = {
      id: at,
      workspace_id: at,
      key_id: history.keyOf('a'),
      key_seq: 1,
      prev_hash: null,
      at: '2026-01-01T00:00:00.000Z',
      type: 'workspace.created',
      body: null,
      seen: { order: 0, head_hash: null },
      hash: sha256('x'),
      signature: '',
    }
    const pairs = [
      [key({}), key({})],
      [system, system],
      [key({ member_id: history.newId() }), system],
      [key({ device_id: history.newId() }), system],
      // A key that isn't the signing one, and one under a fingerprint that isn't its own.
      [key({ key_id: history.keyOf('c'), public_key: publicKeyOf('c') }), system],
      [key({ public_key: publicKeyOf('c') }), system],
    ]
    const outcomeInEmpty = (body: unknown, workspaceId: string): string =>
      outcomeOf(apply(createMemoryState(), { ...signed, workspace_id: workspaceId, body }, sha256))
    for (const keys of pairs) {
      expect(outcomeInEmpty({ ...genesis, keys }, at)).toBe('invalid VALIDATION_ERROR malformed_genesis')
    }
    expect(outcomeInEmpty({ ...genesis, keys: [key({}), system] }, history.newId())).toBe(
      'invalid VALIDATION_ERROR malformed_genesis',
    )
    expect(outcomeInEmpty({ ...genesis, keys: [key({}), system] }, at)).toBe('applied')
  })
})
