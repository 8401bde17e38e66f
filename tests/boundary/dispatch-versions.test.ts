import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import { countEvents, rawDatabase } from '../support/core.ts'
import {
  content,
  makeActive,
  makeDraft,
  makeReviewed,
  makeTool,
  openStaffed,
  type Staffed,
} from '../support/members.ts'

/** Section 3 through the door, on the real database. */

let staff: Staffed
beforeAll(async () => {
  staff = await openStaffed()
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const maintained = (): Promise<{ id: string; slug: string }> => makeTool(staff.admin, [staff.ids['Conrad'] ?? ''])
const events = (): number => countEvents(rawDatabase(staff.dataDir))

describe('VR-1, VR-2 what a save makes', () => {
  test('VR-1 every save is a new version, numbered 1, 2, 3 within its tool, across its lines', async () => {
    const [one, other] = [await maintained(), await maintained()]
    const first = await makeDraft(staff.contributor, one.slug)
    const second = await staff.contributor.must('versions.save', {
      ...content,
      source_code: '# 2',
      tool: one.slug,
      expected_parent_version_id: first.id,
    })
    const third = await makeDraft(staff.admin, one.slug)
    const elsewhere = await makeDraft(staff.contributor, other.slug)
    expect([first, second, third, elsewhere].map((version) => version.version_number)).toEqual([1, 2, 3, 1])
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    const kept = await staff.contributor.must('versions.get', { version: first.id })
    expect(kept.source_code).not.toBe('# 2')
    expect(kept).toMatchObject({ state: 'draft', is_head: false, version_number: 1 })
  })

  test('VR-1 a number is never used again, also after archiving and requests for changes', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const back = await staff.admin.must('versions.requestChanges', {
      version: reviewed.id,
      message: 'Shorter, please.',
    })
    const fresh = await makeDraft(staff.contributor, slug)
    expect([reviewed, back, fresh].map((version) => version.version_number)).toEqual([1, 2, 3])
  })

  test('VR-2 content_hash and manifest_hash are those of the rule, computed here anew', async () => {
    const { slug } = await maintained()
    const text = {
      ...content,
      source_code: 'def run_tool(a, b):\n    return "é € 𝒳 \\u0000"\n',
      usage_instructions: 'naïve\u2028',
    }
    const saved = await staff.contributor.must('versions.save', {
      ...text,
      tool: slug,
      expected_parent_version_id: null,
    })
    expect(saved.content_hash).toBe(sha256(`${text.entrypoint}\n${text.source_code}`))
    // Six keys, in the order of RFC 8785, absent ones null.
    const { entrypoint, input_schema, runtime, settings_schema, source_code, usage_instructions } = text
    const byHand = `{"entrypoint":${JSON.stringify(entrypoint)},"input_schema":${canonicalJson(input_schema)},"runtime":${JSON.stringify(runtime)},"settings_schema":${canonicalJson(settings_schema)},"source_code":${JSON.stringify(source_code)},"usage_instructions":${JSON.stringify(usage_instructions)}}`
    expect(saved.manifest_hash).toBe(sha256(byHand))
  })

  test.each([
    ['entrypoint', { entrypoint: 'other_name' }],
    ['source_code', { source_code: `${content.source_code}#` }],
    ['input_schema', { input_schema: null }],
    ['settings_schema', { settings_schema: null }],
    ['usage_instructions', { usage_instructions: 'Other.' }],
    ['runtime', { runtime: { packages: ['pandas'] } }],
  ])('VR-2 a change of %s alone changes manifest_hash', async (_part, change) => {
    const { slug } = await maintained()
    const base = await staff.contributor.must('versions.save', {
      ...content,
      tool: slug,
      expected_parent_version_id: null,
    })
    const next = await staff.contributor.must('versions.save', {
      ...content,
      ...change,
      tool: slug,
      expected_parent_version_id: base.id,
    })
    expect(next.unchanged).toBe(false)
    expect(next.manifest_hash).not.toBe(base.manifest_hash)
  })

  test('VR-9 the change summary and the saver are recorded with the version', async () => {
    const { slug } = await maintained()
    const saved = await staff.contributor.must('versions.save', {
      ...content,
      tool: slug,
      expected_parent_version_id: null,
      change_summary: 'First try',
    })
    expect(saved).toMatchObject({
      created_by: staff.ids['Conrad'],
      change_summary: 'First try',
      submitted_for_review_by: null,
    })
  })
})

describe('VR-3 lines', () => {
  test('VR-3 saving over what is no longer the head is CONFLICT and says what the head is now', async () => {
    const { slug } = await maintained()
    const first = await makeDraft(staff.contributor, slug)
    const second = await staff.admin.must('versions.save', {
      ...content,
      source_code: '# 2',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    const before = events()
    const refusal = await staff.contributor.refused('versions.save', {
      ...content,
      source_code: '# 3',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      reason: 'head_moved',
      details: {
        expected_parent_version_id: first.id,
        head_version_id: second.id,
        head_version_number: 2,
        head_state: 'draft',
        head_by: 'Ada',
      },
    })
    expect(events()).toBe(before)
  })

  test('VR-3 saving over a submitted head is CONFLICT, and its state is told', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const refusal = await staff.contributor.refused('versions.save', {
      ...content,
      source_code: '# 2',
      tool: slug,
      expected_parent_version_id: reviewed.id,
    })
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      reason: 'head_moved',
      details: { head_version_id: reviewed.id, head_state: 'in_review' },
    })
  })

  test('VR-3 a line starts from any version that the member may see, in whatever state', async () => {
    const { slug } = await maintained()
    const activeId = await makeActive(staff.contributor, staff.admin, slug)
    const reviewed = await makeReviewed(staff.contributor, slug)
    for (const from of [activeId, reviewed.id]) {
      const draft = await staff.contributor.must('versions.save', {
        ...content,
        source_code: `# from ${from}`,
        tool: slug,
        expected_parent_version_id: null,
        from_version_id: from,
      })
      expect(draft).toMatchObject({ state: 'draft', is_head: true, line_id: draft.id, derived_from_version_id: from })
    }
  })

  test('VR-3 a line can’t start from what the member may not see, or from another tool’s version', async () => {
    const [one, other] = [await maintained(), await maintained()]
    const hidden = await makeDraft(staff.admin, one.slug)
    const foreign = await makeActive(staff.contributor, staff.admin, other.slug)
    for (const from of [hidden.id, foreign]) {
      const refusal = await staff.contributor.refused('versions.save', {
        ...content,
        source_code: '# x',
        tool: one.slug,
        expected_parent_version_id: null,
        from_version_id: from,
      })
      expect(refusal).toMatchObject({ code: 'NOT_FOUND', reason: 'not_found' })
    }
  })

  test('VR-3 several lines stand side by side, and several versions may be in review', async () => {
    const { slug } = await maintained()
    const [a, b] = [await makeReviewed(staff.contributor, slug), await makeReviewed(staff.admin, slug)]
    const c = await makeDraft(staff.contributor, slug)
    expect(new Set([a.line_id, b.line_id, c.line_id]).size).toBe(3)
    const queue = await staff.admin.must('reviews.list', { limit: 200 })
    expect(
      queue.items
        .filter((item) => item.tool_slug === slug)
        .map((item) => item.id)
        .sort(),
    ).toEqual([a.id, b.id].sort())
  })

  test('VR-3 only a head can be submitted', async () => {
    const { slug } = await maintained()
    const first = await makeDraft(staff.contributor, slug)
    await staff.contributor.must('versions.save', {
      ...content,
      source_code: '# 2',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    expect(await staff.contributor.refused('versions.submit', { version: first.id })).toMatchObject({
      code: 'CONFLICT',
      reason: 'not_a_head',
    })
  })

  test('VR-4 the same content over the head makes no version and says unchanged; VR-3 is checked first', async () => {
    const { slug } = await maintained()
    const first = await makeDraft(staff.contributor, slug, '# same')
    const before = events()
    const again = await staff.contributor.must('versions.save', {
      ...content,
      source_code: '# same',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    expect(again).toMatchObject({ id: first.id, unchanged: true, version_number: 1 })
    expect(events()).toBe(before)
    await staff.contributor.must('versions.save', {
      ...content,
      source_code: '# else',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    const refusal = await staff.contributor.refused('versions.save', {
      ...content,
      source_code: '# same',
      tool: slug,
      expected_parent_version_id: first.id,
    })
    expect(refusal).toMatchObject({ code: 'CONFLICT', reason: 'head_moved' })
  })

  test('VR-4 the same content as a new line is a version', async () => {
    const { slug } = await maintained()
    await makeDraft(staff.contributor, slug, '# same')
    expect(await makeDraft(staff.contributor, slug, '# same')).toMatchObject({ unchanged: false, version_number: 2 })
  })
})

describe('VR-5, VR-6 publishing', () => {
  test('VR-6 publishing copies the reviewed version into a new active one and archives the two others', async () => {
    const { slug, id } = await maintained()
    const previous = await makeActive(staff.contributor, staff.admin, slug)
    const draft = await makeDraft(staff.contributor, slug)
    const reviewed = await staff.contributor.must('versions.submit', { version: draft.id, review_note: 'Ready.' })
    const answer = await staff.superuser.must('versions.publish', {
      version: reviewed.id,
      expected_active_version_id: previous,
      change_summary: 'Faster',
    })
    expect(answer).toEqual({
      tool_id: id,
      previous_active_version_id: previous,
      new_active_version_id: answer.new_active_version_id,
      archived_version_ids: [previous, reviewed.id],
    })
    const active = await staff.admin.must('versions.get', { version: answer.new_active_version_id })
    const source = await staff.admin.must('versions.get', { version: reviewed.id })
    expect(active).toMatchObject({
      state: 'active',
      version_number: 4,
      derived_from_version_id: reviewed.id,
      manifest_hash: reviewed.manifest_hash,
      source_code: source.source_code,
      created_by: staff.ids['Sofia'],
      published_by: staff.ids['Sofia'],
      change_summary: 'Faster',
      was_active: true,
    })
    expect(source).toMatchObject({
      state: 'archived',
      is_head: false,
      reviewed_by: staff.ids['Sofia'],
      submitted_for_review_by: staff.ids['Conrad'],
      review_note: 'Ready.',
      published_by: null,
      created_by: staff.ids['Conrad'],
      was_active: false,
    })
    expect(source.reviewed_at).not.toBeNull()
    expect(await staff.admin.must('versions.get', { version: previous })).toMatchObject({
      state: 'archived',
      was_active: true,
    })
    expect(await staff.admin.must('tools.get', { tool: slug })).toMatchObject({
      active_version_id: answer.new_active_version_id,
    })
  })

  test('VR-5 there is one active version, and active_version_id points to it', async () => {
    const { slug, id } = await maintained()
    for (let round = 0; round < 3; round += 1) await makeActive(staff.contributor, staff.admin, slug)
    const { items } = await staff.admin.must('versions.list', { tool: slug, state: 'active' })
    expect(items).toHaveLength(1)
    expect(await staff.admin.must('tools.get', { tool: id })).toMatchObject({ active_version_id: items[0]?.id })
  })

  test('VR-6 CONFLICT when the active version is not the one that the difference was shown against', async () => {
    const { slug } = await maintained()
    const first = await makeActive(staff.contributor, staff.admin, slug)
    const reviewed = await makeReviewed(staff.contributor, slug)
    const second = await makeActive(staff.contributor, staff.admin, slug)
    const before = events()
    for (const expected of [first, null]) {
      const refusal = await staff.admin.refused('versions.publish', {
        version: reviewed.id,
        expected_active_version_id: expected,
      })
      expect(refusal).toMatchObject({
        code: 'CONFLICT',
        reason: 'active_version_moved',
        details: { active_version_id: second },
      })
    }
    expect(events()).toBe(before)
    await staff.admin.must('versions.publish', { version: reviewed.id, expected_active_version_id: second })
  })

  test.each(['draft', 'active', 'archived'] as const)('VR-6 a version that is %s can’t be published', async (state) => {
    const { slug } = await maintained()
    const old = await makeActive(staff.contributor, staff.admin, slug)
    const active = await makeActive(staff.contributor, staff.admin, slug)
    const draft = await makeDraft(staff.contributor, slug)
    const version = { draft: draft.id, active, archived: old }[state]
    const refusal = await staff.admin.refused('versions.publish', { version, expected_active_version_id: active })
    expect(refusal).toMatchObject({ code: 'CONFLICT', reason: 'state_moved', details: { state } })
  })
})

describe('VR-7, VR-12 back to draft', () => {
  test('VR-7 requesting changes archives the version and makes a draft of its author’s, with all of its content', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const back = await staff.admin.must('versions.requestChanges', {
      version: reviewed.id,
      message: '  Name the columns.  ',
    })
    expect(back).toMatchObject({
      state: 'draft',
      is_head: true,
      line_id: reviewed.line_id,
      created_by: staff.ids['Conrad'],
      derived_from_version_id: reviewed.id,
      manifest_hash: reviewed.manifest_hash,
      submitted_for_review_by: null,
      reviewed_by: null,
    })
    const { source_code, ...full } = await staff.contributor.must('versions.get', { version: back.id })
    expect(source_code).toBe((await staff.admin.must('versions.get', { version: reviewed.id })).source_code)
    expect(full).toMatchObject({
      usage_instructions: content.usage_instructions,
      input_schema: content.input_schema,
      settings_schema: content.settings_schema,
    })
    // VR-9: what the submitter wrote is still theirs.
    expect(await staff.admin.must('versions.get', { version: reviewed.id })).toMatchObject({
      state: 'archived',
      reviewed_by: staff.ids['Ada'],
      submitted_for_review_by: staff.ids['Conrad'],
      review_note: 'Please look.',
    })
    const decisions = await staff.contributor.must('versions.decisions', { tool: slug })
    expect(decisions.items).toContainEqual(
      expect.objectContaining({
        verdict: 'changes_requested',
        by_name: 'Ada',
        message: 'Name the columns.',
        resulting_version_id: back.id,
      }),
    )
    await staff.contributor.must('versions.save', {
      ...content,
      source_code: '# better',
      tool: slug,
      expected_parent_version_id: back.id,
    })
  })

  test.each(['', '   '])('VR-7 requesting changes needs a message, not %j', async (message) => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const refusal = await staff.admin.refused('versions.requestChanges', { version: reviewed.id, message })
    expect(refusal).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'message' } })
    expect(await staff.admin.must('versions.get', { version: reviewed.id })).toMatchObject({ state: 'in_review' })
  })

  test('VR-12 its author takes a version back from review; the line goes on with a new draft', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const back = await staff.contributor.must('versions.withdraw', { version: reviewed.id })
    expect(back).toMatchObject({
      state: 'draft',
      is_head: true,
      line_id: reviewed.line_id,
      manifest_hash: reviewed.manifest_hash,
    })
    expect(await staff.contributor.must('versions.get', { version: reviewed.id })).toMatchObject({
      state: 'archived',
      reviewed_by: null,
    })
    expect(await staff.contributor.refused('versions.withdraw', { version: reviewed.id })).toMatchObject({
      code: 'CONFLICT',
    })
  })
})

describe('VR-8 rollback', () => {
  test('VR-8 a once active version comes back as a new active one, with its reason', async () => {
    const { slug } = await maintained()
    const first = await makeActive(staff.contributor, staff.admin, slug)
    const second = await makeActive(staff.contributor, staff.admin, slug)
    const { new_active_version_id: third } = await staff.superuser.must('versions.rollback', {
      tool: slug,
      to_version: first,
      expected_active_version_id: second,
      reason: 'The new one loses rows.',
    })
    const [old, now] = [
      await staff.admin.must('versions.get', { version: first }),
      await staff.admin.must('versions.get', { version: third }),
    ]
    expect(now).toMatchObject({
      state: 'active',
      version_number: 5,
      derived_from_version_id: first,
      manifest_hash: old.manifest_hash,
      created_by: staff.ids['Sofia'],
    })
    expect(old.state).toBe('archived')
    expect(await staff.admin.must('versions.get', { version: second })).toMatchObject({ state: 'archived' })
    const decisions = await staff.admin.must('versions.decisions', { tool: slug })
    expect(decisions.items).toContainEqual(
      expect.objectContaining({ verdict: 'rolled_back', message: 'The new one loses rows.' }),
    )
  })

  test('VR-8 only to what was active and isn’t, against the present active version, and with a reason', async () => {
    const { slug } = await maintained()
    const first = await makeActive(staff.contributor, staff.admin, slug)
    const active = await makeActive(staff.contributor, staff.admin, slug)
    const { derived_from_version_id: reviewed } = await staff.admin.must('versions.get', { version: active })
    const roll = (to: string, expected: string | null, reason = 'Why') =>
      staff.superuser.refused('versions.rollback', {
        tool: slug,
        to_version: to,
        expected_active_version_id: expected,
        reason,
      })
    expect(await roll(active, active)).toMatchObject({ code: 'CONFLICT', reason: 'is_active' })
    expect(await roll(reviewed ?? '', active)).toMatchObject({ code: 'CONFLICT', reason: 'never_active' })
    expect(await roll(first, first)).toMatchObject({ code: 'CONFLICT', reason: 'active_version_moved' })
    expect(await roll(first, active, ' ')).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'reason' } })
  })

  test('VR-8 to another tool’s version is refused', async () => {
    const [one, other] = [await maintained(), await maintained()]
    const active = await makeActive(staff.contributor, staff.admin, one.slug)
    const foreign = await makeActive(staff.contributor, staff.admin, other.slug)
    await makeActive(staff.contributor, staff.admin, other.slug)
    const refusal = await staff.superuser.refused('versions.rollback', {
      tool: one.slug,
      to_version: foreign,
      expected_active_version_id: active,
      reason: 'Why',
    })
    expect(refusal).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('VR-9, VR-11', () => {
  test('VR-9 each transition is a decision with actor, time and message, in order', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    const back = await staff.contributor.must('versions.withdraw', { version: reviewed.id })
    const again = await staff.contributor.must('versions.submit', { version: back.id, review_note: 'Again.' })
    await staff.admin.must('versions.publish', {
      version: again.id,
      expected_active_version_id: null,
      change_summary: 'Done',
    })
    const { items } = await staff.admin.must('versions.decisions', { tool: slug })
    expect(items.map(({ verdict, by_name, message }) => [verdict, by_name, message]).reverse()).toEqual([
      ['submitted', 'Conrad', 'Please look.'],
      ['withdrawn', 'Conrad', null],
      ['submitted', 'Conrad', 'Again.'],
      ['published', 'Ada', 'Done'],
    ])
    expect(items.every((item) => !Number.isNaN(Date.parse(item.at)))).toBe(true)
  })

  test('VR-9, VR-11 decisions and comments come in pages that neither lose nor repeat, of what one may see', async () => {
    const { slug } = await maintained()
    const hidden = await makeReviewed(staff.admin, slug)
    const reviewed = await makeReviewed(staff.contributor, slug)
    await staff.contributor.must('versions.withdraw', { version: reviewed.id })
    await makeReviewed(staff.admin, slug)
    const own = await makeReviewed(staff.contributor, slug)
    for (const text of ['one', 'two', 'three'])
      await staff.contributor.must('versions.comment', { version: own.id, text })

    const decided = async (limit: number, after: string | null = null): Promise<string[][]> => {
      const page = await staff.contributor.must('versions.decisions', { tool: slug, limit, after })
      const items = page.items.map(({ verdict, version_id }) => `${verdict} ${version_id}`)
      return page.next === null ? [items] : [items, ...(await decided(limit, page.next))]
    }
    expect(await decided(2)).toEqual([
      [`submitted ${own.id}`, `withdrawn ${reviewed.id}`],
      [`submitted ${reviewed.id}`],
    ])
    expect((await decided(1000)).flat()).toEqual((await decided(1)).flat())
    const all = await staff.admin.must('versions.decisions', { tool: slug })
    expect([all.items.length, all.items.at(-1)?.version_id]).toEqual([5, hidden.id])

    const first = await staff.contributor.must('versions.comments', { version: own.id, limit: 2 })
    const rest = await staff.contributor.must('versions.comments', { version: own.id, limit: 2, after: first.next })
    expect([first, rest].map(({ items }) => items.map(({ text }) => text))).toEqual([['one', 'two'], ['three']])
    expect(rest.next).toBeNull()
  })

  test('VR-11 a version in review is read and compared, not edited, not even by an admin', async () => {
    const { slug } = await maintained()
    const reviewed = await makeReviewed(staff.contributor, slug)
    expect((await staff.contributor.must('versions.get', { version: reviewed.id })).may).toMatchObject({
      save_over: false,
      submit: false,
      withdraw: true,
    })
    for (const caller of [staff.contributor, staff.admin, staff.superuser]) {
      const refusal = await caller.refused('versions.save', {
        ...content,
        source_code: '# x',
        tool: slug,
        expected_parent_version_id: reviewed.id,
      })
      expect(refusal).toMatchObject({
        code: 'CONFLICT',
        reason: 'head_moved',
        message: expect.stringContaining('in review'),
      })
      expect(await caller.refused('versions.submit', { version: reviewed.id })).toMatchObject({
        code: 'CONFLICT',
        reason: 'state_moved',
      })
    }
  })

  test('VR-11 whoever may see a version may open its source', async () => {
    const { slug } = await maintained()
    const active = await makeActive(staff.admin, staff.admin, slug)
    const { items } = await staff.contributor.must('versions.list', { tool: slug })
    expect(items.map((item) => item.id)).toContain(active)
    for (const { id } of items)
      expect((await staff.contributor.must('versions.get', { version: id })).source_code).not.toBe('')
  })
})
