import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { DATABASE_FILE } from '../../src-main/adapters/sqlite/database.ts'
import { systemClock } from '../../src-main/adapters/system/system.ts'
import { createInputVault } from '../../src-main/app/runs/kept-inputs.ts'
import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import {
  openTestCore,
  openWorkspace,
  rawDatabase,
  temporaryFolder,
  whatIsWrongIn,
  type Caller,
} from '../support/core.ts'
import { content, makeDraft, makeReviewed, makeTool, openStaffed } from '../support/members.ts'
import { newId } from '../support/runner-job.ts'

/** Places where two rules meet, each once found wanting by somebody who read the code to break it. */

const PASSPHRASE = 'a long enough phrase'
const HALF_A_CHARACTER = '\ud83d'
const slow = { timeout: 120_000 }

describe('text', () => {
  test('ER-3 half a character is refused with the field, and nothing is changed', async () => {
    const { root } = await openWorkspace()
    for (const [channel, input, field] of [
      ['tools.create', { slug: 'x', title: `a${HALF_A_CHARACTER}` }, 'title'],
      ['members.add', { name: HALF_A_CHARACTER, role: 'user' }, 'name'],
      [
        'versions.save',
        { ...content, tool: 'x', source_code: HALF_A_CHARACTER, expected_parent_version_id: null },
        'source_code',
      ],
    ] as const) {
      expect(await root.raw(channel, input), channel).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_ERROR', details: { field } },
      })
    }
  })

  test('TL-4, TR-1 a long suggestion is never cut inside a character, and the fold stays what the events give', async () => {
    const staff = await openStaffed()
    const suggestion = await staff.contributor.must('suggestions.submit', {
      title: 'Long',
      description: `${'x'.repeat(1999)}😀 and more`,
      professions: [],
      categories: [`${'y'.repeat(49)}😀`],
    })
    await staff.admin.must('suggestions.decide', {
      suggestion_id: suggestion.id,
      decision: 'accepted',
      slug: 'long-one',
      rationale: 'Useful.',
    })
    const tool = await staff.admin.must('tools.get', { tool: 'long-one' })
    expect(tool.summary).toBe('x'.repeat(1999))
    expect(tool.tags).toEqual(['y'.repeat(49)])
    await staff.close()
    expect(whatIsWrongIn(staff.dataDir)).toBeNull()
  })
})

describe('judging a script', () => {
  test('RN-6 a syntax error is found behind any number of lesser problems', async () => {
    const { root } = await openWorkspace()
    await root.must('tools.create', { slug: 'many', title: 'Many' })
    const source = `${'x=1;\n'.repeat(250)}def broken(:\n`
    const saved = await root.must('versions.save', {
      ...content,
      tool: 'many',
      source_code: source,
      expected_parent_version_id: null,
    })
    expect(await root.must('versions.decision', { version: saved.id })).toMatchObject({ risk_level: 'ERROR' })
    expect(await root.must('runs.sandbox', { version: saved.id })).toMatchObject({
      reason: 'syntax_error',
      location: { line: 251 },
    })
  })

  test('EV-2 code that is nested too deeply to be read is judged as an error, not as a bug of the app', async () => {
    const { root } = await openWorkspace()
    await root.must('tools.create', { slug: 'deep', title: 'Deep' })
    const source = `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`
    const saved = await root.must('versions.save', {
      ...content,
      tool: 'deep',
      source_code: source,
      expected_parent_version_id: null,
    })
    expect(await root.must('versions.decision', { version: saved.id })).toMatchObject({ risk_level: 'ERROR' })
  })
})

describe('files in memory', () => {
  const file = (bytes: number) => ({ name: 'a', bytes: new Uint8Array(bytes) })

  test('SC-2 inputs of a published tool are let go after 30 minutes, though nobody asks for them again', () => {
    vi.useFakeTimers()
    try {
      let nowMs = 0
      const vault = createInputVault({ clock: { now: () => 0, monotonicMs: () => nowMs }, reportBug })
      vault.keep('a', [file(1)])
      nowMs = 30 * 60 * 1000 + 1
      vi.advanceTimersByTime(nowMs)
      // Whoever looks lets go of what is over; this one looks at a time when it is not.
      nowMs = 0
      expect(vault.find('a')).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })

  test('the oldest make room, by number and by size', () => {
    const vault = createInputVault({ clock: systemClock, reportBug })
    // By their number only: a failure would print every byte.
    const kept = (...runs: string[]) => runs.map((run) => vault.find(run)?.length ?? 0)
    for (let run = 0; run < 25; run += 1) vault.keep(`small ${run}`, [file(1)])
    expect(kept('small 4', 'small 5')).toEqual([0, 1])
    for (let run = 0; run < 5; run += 1)
      vault.keep(`large ${run}`, [file(20_000_000), file(20_000_000), file(10_000_000)])
    expect(kept('large 0', 'large 1', 'small 24')).toEqual([0, 3, 0])
  })

  function reportBug(): never {
    throw new Error('a timer failed')
  }
})

describe('names and times', () => {
  test('SC-5 a setting may be called as what every object has', async () => {
    const { root } = await openWorkspace()
    const { slug } = await makeTool(root)
    const field = (name: string) => ({ kind: 'string' as const, name, label: name })
    const draft = await root.must('versions.save', {
      ...content,
      tool: slug,
      settings_schema: [field('constructor'), field('valueOf'), field('other')],
      input_schema: [field('constructor')],
      expected_parent_version_id: null,
    })
    await root.must('versions.submit', { version: draft.id })
    await root.must('versions.publish', { version: draft.id, expected_active_version_id: null })
    expect(await root.must('toolSettings.get', { tool: slug })).toEqual({ values: {}, secrets_set: [] })
    const set = await root.must('toolSettings.set', { tool: slug, values: { other: 'x' } })
    expect(set.values).toEqual({ other: 'x' })
    const saved = await root.must('cases.save', { tool: slug, name: 'Cleared', values: { constructor: null } })
    expect(JSON.stringify(saved.values)).toBe('{"constructor":null}')
  })

  test('EV-5 a span of time holds what happened in its first second, and nothing of its end', async () => {
    const { root } = await openWorkspace()
    const { slug } = await makeTool(root)
    const saved = await makeDraft(root, slug, 'def broken(:\n')
    const run = await root.must('runs.sandbox', { version: saved.id, values: { title: 'T' } })
    // Without a fraction, as people write it.
    const since = `${run.started_at.slice(0, 19)}Z`
    const count = async (span: { since?: string; until?: string }): Promise<[number, number]> => [
      (await root.must('runs.list', span)).items.length,
      (await root.must('audit.list', { ...span, type: 'run.recorded' })).items.length,
    ]
    expect(await count({ since })).toEqual([1, 1])
    expect(await count({ until: since })).toEqual([0, 0])
  })

  test('RB-6 drafts that a maintainer may not see are not counted for them either', async () => {
    const staff = await openStaffed()
    const other = await staff.add('Cora', 'contributor')
    const { slug } = await makeTool(staff.root, [staff.ids['Conrad'] ?? '', staff.ids['Cora'] ?? ''])
    await makeDraft(other, slug)
    await makeReviewed(other, slug)
    const counts = async (caller: Caller) => {
      const [listed] = (await caller.must('tools.list', { mine: caller !== staff.root, text: slug })).items
      const shown = [
        await caller.must('tools.get', { tool: slug }),
        (await caller.must('editor.open', { tool: slug })).tool,
      ]
      return [listed, ...shown].map((tool) => [tool?.draft_count, tool?.in_review_count])
    }
    expect(await counts(staff.contributor)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    for (const caller of [other, staff.root]) {
      expect(await counts(caller)).toEqual([
        [1, 1],
        [1, 1],
        [1, 1],
      ])
    }
  })

  test('RC-6 an action may be asked for by any name that a script may give it', async () => {
    const { root } = await openWorkspace()
    const { slug } = await makeTool(root)
    const saved = await makeDraft(root, slug)
    const run = newId()
    const ask = (action_id: string) =>
      root.refused('runs.sandbox', { version: saved.id, action: { parent_run_id: run, action_id, input: {} } })
    expect(await ask('😀'.repeat(255))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await ask('x'.repeat(256))).toMatchObject({ details: { field: 'action.action_id' } })
  })
})

describe('keys', () => {
  test('TR-6 nothing of the unprotected key is left in the folder once it is under a passphrase', async () => {
    const opened = await openTestCore()
    const root = opened.as()
    await root.must('workspace.init', { name: 'Shelf', member: 'Root' })
    const sealed = (): string => readFileSync(path.join(opened.dataDir, DATABASE_FILE), 'latin1')
    // PKCS #8 of an Ed25519 key starts so, in base64 (RFC 8410).
    const pkcs8 = 'MC4CAQAwBQYDK2VwBCIEI'
    await root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
    await opened.close()
    // The device's own key is unprotected by design: it is the only one left.
    expect(sealed().split(pkcs8).length - 1).toBe(1)
  })

  test('a device’s system key can’t be ended apart from the device', async () => {
    const { root } = await openWorkspace()
    const { items } = await root.must('keys.list', {})
    const system = items.find((key) => key.kind === 'system')
    expect(await root.refused('keys.revoke', { key_id: system?.id ?? '', reason: 'Try.' })).toMatchObject({
      reason: 'system_key',
    })
  })

  test('TR-6 a new key is protected as the old one was; its passphrase must be given', async () => {
    const { root } = await openWorkspace()
    await root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
    expect(await root.refused('keys.rotate', {})).toMatchObject({ details: { field: 'passphrase' } })
    expect(await root.must('keys.rotate', { passphrase: PASSPHRASE })).toMatchObject({
      protection: 'passphrase',
      status: 'active',
    })
    await root.must('session.lock', {})
    expect(await root.refused('members.list', {})).toMatchObject({ reason: 'locked' })
    await root.must('session.unlock', { passphrase: PASSPHRASE })
    await root.must('tools.create', { slug: 'after', title: 'After' })
  })

  test('whoever is locked or revoked can hand over by name', async () => {
    const staff = await openStaffed()
    await staff.root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
    await staff.root.must('session.lock', {})
    const { name } = (await staff.admin.must('members.list', {})).items.find((member) => member.role === 'admin') ?? {
      name: '',
    }
    expect(await staff.root.must('session.use', { member_id: name })).toMatchObject({ role: 'admin' })
  })

  test(
    'RB-2 who is locked hears nothing of what their member may hear',
    async () => {
      const staff = await openStaffed()
      await staff.root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
      await staff.root.must('session.lock', {})
      const heard: PushedEvent[] = []
      const stop = staff.core.subscribe(staff.root.session, (event) => heard.push(event))
      await staff.admin.must('tools.create', { slug: 'heard', title: 'Heard' })
      const saved = await staff.admin.must('versions.save', {
        ...content,
        tool: 'heard',
        source_code: 'print("x")\n',
        expected_parent_version_id: null,
      })
      const run = await staff.admin.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      await staff.admin.must('runs.wait', { run: run.id })
      stop()
      expect(heard.filter((event) => event.name !== 'changed')).toEqual([])
    },
    slow.timeout,
  )
})

describe('runs', () => {
  const savedAs = async (caller: Caller, slug: string) => {
    await caller.must('tools.create', { slug, title: slug })
    return caller.must('versions.save', { ...content, tool: slug, expected_parent_version_id: null })
  }

  test(
    'TR-6, RN-5 a key that is locked while a run goes on still signs its record',
    async () => {
      const { root, admin } = await openStaffed()
      await root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
      await root.must('tools.create', { slug: 'long-run', title: 'Long run' })
      const saved = await root.must('versions.save', { ...content, tool: 'long-run', expected_parent_version_id: null })
      const run = await root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      await root.must('session.lock', {})
      expect(await admin.must('runs.wait', { run: run.id })).toMatchObject({ status: 'succeeded', reason: null })
    },
    slow.timeout,
  )

  test.each([null, PASSPHRASE])(
    'TR-2, TR-7 a key that is replaced while a run goes on leaves a history that verifies (passphrase: %s)',
    async (passphrase) => {
      const { root } = await openWorkspace()
      if (passphrase !== null) await root.must('keys.protect', { protection: 'passphrase', passphrase })
      await root.must('tools.create', { slug: 'replaced', title: 'Replaced' })
      const saved = await root.must('versions.save', { ...content, tool: 'replaced', expected_parent_version_id: null })
      const run = await root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      await root.must('keys.rotate', { passphrase })
      expect(await root.must('runs.wait', { run: run.id })).toMatchObject({ status: 'succeeded', reason: null })
      expect(await root.must('audit.verify', {})).toMatchObject({ ok: true, first_problem: null })
    },
    slow.timeout,
  )

  test(
    'TR-7, RN-5 a run whose member can’t sign any more, since the new key is locked, is closed by the device',
    async () => {
      const { root, admin } = await openStaffed()
      await root.must('keys.protect', { protection: 'passphrase', passphrase: PASSPHRASE })
      await root.must('tools.create', { slug: 'locked-out', title: 'Locked out' })
      const saved = await root.must('versions.save', {
        ...content,
        tool: 'locked-out',
        expected_parent_version_id: null,
      })
      const run = await root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      await root.must('keys.rotate', { passphrase: PASSPHRASE })
      await root.must('session.lock', {})
      expect(await admin.must('runs.wait', { run: run.id })).toMatchObject({ status: 'failed', reason: 'interrupted' })
      expect(await admin.must('audit.verify', {})).toMatchObject({ ok: true, first_problem: null })
    },
    slow.timeout,
  )

  test(
    'RC-5 a file that is refused by a name of any kind costs the run nothing but that file',
    async () => {
      const { root } = await openWorkspace()
      await root.must('tools.create', { slug: 'odd-file', title: 'Odd file' })
      const name = `${'a'.repeat(99)}😀?`
      const saved = await root.must('versions.save', {
        ...content,
        tool: 'odd-file',
        source_code: `from pathlib import Path\n\ndef run_tool(i, o):\n    Path(o, "${name}").write_text("x")\n    return ""\n`,
        expected_parent_version_id: null,
      })
      const run = await root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      const ended = await root.must('runs.wait', { run: run.id })
      expect(ended).toMatchObject({ status: 'succeeded', reason: null, artifacts: [] })
      expect(JSON.stringify(ended.outputs)).toContain('1 file(s) in output/ were not kept')
    },
    slow.timeout,
  )

  test(
    'RN-5, ER-1 a disk that refuses to say how far a run is neither ends the app nor the run',
    async () => {
      const opened = await openWorkspace()
      const saved = await savedAs(opened.root, 'no-phase')
      rawDatabase(opened.dataDir).exec(
        `CREATE TRIGGER no_phase BEFORE UPDATE ON live_runs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
      )
      const run = await opened.root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      expect(await opened.root.must('runs.wait', { run: run.id })).toMatchObject({ status: 'succeeded', reason: null })
    },
    slow.timeout,
  )

  test(
    'RN-5 a run whose end could not be written down is closed as soon as it can be',
    async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const opened = await openWorkspace()
        const { root } = opened
        const saved = await savedAs(root, 'no-end')
        const run = await root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
        const database = rawDatabase(opened.dataDir)
        database.exec(
          `CREATE TRIGGER no_end BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
        )
        const finished = new Promise<void>((resolve) => {
          opened.core.subscribe(root.session, ({ name }) => name === 'run.finished' && resolve())
        })
        await finished
        expect(await root.must('runs.get', { run: run.id })).toMatchObject({ status: 'running' })
        database.exec('DROP TRIGGER no_end')
        await vi.advanceTimersByTimeAsync(10 * 60 * 1000)
        expect(await root.must('runs.get', { run: run.id })).toMatchObject({ status: 'failed', reason: 'interrupted' })
      } finally {
        vi.useRealTimers()
      }
    },
    slow.timeout,
  )

  test(
    'RB-2, RN-10 who waits for a run sees of its end what they may see then',
    async () => {
      const staff = await openStaffed()
      const { slug } = await makeTool(staff.root)
      const saved = await makeDraft(staff.root, slug)
      const { id: run } = await staff.root.must('runs.sandbox', { version: saved.id, runner: 'embedded' })
      const waiting = [staff.admin, staff.superuser].map((caller) => caller.call('runs.wait', { run }))
      await staff.root.must('members.setRole', { member_id: staff.ids['Ada'] ?? '', role: 'user' })
      await staff.root.must('members.revoke', { member_id: staff.ids['Sofia'] ?? '', reason: 'Left.' })
      expect(await Promise.all(waiting)).toMatchObject([
        { ok: false, error: { code: 'NOT_FOUND' } },
        { ok: false, error: { code: 'FORBIDDEN', reason: 'member_revoked' } },
      ])
      await staff.root.must('runs.wait', { run })
    },
    slow.timeout,
  )

  test('TR-11 a run that could not be recorded does not begin', async () => {
    const first = await openWorkspace()
    await first.root.must('tools.create', { slug: 'copied', title: 'Copied' })
    const saved = await first.root.must('versions.save', {
      ...content,
      tool: 'copied',
      expected_parent_version_id: null,
    })
    await first.close()
    const copy = temporaryFolder()
    cpSync(first.dataDir, copy, { recursive: true })
    const second = await openTestCore({ dataDir: copy })
    expect(await second.as().refused('runs.sandbox', { version: saved.id })).toMatchObject({
      code: 'CONFLICT',
      reason: 'must_resume',
    })
    expect((await second.as().must('runs.list', {})).items).toEqual([])
    await second.as().must('workspace.resume', { reason: 'The other copy is gone.' })
    await second.as().must('tools.create', { slug: 'goes-on', title: 'Goes on' })
  })

  test('ER-3 a run’s id that is in use is refused with the field', async () => {
    const { root } = await openWorkspace()
    await root.must('tools.create', { slug: 'twice', title: 'Twice' })
    const saved = await root.must('versions.save', {
      ...content,
      tool: 'twice',
      source_code: 'def x(:\n',
      expected_parent_version_id: null,
    })
    const run = await root.must('runs.sandbox', { version: saved.id })
    expect(await root.refused('runs.sandbox', { version: saved.id, run_id: run.id })).toMatchObject({
      details: { field: 'run_id' },
    })
  })

  test('SC-5 with several file fields, the files together must be as many and of such kinds as they ask for', async () => {
    const { root } = await openWorkspace()
    await root.must('tools.create', { slug: 'two-files', title: 'Two files' })
    const field = (name: string, accept: string) => ({
      kind: 'file' as const,
      name,
      label: name,
      accept: [accept],
      required: true,
    })
    const saved = await root.must('versions.save', {
      ...content,
      tool: 'two-files',
      input_schema: [field('table', '.csv'), field('text', '.txt')],
      expected_parent_version_id: null,
    })
    const upload = async (name: string) => (await root.must('uploads.begin', { name, bytes: 0 })).id
    const run = { version: saved.id, runner: 'embedded' as const }
    expect(await root.refused('runs.sandbox', { ...run, uploads: [await upload('a.csv')] })).toMatchObject({
      code: 'VALIDATION_ERROR',
    })
    expect(
      await root.refused('runs.sandbox', { ...run, uploads: [await upload('a.csv'), await upload('b.png')] }),
    ).toMatchObject({
      code: 'VALIDATION_ERROR',
    })
  })
})
