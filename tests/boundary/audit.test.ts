import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventSummary } from '../../src-main/domain/event-summary.ts'
import { eventLabel } from '../../src-main/domain/event-words.ts'
import { EVENT_TYPES } from '../../src-main/domain/event-bodies.ts'
import { openTestCore, rawDatabase, temporaryFolder, type Caller, type TestCore } from '../support/core.ts'
import { makeActive, makeReviewed, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** The whole history: looked through, checked, and taken elsewhere (TR-7). */

const IMAGE_ID = `sha256:${'0123456789abcdef'.repeat(4)}`

let staff: Staffed
let slug: string
beforeAll(async () => {
  staff = await openStaffed()
  slug = (await makeTool(staff.admin, [staff.ids['Conrad'] ?? ''])).slug
  await makeActive(staff.contributor, staff.admin, slug)
  await makeActive(staff.contributor, staff.admin, slug)
})

/** Settings of every kind, and how a change of each is told. */
const CHANGES = [
  { key: 'allow_red_override', value: true, told: 'set “Overrides of high risk” to on' },
  { key: 'allow_red_override', value: false, told: 'set “Overrides of high risk” to off' },
  { key: 'memory_bytes', value: 2048 * 1024 * 1024, told: 'set “Memory” to 2048 MiB' },
  { key: 'memory_bytes', value: 100_000_001, told: 'set “Memory” to 100000001 bytes' },
  { key: 'cpus', value: 1.5, told: 'set “Processors” to 1.5 CPU' },
  { key: 'pids', value: 300, told: 'set “Processes and threads” to 300' },
  { key: 'sandbox_timeout_s', value: 90, told: 'set “Time for a sandbox run” to 90 s' },
  { key: 'explanation_approval', value: 'B', told: 'set “Approved without a person” to “Those of low risk (B)”' },
  { key: 'sandbox_runtime', value: 'default', told: 'set “Container runtime” to “The engine’s own”' },
  { key: 'runner_image_id', value: IMAGE_ID, told: `set “Runner image” to ${IMAGE_ID}` },
  { key: 'runner_image_id', value: null, told: 'set “Runner image” to “Each device’s own”' },
] as const

async function changeSettings(caller: Caller): Promise<void> {
  for (const { key, value } of CHANGES) await caller.must('settings.set', { key, value })
}

async function all(caller: Caller, filter: object, limit = 200) {
  const items = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof caller.must<'audit.list'>>> = await caller.must('audit.list', {
      ...filter,
      limit,
      after,
    })
    items.push(...page.items)
    after = page.next
  } while (after !== null)
  return items
}

describe('audit.list', () => {
  test('all events by keyset, newest first, none twice and none left out', async () => {
    const whole = await all(staff.admin, {})
    const small = await all(staff.admin, {}, 3)
    expect(small).toEqual(whole)
    expect(whole.map((item) => item.order_number)).toEqual(whole.map((_, index) => whole.length - index))
  })

  test('filters by tool, member, type, text and time', async () => {
    const whole = await all(staff.admin, {})
    const ofTool = await all(staff.admin, { tool: slug })
    expect(ofTool.length).toBeGreaterThan(5)
    expect(ofTool.every((item) => item.tool_slug === slug)).toBe(true)
    const byConrad = await all(staff.admin, { member_id: staff.ids['Conrad'] })
    expect(byConrad.map((item) => item.type)).toEqual([
      'version.submitted',
      'version.saved',
      'version.submitted',
      'version.saved',
    ])
    expect((await all(staff.admin, { type: 'member.added' })).length).toBe(4)
    expect((await all(staff.admin, { text: 'PLEASE look' })).every((item) => item.type === 'version.submitted')).toBe(
      true,
    )
    const middle = whole[4]?.at ?? ''
    const later = await all(staff.admin, { since: middle })
    const before = await all(staff.admin, { until: middle })
    expect(later.length + before.length).toBe(whole.length)
    expect(await all(staff.admin, { text: '%' })).toEqual([])
  })

  test('ER-3 a type that no event has is refused, with those that there are, and not an empty list', async () => {
    expect(await staff.admin.refused('audit.list', { type: 'version.publishd' })).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringMatching(/^type: .*version\.published/),
      details: { field: 'type' },
    })
  })

  test('finds an event by each word that people read of it, and by all of them together', async () => {
    await staff.root.must('tools.edit', { tool: slug, title: 'Minced verbs' })
    await staff.root.must('members.setRole', { member_id: staff.ids['Uma'] ?? '', role: 'contributor' })
    await changeSettings(staff.root)
    const { id } = await makeReviewed(staff.contributor, slug)
    await staff.root.must('versions.comment', { version: id, line: 1, text: 'Why?' })
    await staff.root.must('versions.requestChanges', { version: id, message: 'Try again.' })
    for (const event of await all(staff.admin, {})) {
      const sentence = `${event.member_name} ${event.summary}`
      const read = `${sentence} ${eventLabel(event.type)} ${event.tool_slug ?? ''}`.trim()
      for (const text of [...read.split(/\s+/), sentence.slice(0, 200)]) {
        const found = await all(staff.admin, { text: text.toUpperCase(), type: event.type })
        expect([text, found.some((other) => other.id === event.id)]).toEqual([text, true])
      }
    }
    expect((await all(staff.admin, { text: 'minced verbs' })).every((event) => event.tool_slug === slug)).toBe(true)
    expect((await all(staff.admin, { text: 'conrad sent' })).map(({ type }) => type)).toEqual(
      Array.from({ length: 3 }, () => 'version.submitted'),
    )
    expect((await all(staff.admin, { text: 'uma role' })).map(({ type }) => type)).toEqual([
      'member.role_changed',
      'member.added',
    ])
    expect(await all(staff.admin, { text: 'conrad nonsense' })).toEqual([])
    expect((await all(staff.admin, { text: `${slug}@1 submitted` })).length).toBe(1)
    expect((await all(staff.admin, { text: 'set “overrides of high risk” to off' })).length).toBe(1)
    expect((await all(staff.admin, { text: 'processors mib' })).length).toBe(0)
  })

  test('calls a setting and its value as the settings screen does', async () => {
    await changeSettings(staff.root)
    const changed = (await all(staff.admin, { type: 'setting.changed' })).slice(0, CHANGES.length)
    expect(changed.map(({ summary }) => summary).toReversed()).toEqual(CHANGES.map(({ told }) => told))
  })

  test('says in plain words what was done, for every type', async () => {
    const [published] = await all(staff.admin, { type: 'version.published' })
    expect(published?.summary).toBe(`published ${slug}@3 as ${slug}@4`)
    const names = {
      member: (id: string) => id,
      tool: (id: string) => id,
      version: (id: string) => id,
      device: (id: string) => id,
    }
    for (const type of EVENT_TYPES) expect(eventSummary(type, {}, names)).toContain(type)
    expect(eventSummary('from.tomorrow', {}, names)).toContain('from.tomorrow')
  })
})

describe('audit.verify', () => {
  test('TR-7 a sound history: counted, with its root', async () => {
    const count = (await all(staff.admin, {})).length
    const verified = await staff.admin.must('audit.verify', {})
    const keys = await staff.admin.must('keys.list', {})
    const root = keys.items.find((key) => key.member_name === 'Root')?.id
    expect(verified).toMatchObject({ ok: true, events: count, root, first_problem: null })
  })

  test.each([
    ['an event is taken out of it', 'DELETE FROM audit_entries WHERE order_number = 3'],
    [
      'the newest event is taken out of it',
      'DELETE FROM audit_entries WHERE order_number = (SELECT max(order_number) FROM audit_entries)',
    ],
    [
      'an event of nobody is put into it',
      `INSERT INTO audit_entries SELECT 99999, type, tool_id, key_id, at, latest_at FROM audit_entries WHERE order_number = 3`,
    ],
    ['an event is shown as of another type', `UPDATE audit_entries SET type = 'tool.edited' WHERE order_number = 3`],
    [
      'an event is shown as of no tool',
      `UPDATE audit_entries SET tool_id = NULL WHERE order_number = (SELECT min(order_number) FROM audit_entries WHERE tool_id IS NOT NULL)`,
    ],
    [
      'a span of time is to pass over it',
      `UPDATE audit_entries SET latest_at = '2000-01-01T00:00:00.000Z' WHERE order_number = 3`,
    ],
  ])('TR-7 the list that people look through is checked as well: %s', async (_what, change) => {
    const database = rawDatabase(staff.dataDir)
    const kept = database.prepare('SELECT * FROM audit_entries').raw().all()
    database.exec(change)
    const { ok, first_problem: problem } = await staff.admin.must('audit.verify', {})
    database.exec('DELETE FROM audit_entries')
    for (const row of kept) database.prepare('INSERT INTO audit_entries VALUES (?, ?, ?, ?, ?, ?)').run(row)
    expect({ ok, problem }).toMatchObject({
      ok: false,
      problem: { reason: 'table_differs', message: expect.stringContaining('audit_entries') },
    })
    expect(await staff.admin.must('audit.verify', {})).toMatchObject({ ok: true })
  })
})

describe('audit.export and audit.verifyFile', () => {
  let file: string
  let root: string
  let lines: string[]
  /** A folder without a workspace: nothing but the file. */
  let elsewhere: TestCore
  beforeAll(async () => {
    file = path.join(temporaryFolder(), 'audit.jsonl')
    const written = await staff.admin.must('audit.export', { path: file })
    root = written.root
    lines = readFileSync(file, 'utf8').split('\n')
    expect(written).toMatchObject({ path: file, events: lines.length - 3, bytes: statSync(file).size })
    elsewhere = await openTestCore()
  })
  const verify = async (content: string | Uint8Array, trusted: string | null = root) => {
    const changed = path.join(temporaryFolder(), 'changed.jsonl')
    writeFileSync(changed, content)
    return elsewhere.as().must('audit.verifyFile', { path: changed, root: trusted })
  }

  test('TR-7 is checked where there is nothing but the file and the root', async () => {
    const verified = await elsewhere.as().must('audit.verifyFile', { path: file, root })
    expect(verified).toMatchObject({ ok: true, events: lines.length - 3, root })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('the same history gives the same events, and no file is written over', async () => {
    const again = path.join(temporaryFolder(), 'again.jsonl')
    await staff.superuser.must('audit.export', { path: again })
    expect(readFileSync(again, 'utf8').split('\n').slice(0, -2)).toEqual(lines.slice(0, -2))
    expect(await staff.admin.refused('audit.export', { path: again })).toMatchObject({
      code: 'CONFLICT',
      reason: 'file_exists',
    })
  })

  test('another root is refused', async () => {
    expect(await verify(lines.join('\n'), 'a'.repeat(64))).toMatchObject({
      ok: false,
      first_problem: { reason: 'other_root' },
    })
  })

  test('TR-7 a file that was cut anywhere is found', async () => {
    const whole = readFileSync(file)
    for (let kept = 1; kept < lines.length - 1; kept += 1) {
      const verified = await verify(`${lines.slice(0, kept).join('\n')}\n`)
      expect([kept, verified.ok]).toEqual([kept, false])
    }
    expect((await verify(whole.subarray(0, whole.length - 1))).ok).toBe(false)
    expect((await verify('')).ok).toBe(false)
  })

  test('TR-7 lines taken out, put twice, swapped or added are found, and the line is named', async () => {
    const without = lines.toSpliced(5, 1).join('\n')
    expect((await verify(without)).first_problem).toMatchObject({ order: 6, reason: 'order_gap' })
    expect((await verify(lines.toSpliced(5, 0, lines[5] ?? '').join('\n'))).ok).toBe(false)
    expect((await verify(lines.toSpliced(5, 2, lines[6] ?? '', lines[5] ?? '').join('\n'))).ok).toBe(false)
    expect((await verify(`${lines.join('\n')}\n`)).first_problem).toMatchObject({ reason: 'after_the_end' })
    expect((await verify(lines.toSpliced(5, 0, '').join('\n'))).first_problem?.message).toContain('Line 6')
    expect((await verify(`\ufeff${lines.join('\n')}`)).ok).toBe(false)
    expect((await verify(lines.join('\r\n'))).ok).toBe(false)
  })

  test('an end signed by somebody who is no admin is found', async () => {
    const end = JSON.parse(lines.at(-2) ?? '') as { end: { key_id: string } }
    const conrad = (await staff.admin.must('keys.list', {})).items.find((key) => key.member_name === 'Conrad')?.id ?? ''
    const forged = JSON.stringify({ ...end, end: { ...end.end, key_id: conrad } })
    expect((await verify(lines.with(-2, forged).join('\n'))).first_problem).toMatchObject({ reason: 'unknown_key' })
  })

  test('hostile files are answered, never crashed on', async () => {
    const deep = '['.repeat(200_000)
    const hostile = [
      deep,
      `${deep}\n`,
      `{"format":${deep}\n`,
      '\u0000\n',
      '{}\n',
      'null\n',
      '[]\n',
      '1e999\n',
      '"\\ud800"\n',
      `${lines[0]}\n{"event":{},"head_hash":"","order":1,"outcome":"applied","reason":null}\n`,
      `${lines[0]}\n${'x'.repeat(9 * 1024 * 1024)}`,
      `${lines[0]}\n${(lines[1] ?? '').replace('"body":', '"body":[],"body":')}\n`,
    ]
    for (const content of hostile) expect((await verify(content)).ok).toBe(false)
    expect((await verify(Buffer.from([0xff, 0xfe, 0x0a]))).ok).toBe(false)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...lines)), { maxLength: 8 }),
        async (parts) => {
          const text = parts.join('\n')
          expect((await verify(text)).ok).toBe(text === lines.join('\n'))
        },
      ),
      { numRuns: 150 },
    )
  }, 60_000)

  test('a path that is no file is told by its name', async () => {
    expect(await elsewhere.as().refused('audit.verifyFile', { path: '/nowhere/at/all' })).toMatchObject({
      reason: 'file_unreadable',
    })
    expect(await elsewhere.as().refused('audit.verifyFile', { path: temporaryFolder() })).toMatchObject({
      reason: 'file_unreadable',
    })
  })
})
