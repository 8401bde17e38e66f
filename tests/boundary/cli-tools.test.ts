import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCommandLine } from './command-process.ts'

const { folder, start, run, json, done, remove } = openCommandLine()

/** A run takes seconds, and a busy machine may take many of them. */
const RUN_TIMEOUT_MS = 240_000

const SCRIPT = 'def run_tool(input_dir, output_dir):\n    print("hello from the script")\n    return "<p>done</p>"\n'
const BROKEN = 'def run_tool(input_dir, output_dir):\n    raise ValueError("no")\n'
const ENDLESS =
  'import time\n\ndef run_tool(input_dir, output_dir):\n    print("begun", flush=True)\n    while True:\n        pass\n'

beforeAll(async () => {
  writeFileSync(join(folder, 'script.py'), SCRIPT)
  writeFileSync(join(folder, 'broken.py'), BROKEN)
  writeFileSync(join(folder, 'endless.py'), ENDLESS)
  writeFileSync(join(folder, 'form.json'), '[{"kind":"string","name":"who","label":"Who"}]')
  const { code, envelope } = await json('init', '--name', 'Shelf', '--member', 'ada')
  expect([code, envelope]).toMatchObject([
    0,
    { ok: true, data: { workspace: { name: 'Shelf' }, member: { name: 'ada', role: 'superuser' } } },
  ])
  expect(envelope.data['id']).toEqual(expect.any(String))
})

afterAll(remove)

describe('a tool, from its making to its runs', () => {
  it('goes the whole way', { timeout: RUN_TIMEOUT_MS }, async () => {
    const created = await done('tool', 'create', 'greet', '--title', 'Greet', '--tag', 'a', '--tag', 'b')
    expect(created).toMatchObject({
      slug: 'greet',
      title: 'Greet',
      tags: ['a', 'b'],
      is_published: false,
      active_version_id: null,
    })

    const first = await done('version', 'save', 'greet', 'script.py', '--inputs-schema', 'form.json', '-m', 'first')
    expect(first).toMatchObject({ version_number: 1, state: 'draft', unchanged: false, change_summary: 'first' })
    const same = await done('version', 'save', 'greet', 'script.py')
    expect(same).toMatchObject({ id: first['id'], unchanged: true })

    const second = await done('version', 'save', 'greet', 'broken.py')
    expect(second).toMatchObject({ version_number: 2, derived_from_version_id: first['id'] })
    const shown = await done('version', 'show', 'greet@2', '--source')
    expect(shown).toMatchObject({ source_code: BROKEN, input_schema: [{ name: 'who' }] })
    expect(await done('version', 'show', 'greet@2')).not.toHaveProperty('source_code')

    const stale = await json('version', 'save', 'greet', 'script.py', '--expected-parent', 'greet@1')
    expect([stale.code, stale.envelope.error.code]).toEqual([3, 'CONFLICT'])
    const line = await done('version', 'save', 'greet', 'script.py', '--new', '--from', 'greet@1')
    expect(line).toMatchObject({ version_number: 3, derived_from_version_id: first['id'] })

    const difference = await done('version', 'diff', 'greet@1', 'greet@2')
    expect(difference).toMatchObject({
      identical: false,
      changes: [],
      source_diff: expect.stringContaining('+    raise ValueError("no")'),
    })

    expect(await done('version', 'submit', 'greet@3', '-m', 'please')).toMatchObject({
      state: 'in_review',
      review_note: 'please',
    })
    const back = await done('version', 'request-changes', 'greet@3', '-m', 'not yet')
    expect(back).toMatchObject({ state: 'draft', version_number: 4 })
    await done('version', 'submit', 'greet@4')
    const published = await done('version', 'publish', 'greet@4')
    expect(published).toMatchObject({ previous_active_version_id: null, new_active_version_id: expect.any(String) })
    const again = await json('version', 'publish', 'greet@4', '--expected-active', 'none')
    expect(again.code).toBe(3)
    expect(await done('tool', 'publish', 'greet')).toMatchObject({ is_published: true })
    expect(await done('tool', 'list', '--published')).toMatchObject({ items: [{ slug: 'greet' }], next: null })
  })

  it('answers for another member, by name, for one call only', { timeout: RUN_TIMEOUT_MS }, async () => {
    const added = await done('member', 'add', 'Bob', '--role', 'user')
    const forbidden = await json('tool', 'create', 'no', '--title', 'No', '--as', 'bob')
    expect([forbidden.code, forbidden.envelope.error.code]).toEqual([3, 'FORBIDDEN'])
    expect(await done('tool', 'show', 'greet', '--as', 'bob')).toMatchObject({ slug: 'greet', is_published: true })
    expect(await done('member', 'role', 'BOB', 'contributor')).toMatchObject({ id: added['id'], role: 'contributor' })
    expect(await done('tool', 'maintainers', 'greet', '--add', 'bob')).toMatchObject({
      maintainers: expect.arrayContaining([expect.objectContaining({ name: 'Bob' })]),
    })
    expect(await done('member', 'revoke', 'bob', '-m', 'left')).toMatchObject({ status: 'revoked' })
  })

  it('says which file could not be read, and changes nothing', async () => {
    const { code, envelope } = await json('version', 'save', 'greet', 'missing.py')
    expect([code, envelope.error.code]).toEqual([3, 'VALIDATION_ERROR'])
    expect(envelope.error.message).toContain('missing.py')
  })

  it(
    'VR-2 saves a script byte by byte as it is, and runs one that a byte order mark begins',
    { timeout: RUN_TIMEOUT_MS },
    async () => {
      const bytes = Buffer.from(`\uFEFF${SCRIPT}# 𝒳 é\r\n`)
      writeFileSync(join(folder, 'marked.py'), bytes)
      const saved = await done('version', 'save', 'greet', 'marked.py', '--new')
      const hash = createHash('sha256').update('run_tool\n').update(bytes).digest('hex')
      expect(saved).toMatchObject({ content_hash: hash })
      expect(await done('version', 'save', 'greet', 'marked.py')).toMatchObject({ id: saved['id'], unchanged: true })
      const ran = await done('run', 'sandbox', String(saved['id']), '--runner', 'embedded')
      expect(ran).toMatchObject({ status: 'succeeded', decision: { risk_level: 'GREEN', warnings: [] } })
    },
  )

  it('runs it, streaming to stderr, and prints the run', { timeout: RUN_TIMEOUT_MS }, async () => {
    const shown = await run(
      'run',
      'tool',
      'greet',
      '--input',
      'form.json',
      '--values',
      '{"who":"you"}',
      '--runner',
      'embedded',
    )
    expect([shown.code, shown.stderr]).toEqual([0, expect.stringContaining('hello from the script')])
    expect(shown.stdout).not.toContain('hello from the script')
    const events = await run(
      'run',
      'sandbox',
      'greet@active',
      '--input',
      'form.json',
      '--runner',
      'embedded',
      '--jsonl',
    )
    const lines = events.stdout.trim().split('\n')
    const values = lines.map((line) => JSON.parse(line) as { name?: string; ok?: boolean; data?: unknown })
    expect(values.slice(0, -1).map((value) => value.name)).toContain('run.output')
    expect(values.at(-1)).toMatchObject({
      ok: true,
      data: {
        context: 'sandbox',
        status: 'succeeded',
        exit_code: 0,
        stdout: 'hello from the script\n',
        inputs: [{ name: 'form.json' }],
      },
    })
  })

  it('cancels the run under way at Ctrl-C, and then ends', { timeout: RUN_TIMEOUT_MS }, async () => {
    await done('version', 'save', 'greet', 'endless.py', '--new')
    const running = start(['run', 'sandbox', 'greet@head', '--runner', 'embedded'])
    const end = Date.now() + RUN_TIMEOUT_MS / 2
    while (!running.stderr().includes('begun') && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50))
    running.interrupt()
    const { code, stdout } = await running.ended
    expect([code, stdout]).toEqual([130, expect.stringMatching(/reason: +cancelled/)])
    const id = /^run: +(\S+)$/m.exec(stdout)?.[1] ?? ''
    expect(await done('run', 'show', id)).toMatchObject({ status: 'failed', reason: 'cancelled' })
  })
})
