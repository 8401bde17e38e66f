import { beforeAll, describe, expect, test } from 'vitest'
import { POLICY_VERSION } from '../../src-main/domain/decision/decision.ts'
import { approvalNotes, EXPLANATION_ENGINE, generatedAdvisoryId } from '../../src-main/domain/advisory.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import { rawDatabase, whatIsWrongIn, type Caller } from '../support/core.ts'
import { sha256 } from '../support/core-history.ts'
import { makeActive, makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'
import { startCore } from '../support/core-process.ts'
import { newId } from '../support/runner-job.ts'

/** Decisions, overrides and advisories through the real door. Nothing here needs an engine: what is blocked never starts. */

const RED = 'import ctypes\n\ndef run_tool(input_dir, output_dir):\n    return str(ctypes.string_at(0))\n'
const YELLOW =
  'import requests\n\ndef run_tool(input_dir, output_dir):\n    return requests.get("https://example.org", timeout=5).text\n'
const reason = 'The lab needs it until Friday.'

let staff: Staffed
beforeAll(async () => {
  staff = await openStaffed()
  // A run that is let through ends here: no runner of this kind is asked for by mistake.
  await staff.root.must('settings.set', { key: 'yellow_blocks', value: true })
})

let serial = 0
/** A draft by its author on a new tool that they maintain. */
async function draftBy(author: Caller, source: string): Promise<Output<'versions.save'>> {
  const { slug } = await makeTool(staff.root, author === staff.root ? [] : [author.session.memberId ?? ''])
  return makeDraft(author, slug, `# ${(serial += 1)}\n${source}`)
}
const sandbox = (by: Caller, version: string) =>
  by.must('runs.sandbox', { version, values: { title: 'T' }, runner: 'embedded' })
async function blockedRun(by: Caller, source = RED): Promise<{ id: string; version: string }> {
  const { id: version } = await draftBy(by, source)
  return { id: (await sandbox(by, version)).id, version }
}

describe('EV-2, EV-3 the decision and its block', () => {
  test('EV-3 a RED script is recorded as blocked, with its decision, and no runner was asked', async () => {
    const { id, version } = await blockedRun(staff.contributor)
    const run = await staff.contributor.must('runs.get', { run: id })
    expect(run).toMatchObject({
      status: 'failed',
      reason: 'blocked',
      record_status: 'BLOCKED',
      runner: null,
      artifacts: [],
      decision: { risk_level: 'RED', policy_version: POLICY_VERSION },
    })
    expect(run.error_summary).toContain('native memory')
    expect(await staff.contributor.must('versions.decision', { version })).toEqual(
      run.view === 'full' ? run.decision : null,
    )
    const { items } = await staff.root.must('runs.list', { risk: 'RED', version })
    expect(items.map((item) => [item.id, item.risk_level])).toEqual([[id, 'RED']])
  })

  test('EV-2 the same script is judged the same at save, at review and at run', async () => {
    const { version, id } = await blockedRun(staff.contributor, YELLOW)
    const before = await staff.contributor.must('versions.decision', { version })
    await staff.contributor.must('versions.submit', { version })
    expect(await staff.admin.must('versions.decision', { version })).toEqual(before)
    expect(await staff.admin.must('runs.get', { run: id })).toMatchObject({ decision: before })
  })

  test('EV-3 a RED version is not published', async () => {
    const { version } = await blockedRun(staff.contributor)
    await staff.contributor.must('versions.submit', { version })
    const refused = await staff.admin.refused('versions.publish', { version, expected_active_version_id: null })
    expect(refused).toMatchObject({ code: 'CONFLICT', reason: 'blocked' })
  })

  test('EV-2 no caller can bring a decision along', async () => {
    const { id: version } = await draftBy(staff.contributor, RED)
    const answer = await staff.contributor.raw('runs.sandbox', { version, decision: { risk_level: 'GREEN' } })
    expect(answer).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } })
  })
})

describe('EV-3 overrides', () => {
  const request = (by: Caller, run: string, text = reason) =>
    by.call('advisories.attach', { run, kind: 'override_request', text })

  test('the reason has 10 to 2,000 characters, and there must be something to override', async () => {
    const { id } = await blockedRun(staff.contributor, YELLOW)
    for (const text of ['too short', 'x'.repeat(2001)]) {
      expect(await request(staff.contributor, id, text)).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_ERROR', details: { field: 'text' } },
      })
    }
    const broken = await blockedRun(staff.contributor, 'def run_tool(:\n')
    expect(await request(staff.contributor, broken.id)).toMatchObject({
      ok: false,
      error: { code: 'CONFLICT', reason: 'not_blocked' },
    })
    for (const text of ['x'.repeat(10), 'y'.repeat(2000)])
      expect(await request(staff.contributor, id, text)).toMatchObject({ ok: true })
  })

  test('an admin approves a YELLOW one, which starts nothing; then that content runs in that context', async () => {
    const { id, version } = await blockedRun(staff.contributor, YELLOW)
    const asked = await request(staff.contributor, id)
    if (!asked.ok) throw new Error('it was refused')
    expect(asked.data).toMatchObject({ reviewed: false, review_notes: expect.stringContaining('A person is needed') })
    expect(
      await staff.contributor.refused('advisories.review', {
        advisory_id: asked.data.id,
        approve: true,
        notes: 'Mine.',
      }),
    ).toMatchObject({ code: 'FORBIDDEN' })
    expect(await sandbox(staff.contributor, version)).toMatchObject({ reason: 'blocked' })
    const { items: before } = await staff.root.must('runs.list', { version })
    const approved = await staff.admin.must('advisories.review', {
      advisory_id: asked.data.id,
      approve: true,
      notes: 'For this week.',
    })
    expect(approved).toMatchObject({
      approved_for_workflow: true,
      reviewed_by: staff.ids['Ada'],
      reviewed_by_name: 'Ada',
    })
    expect((await staff.root.must('runs.list', { version })).items.length).toBe(before.length)
    // Let through: it is under way now, whatever becomes of it.
    const through = await sandbox(staff.contributor, version)
    expect(through).toMatchObject({ status: 'running', record_status: 'OK' })
    await staff.contributor.must('runs.cancel', { run: through.id })
    await staff.contributor.must('runs.wait', { run: through.id })
    const other = await staff.contributor.must('versions.save', {
      tool: through.tool_slug,
      expected_parent_version_id: version,
      source_code: `${YELLOW}\n# another content\n`,
      entrypoint: 'run_tool',
    })
    expect(await sandbox(staff.contributor, other.id)).toMatchObject({ reason: 'blocked' })
  }, 60_000)

  test('one that was rejected opens nothing, and none is reviewed twice', async () => {
    const { id, version } = await blockedRun(staff.contributor, YELLOW)
    const asked = await request(staff.contributor, id)
    if (!asked.ok) throw new Error('it was refused')
    await staff.admin.must('advisories.review', { advisory_id: asked.data.id, approve: false, notes: 'No.' })
    expect(await sandbox(staff.contributor, version)).toMatchObject({ reason: 'blocked' })
    expect(
      await staff.admin.refused('advisories.review', { advisory_id: asked.data.id, approve: true, notes: 'Yes.' }),
    ).toMatchObject({ code: 'CONFLICT', reason: 'reviewed' })
  })

  test('a RED one needs the setting and a superuser', async () => {
    const { id } = await blockedRun(staff.contributor)
    const asked = await request(staff.contributor, id)
    if (!asked.ok) throw new Error('it was refused')
    const review = { advisory_id: asked.data.id, approve: true, notes: 'Looked at it.' }
    expect(await staff.admin.refused('advisories.review', review)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await staff.superuser.refused('advisories.review', review)).toMatchObject({ code: 'FORBIDDEN' })
    await staff.root.must('settings.set', { key: 'allow_red_override', value: true })
    expect(await staff.admin.refused('advisories.review', review)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await staff.superuser.must('advisories.review', review)).toMatchObject({ approved_for_workflow: true })
    await staff.root.must('settings.set', { key: 'allow_red_override', value: false })
  })

  test('a RED one is good only while the setting is on: for runs, for publishing and for rolling back', async () => {
    const { id, version } = await blockedRun(staff.contributor)
    const asked = await request(staff.contributor, id)
    if (!asked.ok) throw new Error('it was refused')
    const allowRed = (value: boolean) => staff.root.must('settings.set', { key: 'allow_red_override', value })
    await allowRed(true)
    await staff.superuser.must('advisories.review', { advisory_id: asked.data.id, approve: true, notes: 'Looked.' })
    const { tool_slug: tool } = await staff.contributor.must('versions.submit', { version })
    const publish = { version, expected_active_version_id: null }

    await allowRed(false)
    expect(await sandbox(staff.contributor, version)).toMatchObject({ reason: 'blocked' })
    expect(await staff.admin.refused('versions.publish', publish)).toMatchObject({ reason: 'blocked' })
    await allowRed(true)
    const { new_active_version_id: red } = await staff.admin.must('versions.publish', publish)
    const green = await makeActive(staff.admin, staff.admin, tool)

    const back = { tool, to_version: red, expected_active_version_id: green, reason: 'Needed again.' }
    await allowRed(false)
    expect(await staff.superuser.refused('versions.rollback', back)).toMatchObject({
      code: 'CONFLICT',
      reason: 'blocked',
      message: expect.stringContaining('native memory'),
      details: { risk_level: 'RED' },
    })
    expect(await staff.root.must('tools.get', { tool })).toMatchObject({ active_version_id: green })
    await allowRed(true)
    expect(await staff.superuser.must('versions.rollback', back)).toMatchObject({ previous_active_version_id: green })
    await allowRed(false)
  })

  test('what was approved for YELLOW is not good for RED, although content and policy are the same', async () => {
    const lines = Array.from({ length: 30 }, (_, line) => `x${line} = ${line}`).join('\n')
    const source = `import socket\nimport importlib\nimportlib.import_module("a")\n${lines}\ndef run_tool(input_dir, output_dir):\n    return ""\n`
    const { id, version } = await blockedRun(staff.root, source)
    expect(await staff.root.must('versions.decision', { version })).toMatchObject({ risk_level: 'YELLOW', score: 65 })
    const asked = await request(staff.root, id)
    if (!asked.ok) throw new Error('it was refused')
    await staff.admin.must('advisories.review', { advisory_id: asked.data.id, approve: true, notes: 'Yes.' })
    const { tool_slug: slug } = await staff.root.must('runs.get', { run: id })
    const other = await makeDraft(staff.root, slug)
    await staff.root.must('versions.submit', { version: other.id })
    await staff.root.must('versions.publish', { version: other.id, expected_active_version_id: null })
    // Measured against what is active now, the same content is a rewrite as well.
    expect(await staff.root.must('versions.decision', { version })).toMatchObject({ risk_level: 'RED', score: 70 })
    expect(await sandbox(staff.root, version)).toMatchObject({ reason: 'blocked' })
  })

  test('somebody who may only run may ask for one on a run of their own, and sees what becomes of it', async () => {
    const { slug } = await makeTool(staff.root)
    await staff.root.must('settings.set', { key: 'yellow_blocks', value: false })
    const draft = await makeDraft(staff.root, slug, YELLOW)
    await staff.root.must('versions.submit', { version: draft.id })
    await staff.root.must('versions.publish', { version: draft.id, expected_active_version_id: null })
    await staff.root.must('tools.publish', { tool: slug })
    await staff.root.must('settings.set', { key: 'yellow_blocks', value: true })
    const { id: run } = await staff.user.must('runs.tool', { tool: slug, values: {} })
    expect(await staff.user.must('runs.get', { run })).toMatchObject({ view: 'member', reason: 'blocked' })
    expect(await request(staff.user, run)).toMatchObject({ ok: true })
    expect(await staff.user.refused('advisories.attach', { run, kind: 'note', text: 'Hello' })).toMatchObject({
      code: 'FORBIDDEN',
    })
    await staff.admin.must('runs.explain', { run })
    const seen = await staff.user.must('advisories.list', { run })
    expect(seen.items.map(({ kind }) => kind)).toEqual(['override_request'])
    const { title } = await staff.root.must('tools.get', { tool: slug })
    expect(seen.items[0]).toMatchObject({ tool_slug: slug, tool_title: title })
    expect(await staff.contributor.refused('advisories.attach', { run, kind: 'note', text: 'Hello' })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('AD-1 attaching', () => {
  test('is idempotent by id, and another content under the same id is refused', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const id = newId()
    const note = { id, run, kind: 'note' as const, text: 'Looked at.' }
    const first = await staff.contributor.must('advisories.attach', note)
    expect(await staff.contributor.must('advisories.attach', note)).toEqual(first)
    for (const changed of [{ text: 'Else.' }, { kind: 'suggestion' as const }]) {
      expect(await staff.contributor.refused('advisories.attach', { ...note, ...changed })).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { field: 'id' },
      })
    }
    expect(await staff.admin.refused('advisories.attach', note)).toMatchObject({ details: { field: 'id' } })
    expect((await staff.contributor.must('advisories.list', { run })).items).toHaveLength(1)
  })

  test('refuses what is oversized or malformed, naming the field, and changes nothing', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const wrong: [string, object][] = [
      ['text', { run, kind: 'note', text: 'x'.repeat(20_001) }],
      ['text', { run, kind: 'note', text: '   ' }],
      ['kind', { run, kind: 'explanation', text: 'Made up.' }],
      ['run', { run: 'x', kind: 'note', text: 'a' }],
      ['id', { id: sha256('x'), run, kind: 'note', text: 'a' }],
      ['request_id', { run, kind: 'note', text: 'a', request_id: 'x'.repeat(101) }],
    ]
    for (const [field, input] of wrong) {
      const answer = await staff.contributor.raw('advisories.attach', input)
      expect([field, answer]).toMatchObject([
        field,
        { ok: false, error: { code: 'VALIDATION_ERROR', details: { field } } },
      ])
    }
    expect((await staff.contributor.must('advisories.list', { run })).items).toEqual([])
    expect(
      await staff.contributor.must('advisories.attach', { run, kind: 'note', text: 'x'.repeat(20_000) }),
    ).toMatchObject({ kind: 'note' })
  })

  test('200 at once lose none, and are listed in order, page by page', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const ids = Array.from({ length: 200 }, () => newId())
    await Promise.all(
      ids.map((id, number) =>
        staff.contributor.must('advisories.attach', { id, run, kind: 'note', text: `Number ${number}` }),
      ),
    )
    const listed: Output<'advisories.list'>['items'] = []
    let after: string | null = null
    do {
      const page: Output<'advisories.list'> = await staff.contributor.must('advisories.list', { run, limit: 37, after })
      listed.push(...page.items)
      after = page.next
    } while (after !== null)
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.sort())
    expect(listed.map(({ created_at, id }) => `${created_at} ${id}`)).toEqual(
      listed.map(({ created_at, id }) => `${created_at} ${id}`).sort(),
    )
  })

  test('two processes attaching at once lose none', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const other = startCore({ dataDir: staff.dataDir })
    await other.opened
    const attach = (by: string) =>
      Array.from({ length: 40 }, (_, number) => ({ run, kind: 'note' as const, text: `${by} ${number}` }))
    await Promise.all([
      ...attach('here').map((input) => staff.contributor.must('advisories.attach', input)),
      ...attach('there').map((input) => other.must('Conrad', 'advisories.attach', input)),
    ])
    await other.close()
    expect((await staff.contributor.must('advisories.list', { run, limit: 200 })).items).toHaveLength(80)
  }, 60_000)

  test('only those who may see a run list what stands beside it', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const since = new Date().toISOString()
    await staff.contributor.must('advisories.attach', { run, kind: 'note', text: 'Mine.' })
    expect(await staff.user.refused('advisories.list', { run })).toMatchObject({ code: 'NOT_FOUND' })
    const otto = await staff.add('Otto', 'contributor')
    expect((await otto.must('advisories.list', {})).items).toEqual([])
    expect((await staff.contributor.must('advisories.list', { kind: 'note', since })).items).toMatchObject([
      { run_id: run },
    ])
  })
})

describe('AD-2 to AD-4 explaining', () => {
  test('AD-2 NONE becomes READY, in plain words: which rule, where, what to change', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    expect(await staff.contributor.must('runs.notes', { run })).toMatchObject({ explanation_status: 'NONE' })
    expect(await staff.contributor.must('runs.explain', { run, request_id: 'r-1' })).toMatchObject({
      explanation_status: 'READY',
      explanation_error: null,
    })
    const { items } = await staff.contributor.must('advisories.list', { run })
    expect(items).toMatchObject([
      {
        id: generatedAdvisoryId(run, EXPLANATION_ENGINE, sha256),
        kind: 'explanation',
        engine_id: EXPLANATION_ENGINE.id,
        engine_version: 1,
        request_id: 'r-1',
        created_by: null,
        reviewed: false,
        reviewed_by: null,
        review_notes: expect.stringContaining('A person is needed: policy B'),
      },
    ])
    expect(items[0]?.text).toMatch(/^This run was blocked before it began\..*SCR-NATIVE, line 2.*What to change: /s)
    expect(
      await staff.admin.must('advisories.review', { advisory_id: items[0]?.id ?? '', approve: true, notes: 'Clear.' }),
    ).toMatchObject({ reviewed: true })
  })

  test('AD-1, AD-2 explaining at once, here and in another process, makes one advisory and one event', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const other = startCore({ dataDir: staff.dataDir })
    await other.opened
    const here = Array.from({ length: 10 }, () => staff.contributor.must('runs.explain', { run }))
    const there = Array.from({ length: 10 }, () => other.must('Ada', 'runs.explain', { run }))
    for (const notes of await Promise.all([...here, ...there]))
      expect(notes.explanation_status).toMatch(/READY|PENDING/)
    await other.close()
    expect(await staff.contributor.must('runs.notes', { run })).toMatchObject({ explanation_status: 'READY' })
    expect((await staff.contributor.must('advisories.list', { run })).items).toHaveLength(1)
    const events = rawDatabase(staff.dataDir).prepare(
      `SELECT count(*) AS count FROM events WHERE type = 'run.explained' AND json_extract(body, '$.run_id') = ?`,
    )
    expect(events.get(run)).toEqual({ count: 1 })
  }, 60_000)

  const POLICIES = [
    ['A', 'RED', 'system:auto_explanation'],
    ['A', 'GREEN', 'system:auto_explanation_green'],
    ['B', 'RED', null],
    ['B', 'GREEN', 'system:auto_explanation_green'],
    ['C', 'RED', null],
    ['C', 'GREEN', null],
  ] as const

  test.each(POLICIES)(
    'AD-3 policy %s, a %s decision: approved by %s',
    async (policy, level, approver) => {
      await staff.root.must('settings.set', { key: 'explanation_approval', value: policy })
      const run = level === 'RED' ? (await blockedRun(staff.contributor)).id : await cancelledRun()
      const since = new Date().toISOString()
      await staff.contributor.must('runs.explain', { run })
      const { items } = await staff.contributor.must('advisories.list', { run })
      const approved = approver !== null
      expect(items).toMatchObject([
        {
          reviewed: approved,
          approved_for_workflow: approved,
          reviewed_by: approver,
          review_notes: approvalNotes(policy, approver),
        },
      ])
      // AD-4: found by policy, by actor and by time, and signed by the device.
      const found = await staff.admin.must('advisories.list', {
        since,
        limit: 200,
        ...(policy === 'C' ? {} : { policy }),
      })
      expect(found.items.some((item) => item.run_id === run)).toBe(approved || policy === 'C')
      if (approver === null) return
      const byActor = await staff.admin.must('advisories.list', { reviewed_by: approver, since, limit: 200 })
      expect(byActor.items.map((item) => item.run_id)).toContain(run)
      const signer = rawDatabase(staff.dataDir)
        .prepare(
          `SELECT keys.kind FROM events JOIN keys USING (key_id) WHERE events.type = 'run.explained' AND json_extract(body, '$.run_id') = ?`,
        )
        .get(run)
      expect(signer).toEqual({ kind: 'system' })
    },
    60_000,
  )

  /** A GREEN run that was let through; what became of it doesn't matter here. */
  async function cancelledRun(): Promise<string> {
    const { id: version } = await draftBy(
      staff.contributor,
      'def run_tool(input_dir, output_dir):\n    return "<p>ok</p>"\n',
    )
    const run = await sandbox(staff.contributor, version)
    await staff.contributor.must('runs.cancel', { run: run.id })
    await staff.contributor.must('runs.wait', { run: run.id })
    return run.id
  }

  test('AD-2 what a dead process left PENDING is ERROR after the next start, and can be explained again', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    rawDatabase(staff.dataDir)
      .prepare('INSERT INTO local_state (name, value) VALUES (?, ?)')
      .run(`explaining/${run}`, newId())
    expect(await staff.contributor.must('runs.notes', { run })).toMatchObject({ explanation_status: 'PENDING' })
    const next = startCore({ dataDir: staff.dataDir })
    await next.opened
    await next.close()
    expect(await staff.contributor.must('runs.notes', { run })).toMatchObject({
      explanation_status: 'ERROR',
      explanation_error: expect.stringContaining('Explain it again'),
    })
    expect(await staff.contributor.must('runs.explain', { run })).toMatchObject({
      explanation_status: 'READY',
      explanation_error: null,
    })
  }, 60_000)

  test('only contributors and above explain, and only what they may see', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const peter = await staff.add('Peter', 'contributor')
    expect(await peter.refused('runs.explain', { run })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await staff.user.refused('runs.explain', { run })).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('EV-1 what stands beside a record', () => {
  test('meta may be patched, each patch is an event, and the record stays as it was', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const before = await staff.contributor.must('runs.get', { run })
    expect(
      await staff.contributor.must('runs.patchMeta', { run, set: { ticket: 'A-1', owner: 'Conrad' } }),
    ).toMatchObject({ meta: { ticket: 'A-1', owner: 'Conrad' } })
    expect(await staff.contributor.must('runs.patchMeta', { run, set: { owner: null } })).toMatchObject({
      meta: { ticket: 'A-1' },
    })
    expect(await staff.contributor.must('runs.get', { run })).toEqual(before)
    const events = rawDatabase(staff.dataDir).prepare(
      `SELECT count(*) AS count FROM events WHERE type = 'run.meta_patched' AND json_extract(body, '$.run_id') = ?`,
    )
    expect(events.get(run)).toEqual({ count: 2 })
  })

  test('meta that is too much or malformed is refused with its field', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, number) => [`n${number}`, 'x']))
    for (const set of [{ 'no name': 'x' }, { a: 'x'.repeat(2001) }, many]) {
      const answer = await staff.contributor.raw('runs.patchMeta', { run, set })
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_ERROR', details: { field: expect.stringMatching(/^set/) } },
      })
    }
  })

  test('nothing else of a record can be changed: there is no channel for it', async () => {
    const { id: run } = await blockedRun(staff.contributor)
    for (const channel of ['runs.update', 'runs.edit', 'runs.patch', 'runs.delete']) {
      expect(await staff.root.raw(channel, { run, status: 'succeeded' })).toMatchObject({
        ok: false,
        error: { code: 'NOT_FOUND' },
      })
    }
  })

  test('RB-6 a run under way is not missing: what needs its record says to wait', async () => {
    const { id: version } = await draftBy(staff.root, 'def run_tool(input_dir, output_dir):\n    return ""\n')
    const { id: run, status } = await sandbox(staff.root, version)
    expect(status).toBe('running')
    const answers = [
      await staff.root.refused('runs.verify', { run, job_id: newId() }),
      await staff.root.refused('runs.reverify', { run }),
      await staff.root.refused('runs.explain', { run }),
      await staff.root.refused('runs.pin', { run, pinned: true }),
      await staff.root.refused('runs.diff', { a: run, b: run }),
      await staff.root.refused('advisories.attach', { run, kind: 'note', text: 'Slow.' }),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ code: 'CONFLICT', reason: 'under_way' })
    expect(await staff.contributor.refused('runs.explain', { run })).toMatchObject({ code: 'NOT_FOUND' })
    await staff.root.must('runs.cancel', { run })
    await staff.root.must('runs.wait', { run })
  }, 60_000)

  test('EV-5 a time span is read in any form of RFC 3339, to the millisecond, and has an order', async () => {
    const { id } = await blockedRun(staff.root)
    const { started_at: at } = await staff.root.must('runs.get', { run: id })
    const ids = async (span: { since?: string; until?: string }): Promise<string[]> =>
      (await staff.root.must('runs.list', { limit: 200, ...span })).items.map((item) => item.id)
    const second = `${at.slice(0, 19)}Z`
    const nextSecond = new Date(Date.parse(second) + 1000).toISOString().replace('.000Z', 'Z')
    const eastward = (text: string): string =>
      new Date(Date.parse(text) + 3_600_000).toISOString().replace('Z', '+01:00')
    expect(await ids({ since: second })).toContain(id)
    expect(await ids({ since: eastward(at), until: nextSecond })).toContain(id)
    expect(await ids({ until: at })).not.toContain(id)
    expect(await ids({ since: nextSecond })).not.toContain(id)

    for (const channel of ['runs.list', 'advisories.list', 'audit.list'] as const) {
      expect(await staff.root.must(channel, { since: second, until: second })).toMatchObject({ items: [] })
      expect(await staff.root.refused(channel, { since: nextSecond, until: second })).toMatchObject({
        code: 'VALIDATION_ERROR',
        message: 'until: must not be before since',
        details: { field: 'until' },
      })
      expect(await staff.root.refused(channel, { since: 'yesterday' })).toMatchObject({
        message: 'since: is not a time such as 2026-01-31T00:00:00Z',
      })
    }
  })

  test('EV-5 filters: every field, words, and pages that neither lose nor repeat', async () => {
    const { slug } = await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])
    await staff.root.must('tools.edit', { tool: slug, title: 'Grünschnabel' })
    const versions = [
      await makeDraft(staff.contributor, slug, RED),
      await makeDraft(staff.contributor, slug, YELLOW),
      await makeDraft(staff.root, slug, 'def run_tool(:\n'),
    ]
    const since = new Date().toISOString()
    const runs: string[] = []
    for (const { id } of versions)
      for (let times = 0; times < 3; times += 1) runs.push((await sandbox(staff.root, id)).id)
    const list = async (filter: object): Promise<string[]> => {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: Output<'runs.list'> = await staff.root.must('runs.list', { limit: 2, after, since, ...filter })
        ids.push(...page.items.map(({ id }) => id))
        after = page.next
      } while (after !== null)
      return ids
    }
    const newest = runs.toReversed()
    const firstVersion = newest.slice(6)
    expect(await list({ tool: slug })).toEqual(newest)
    expect(await list({ text: 'grunschnabel' })).toEqual([])
    expect(await list({ text: 'Grünschn' })).toEqual(newest)
    expect(await list({ text: 'native' })).toEqual(firstVersion)
    expect(await list({ text: 'Grünschnabe' })).toEqual(newest)
    expect(await list({ text: 'Grünschnabil' })).toEqual([])
    expect(await list({ text: 'nativ grünschnabel root' })).toEqual([])
    expect(await list({ text: 'root grünschnabel nativ' })).toEqual(firstVersion)
    expect(
      await list({
        text: 'native memory',
        status: 'failed',
        risk: 'RED',
        context: 'sandbox',
        tool: slug,
        member_id: staff.ids['Root'],
      }),
    ).toEqual(firstVersion)
    expect(await list({ text: 'native', risk: 'YELLOW' })).toEqual([])
    expect(await list({ version: versions[0]?.id })).toEqual(firstVersion)
    expect(await list({ risk: 'ERROR', tool: slug })).toEqual(newest.slice(0, 3))
    expect(await list({ member_id: staff.ids['Ada'], tool: slug })).toEqual([])
    expect(await list({ member_id: staff.ids['Root'], tool: slug, risk: 'RED' })).toEqual(firstVersion)
    expect(await list({ context: 'production', tool: slug })).toEqual([])
    expect(await list({ until: since, tool: slug, since: null })).toEqual([])
    for (const text of ['"', '*', 'AND', 'NEAR(a b)', '- ( )', 'zzr"RED', '\u0000'])
      expect(Array.isArray(await list({ text }))).toBe(true)
    expect((await staff.user.must('runs.list', { text: 'native' })).items).toEqual([])
  })
})

test('TR-1, TR-7 after all of this the tables are what the events give', () => {
  expect(whatIsWrongIn(staff.dataDir)).toBeNull()
})
