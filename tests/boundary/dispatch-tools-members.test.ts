import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { channels, type Channel } from '../../src-preload/contract/contract.ts'
import { countEvents, openWorkspace, rawDatabase } from '../support/core.ts'
import {
  content,
  makeActive,
  makeDraft,
  makeReviewed,
  makeTool,
  openStaffed,
  type Staffed,
} from '../support/members.ts'

/** Tools, members, settings and failures through the door, on the real database. */

let staff: Staffed
beforeAll(async () => {
  staff = await openStaffed()
})

const conrad = (): string => staff.ids['Conrad'] ?? ''
const unknownId = '01890000-0000-7000-8000-000000000000'
const slugsInCatalogue = async (): Promise<string[]> =>
  (await staff.user.must('catalogue.list', { limit: 200 })).items.map((item) => item.slug)

describe('TL tools and catalogue', () => {
  test('TL-1 a tool without an active version can’t be published', async () => {
    const { slug } = await makeTool(staff.admin, [conrad()])
    await makeReviewed(staff.contributor, slug)
    expect(await staff.admin.refused('tools.publish', { tool: slug })).toMatchObject({
      code: 'CONFLICT',
      reason: 'no_active_version',
    })
    expect(await slugsInCatalogue()).not.toContain(slug)
  })

  test('TL-1, TL-2 published implies runnable; depublishing hides and deletes nothing', async () => {
    const { slug, id } = await makeTool(staff.admin, [conrad()])
    const active = await makeActive(staff.contributor, staff.admin, slug)
    const notYet = await staff.user.refused('catalogue.get', { tool: slug })
    await staff.admin.must('tools.publish', { tool: slug })
    expect(await slugsInCatalogue()).toContain(slug)
    expect(await staff.user.must('catalogue.get', { tool: slug })).toMatchObject({ id, version_id: active })
    expect(await staff.admin.refused('tools.publish', { tool: slug })).toMatchObject({
      code: 'CONFLICT',
      reason: 'already_published',
    })

    await staff.admin.must('tools.depublish', { tool: slug })
    expect(await slugsInCatalogue()).not.toContain(slug)
    const missing = await staff.user.refused('catalogue.get', { tool: 'there-is-none' })
    for (const refusal of [
      notYet,
      await staff.user.refused('catalogue.get', { tool: slug }),
      await staff.user.refused('runs.tool', { tool: slug }),
    ]) {
      expect(refusal).toEqual(missing)
    }
    expect(await staff.admin.must('versions.get', { version: active })).toMatchObject({ state: 'active' })
    expect(await staff.admin.refused('tools.depublish', { tool: slug })).toMatchObject({
      code: 'CONFLICT',
      reason: 'not_published',
    })
  })

  test('TL-1 an admin too can’t run what is not in the catalogue as a published tool', async () => {
    const { slug } = await makeTool(staff.admin)
    await makeActive(staff.admin, staff.admin, slug)
    expect(await staff.admin.refused('runs.tool', { tool: slug })).toMatchObject({ code: 'NOT_FOUND' })
  })

  test.each(['', 'a'.repeat(129), '1st', '-a', 'A', 'a_b', 'a b', 'å', 'a.b', 'a\n'])(
    'TL-3 slug %j is refused by name',
    async (slug) => {
      const refusal = await staff.admin.refused('tools.create', { slug, title: 'T' })
      expect(refusal).toMatchObject({ code: 'VALIDATION_ERROR', reason: 'invalid_input', details: { field: 'slug' } })
      expect(refusal.message).toMatch(/^slug: /)
    },
  )

  test.each(['a', 'z9-', 'a'.repeat(128)])('TL-3 slug %j is taken once', async (slug) => {
    await staff.admin.must('tools.create', { slug, title: 'T' })
    expect(await staff.admin.refused('tools.create', { slug, title: 'T' })).toMatchObject({
      code: 'CONFLICT',
      reason: 'slug_taken',
    })
  })

  test.each([
    ['', false],
    ['  ', false],
    ['x', true],
    ['x'.repeat(255), true],
    ['x'.repeat(256), false],
  ])('TL-3 title %j: %s', async (title, isTaken) => {
    const { slug } = await makeTool(staff.admin)
    const answer = await staff.admin.call('tools.edit', { tool: slug, title })
    expect(answer.ok).toBe(isTaken)
    if (!answer.ok) expect(answer.error).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'title' } })
  })
})

describe('TR-3 details that two people edit', () => {
  test('the second hears what the first made of it, and may then replace it', async () => {
    const { slug } = await makeTool(staff.admin)
    const seen = await staff.root.must('tools.get', { tool: slug })
    const mine = { tool: slug, title: 'Mine', expected_metadata_event_id: seen.metadata_event_id }
    await staff.admin.must('tools.edit', { tool: slug, title: 'Theirs', tags: ['t'] })
    const refusal = await staff.root.refused('tools.edit', mine)
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      reason: 'metadata_moved',
      details: { title: 'Theirs', tags: ['t'] },
    })
    expect((await staff.root.must('tools.get', { tool: slug })).title).toBe('Theirs')
    const { metadata_event_id: now } = refusal.details as { metadata_event_id: string }
    expect(await staff.root.must('tools.edit', { ...mine, expected_metadata_event_id: now })).toMatchObject({
      title: 'Mine',
      tags: ['t'],
    })
  })
})

describe('RB who acts', () => {
  test('RB-2 a message can’t say who acts: every channel refuses fields that it doesn’t declare', async () => {
    const named: [Channel, object][] = [
      ['tools.create', { slug: 'by-message', title: 'T' }],
      ['settings.set', { key: 'pids', value: 64 }],
      ['members.add', { name: 'Eve', role: 'superuser' }],
    ]
    for (const [channel, input] of named) {
      for (const claim of ['member_id', 'as', 'actor', 'session', 'requested_by', 'created_by', '__proto__x']) {
        const answer = await staff.user.raw(channel, { ...input, [claim]: staff.ids['Root'] })
        expect(answer).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } })
      }
      expect(await staff.user.raw(channel, input)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } })
    }
  })

  test('RB-2 what is done is recorded under the session’s member', async () => {
    const { slug } = await makeTool(staff.admin)
    expect(await staff.admin.must('tools.get', { tool: slug })).toMatchObject({ created_by: staff.ids['Ada'] })
    const switched = staff.as('Ada')
    await switched.must('session.use', { member_id: staff.ids['Sofia'] ?? '' })
    expect(await switched.must('tools.create', { slug: 'by-sofia', title: 'T' })).toMatchObject({
      created_by: staff.ids['Sofia'],
    })
  })

  test('RB-2 no session can be had for who isn’t an active member with a key here', async () => {
    const { core } = staff
    expect(core.openSession({ shell: 'cli', as: 'Nobody' })).toMatchObject({
      ok: false,
      failure: { code: 'NOT_FOUND' },
    })
    const gone = await staff.add('Gone', 'admin')
    await staff.root.must('members.revoke', { member_id: staff.ids['Gone'] ?? '', reason: 'Left.' })
    expect(core.openSession({ shell: 'cli', as: 'Gone' })).toMatchObject({ ok: false })
    expect(await gone.refused('tools.list', {})).toMatchObject({ code: 'FORBIDDEN', reason: 'member_revoked' })
    expect(await gone.refused('tools.create', { slug: 'gone', title: 'T' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await gone.refused('session.use', { member_id: staff.ids['Gone'] ?? '' })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('RB-2 a role is read anew for every call', async () => {
    const caller = await staff.add('Rolf', 'user')
    const create = { slug: 'by-rolf', title: 'T' }
    expect(await caller.refused('tools.create', create)).toMatchObject({ code: 'FORBIDDEN' })
    await staff.root.must('members.setRole', { member_id: staff.ids['Rolf'] ?? '', role: 'admin' })
    await caller.must('tools.create', create)
    await staff.root.must('members.setRole', { member_id: staff.ids['Rolf'] ?? '', role: 'user' })
    expect(await caller.refused('tools.depublish', { tool: 'by-rolf' })).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('RB-4 the last active superuser can be neither demoted nor revoked, not even by themselves', async () => {
    const { root, dataDir } = await openWorkspace()
    const me = root.session.memberId ?? ''
    const before = countEvents(rawDatabase(dataDir))
    for (const role of ['user', 'contributor', 'admin'] as const) {
      expect(await root.refused('members.setRole', { member_id: me, role })).toMatchObject({
        code: 'CONFLICT',
        reason: 'last_superuser',
      })
    }
    expect(await root.refused('members.revoke', { member_id: me, reason: 'Bye.' })).toMatchObject({
      code: 'CONFLICT',
      reason: 'last_superuser',
    })
    expect(countEvents(rawDatabase(dataDir))).toBe(before)
    // A revoked or demoted second one doesn't count.
    const second = await root.must('members.add', { name: 'Second', role: 'superuser' })
    await root.must('members.revoke', { member_id: second.id, reason: 'Left.' })
    expect(await root.refused('members.setRole', { member_id: me, role: 'admin' })).toMatchObject({
      reason: 'last_superuser',
    })
  })

  test('RB-4 with another superuser there, one may be demoted; then the other is the last', async () => {
    const opened = await openWorkspace()
    const second = await opened.root.must('members.add', { name: 'Second', role: 'superuser' })
    await opened.as('Second').must('members.setRole', { member_id: opened.root.session.memberId ?? '', role: 'admin' })
    expect(await opened.as('Second').refused('members.revoke', { member_id: second.id, reason: 'Bye.' })).toMatchObject(
      { reason: 'last_superuser' },
    )
    expect(await opened.root.refused('members.setRole', { member_id: second.id, role: 'user' })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('RB-5 whoever created or submitted a version can’t publish it while the setting is on', async () => {
    const opened = await openStaffed()
    const { slug } = await makeTool(opened.admin, [opened.ids['Conrad'] ?? ''])
    await opened.root.must('settings.set', { key: 'require_distinct_reviewer', value: true })
    const byAda = await makeReviewed(opened.admin, slug)
    const draft = await makeDraft(opened.contributor, slug)
    const submittedByAda = await opened.admin.must('versions.submit', { version: draft.id })
    for (const { id } of [byAda, submittedByAda]) {
      const refusal = await opened.admin.refused('versions.publish', { version: id, expected_active_version_id: null })
      expect(refusal).toMatchObject({ code: 'FORBIDDEN', reason: 'distinct_reviewer_required' })
      expect((await opened.admin.must('versions.get', { version: id })).may.publish).toBe(false)
      expect((await opened.superuser.must('versions.get', { version: id })).may.publish).toBe(true)
    }
    await opened.superuser.must('versions.publish', { version: submittedByAda.id, expected_active_version_id: null })
    await opened.root.must('settings.set', { key: 'require_distinct_reviewer', value: false })
    const { active_version_id: active } = await opened.admin.must('tools.get', { tool: slug })
    await opened.admin.must('versions.publish', { version: byAda.id, expected_active_version_id: active })
  })

  test('RB-6 what can’t be seen and what isn’t there are refused in the very same words', async () => {
    const { slug, id } = await makeTool(staff.admin)
    const draft = await makeDraft(staff.admin, slug)
    const absent = {
      tool: await staff.user.refused('tools.get', { tool: 'no-such-tool' }),
      version: await staff.user.refused('versions.get', { version: unknownId }),
    }
    expect(absent.tool).toMatchObject({ code: 'NOT_FOUND', details: {} })
    for (const caller of [staff.user, staff.contributor]) {
      for (const reference of [slug, id]) {
        expect(await caller.refused('tools.get', { tool: reference })).toEqual(absent.tool)
        expect(await caller.refused('editor.open', { tool: reference })).toEqual(absent.tool)
        expect(await caller.refused('toolSettings.get', { tool: reference })).toEqual(absent.tool)
      }
      for (const reference of [draft.id, `${slug}@1`, `${slug}@head`]) {
        expect(await caller.refused('versions.get', { version: reference })).toEqual(absent.version)
        expect(await caller.refused('versions.submit', { version: reference })).toEqual(absent.version)
      }
    }
  })

  test('RB-6 someone who lost their role finds in the review queue nothing that they may not open', async () => {
    const opened = await openStaffed()
    const { slug } = await makeTool(opened.admin, [opened.ids['Conrad'] ?? ''])
    const reviewed = await makeReviewed(opened.contributor, slug)
    expect((await opened.contributor.must('reviews.list', {})).items.map((item) => item.id)).toEqual([reviewed.id])
    await opened.root.must('members.setRole', { member_id: opened.ids['Conrad'] ?? '', role: 'user' })
    expect(await opened.contributor.refused('versions.get', { version: reviewed.id })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect((await opened.contributor.must('reviews.list', {})).items).toEqual([])
  })

  test('RB-6 what can be seen but not done is FORBIDDEN', async () => {
    const { slug } = await makeTool(staff.admin, [conrad()])
    const active = await makeActive(staff.contributor, staff.admin, slug)
    await staff.admin.must('tools.publish', { tool: slug })
    const reviewed = await makeReviewed(staff.contributor, slug)
    expect(await staff.user.refused('versions.list', { tool: slug })).toMatchObject({ code: 'FORBIDDEN' })
    expect(
      await staff.contributor.refused('versions.publish', { version: reviewed.id, expected_active_version_id: active }),
    ).toMatchObject({ code: 'FORBIDDEN' })
    expect(await staff.contributor.refused('tools.edit', { tool: slug, title: 'Mine' })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(
      await staff.admin.refused('versions.rollback', {
        tool: slug,
        to_version: active,
        expected_active_version_id: active,
        reason: 'W',
      }),
    ).toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('ER failures', () => {
  test('ER-1 every refusal has a code of the closed set, a reason, a message and details', async () => {
    const refusals = [
      await staff.user.refused('tools.get', { tool: 'none' }),
      await staff.user.refused('members.list', { extra: 1 } as never),
      await staff.user.refused('tools.create', { slug: 'x', title: 'T' }),
      await staff.admin.refused('settings.set', { key: 'pids', value: 9 }),
    ]
    expect(refusals.map((refusal) => refusal.code)).toEqual(['NOT_FOUND', 'VALIDATION_ERROR', 'FORBIDDEN', 'FORBIDDEN'])
    for (const refusal of refusals) {
      expect(Object.keys(refusal).sort()).toEqual(['code', 'details', 'message', 'reason'])
      expect(refusal.reason).toMatch(/^[a-z][a-z_]*$/)
      expect(refusal.message.length).toBeGreaterThan(10)
    }
  })

  test('ER-1 a bug is logged under an incident id, and shown as INTERNAL_ERROR with that id and nothing else', async () => {
    const opened = await openStaffed()
    const { slug } = await makeTool(opened.admin)
    const draft = await makeDraft(opened.admin, slug)
    const database = rawDatabase(opened.dataDir)
    database.pragma('foreign_keys = OFF')
    database.exec('DELETE FROM version_contents')
    const refusal = await opened.admin.refused('versions.get', { version: draft.id })
    expect(refusal).toMatchObject({ code: 'INTERNAL_ERROR', reason: 'bug' })
    const incident = String(refusal.details['incident_id'])
    expect(incident).toMatch(/^[0-9a-f-]{36}$/)
    expect(refusal.message).toContain(incident)
    expect(refusal.message).not.toContain(draft.id)
    const texts = readdirSync(opened.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/sqlite|lock/.test(entry.name))
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    expect(texts.filter((text) => text.includes(incident) && text.includes(draft.id))).toHaveLength(1)
    // The core goes on.
    await opened.admin.must('tools.list', {})
  })

  const junk: [name: string, value: unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['a number', 7],
    ['a list', []],
    ['a list of null', [null]],
    ['a function', () => 1],
    ['a big integer', 1n],
    ['a symbol', Symbol('x')],
    ['fields of other kinds', { tool: 1, version: {}, run: [], id: true, slug: null, limit: '5', member_id: {} }],
    [
      'texts that are too long',
      Object.fromEntries(
        ['tool', 'version', 'run', 'name', 'slug', 'text', 'after'].map((field) => [field, 'x'.repeat(600_000)]),
      ),
    ],
    ['unknown fields', { certainly_unknown: 1 }],
  ]
  test.each(junk)('ER-3 every channel refuses %s, names what is wrong, and changes nothing', async (_name, value) => {
    const database = rawDatabase(staff.dataDir)
    const before = [countEvents(database), staff.root.session.memberId]
    for (const channel of Object.keys(channels)) {
      const answer = await staff.root.raw(channel, value)
      if (answer.ok) throw new Error(`${channel} took it`)
      expect(answer.error, channel).toMatchObject({ code: 'VALIDATION_ERROR', reason: 'invalid_input' })
      expect(typeof answer.error.details['field']).toBe('string')
      if (answer.error.details['field'] !== '')
        expect(answer.error.message).toContain(String(answer.error.details['field']))
    }
    expect([countEvents(database), staff.root.session.memberId]).toEqual(before)
  })

  test.each(['', 'x', 'constructor', '__proto__', 'toString', 'tools.list ', 'TOOLS.LIST', 'tools', 'hasOwnProperty'])(
    'ER-3 channel %j is not there',
    async (channel) => {
      expect(await staff.root.raw(channel, {})).toMatchObject({
        ok: false,
        error: { code: 'NOT_FOUND', reason: 'unknown_channel' },
      })
    },
  )

  const notIds = [
    'x',
    '',
    '01890000-0000-7000-8000-00000000000',
    '01890000-0000-4000-8000-000000000000',
    '01890000-0000-7000-0000-000000000000',
    '01890000-0000-7000-8000-00000000000G',
    '01890000-0000-7000-8000-000000000000\n',
    '01890000-0000-7000-8000-00000000000A',
    "' OR 1=1 --",
  ]
  test.each(notIds)('ER-3 %j is no id, said at the door', async (id) => {
    const calls: [Channel, string, object][] = [
      ['members.setRole', 'member_id', { member_id: id, role: 'user' }],
      ['members.revoke', 'member_id', { member_id: id, reason: 'Left.' }],
      ['versions.save', 'expected_parent_version_id', { ...content, tool: 'x', expected_parent_version_id: id }],
      ['versions.publish', 'expected_active_version_id', { version: 'x@1', expected_active_version_id: id }],
      ['runs.get', 'run', { run: id }],
      ['uploads.append', 'id', { id, offset: 0, data: '' }],
      ['job.cancel', 'job_id', { job_id: id }],
    ]
    for (const [channel, field, input] of calls) {
      const answer = await staff.root.raw(channel, input)
      expect(answer, channel).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR', details: { field } } })
    }
  })

  test.each(['x', 'x@', 'x@0', 'x@first', '@1', 'x@12345678901', '01890000-0000-4000-8000-000000000000'])(
    'ER-3 %j names no version, said at the door with what does',
    async (version) => {
      for (const channel of ['versions.get', 'versions.submit', 'runs.sandbox'] as const) {
        expect(await staff.root.raw(channel, { version })).toMatchObject({
          ok: false,
          error: {
            code: 'VALIDATION_ERROR',
            message: expect.stringContaining('slug@head'),
            details: { field: 'version' },
          },
        })
      }
    },
  )

  test.each([
    ['pids', 7],
    ['pids', 4097],
    ['pids', '64'],
    ['pids', 64.5],
    ['cpus', 0],
    ['sandbox_timeout_s', 0],
    ['max_concurrency', 33],
    ['require_distinct_reviewer', 1],
    ['require_distinct_reviewer', null],
  ] as const)('ER-3 setting %s = %j is out of bounds and stays as it was', async (key, value) => {
    const before = (await staff.root.must('settings.list', {})).items
    const refusal = await staff.root.refused('settings.set', { key, value })
    expect(refusal).toMatchObject({ code: 'VALIDATION_ERROR', reason: 'invalid_input', details: { field: key } })
    expect((await staff.root.must('settings.list', {})).items).toEqual(before)
  })

  test('ER-3 maintainers to add must be members, those to remove must be listed', async () => {
    const { slug } = await makeTool(staff.admin)
    expect(await staff.admin.refused('tools.setMaintainers', { tool: slug, add: [unknownId] })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await staff.admin.refused('tools.setMaintainers', { tool: slug, remove: [conrad()] })).toMatchObject({
      code: 'CONFLICT',
      reason: 'not_a_maintainer',
    })
    const both = await staff.admin.refused('tools.setMaintainers', {
      tool: slug,
      add: [staff.ids['Ada'] ?? ''],
      remove: [staff.ids['Ada'] ?? ''],
    })
    expect(both).toMatchObject({ code: 'VALIDATION_ERROR' })
  })

  test('ER-3 two names that differ in letter case or width only are one', async () => {
    for (const name of ['ROOT', ' root ', 'Ｒoot']) {
      expect(await staff.root.refused('members.add', { name, role: 'user' })).toMatchObject({
        code: 'CONFLICT',
        reason: 'name_taken',
      })
    }
    expect(await staff.root.refused('members.add', { name: 'Ro\u200bot', role: 'user' })).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { field: 'name' },
    })
  })

  test('ER-3 a workspace is made once', async () => {
    expect(await staff.root.refused('workspace.init', { name: 'Other', member: 'Eve' })).toMatchObject({
      code: 'CONFLICT',
      reason: 'workspace_exists',
    })
  })
})
