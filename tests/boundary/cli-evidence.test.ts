import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawDatabase } from '../support/core.ts'
import { openCommandLine } from './command-process.ts'

/** Runs as evidence, and advisories, as scripts meet them. Nothing here needs a runner: what is blocked never starts. */

const { folder, run, json, done, remove } = openCommandLine()
const RED = 'import ctypes\n\ndef run_tool(input_dir, output_dir):\n    return ""\n'
const TIMEOUT_MS = 240_000
let first: string
let second: string

beforeAll(async () => {
  writeFileSync(join(folder, 'red.py'), RED)
  await done('init', '--name', 'Shelf', '--member', 'ada')
  await done('tool', 'create', 'counter', '--title', 'Count rows')
  await done('version', 'save', 'counter', 'red.py')
  first = String((await done('run', 'sandbox', 'counter@head'))['id'])
  second = String((await done('run', 'sandbox', 'counter@head'))['id'])
}, TIMEOUT_MS)
afterAll(remove)

describe('runs', () => {
  it('end with 12 when blocked, if asked', { timeout: TIMEOUT_MS }, async () => {
    const { code, envelope } = await json('run', 'sandbox', 'counter@head', '--exit-status')
    expect([code, envelope]).toMatchObject([12, { ok: true, data: { reason: 'blocked', record_status: 'BLOCKED' } }])
  })

  it('are listed by risk and by words, and compared', { timeout: TIMEOUT_MS }, async () => {
    expect((await done('run', 'list', '--risk', 'RED', '--text', 'native counter')).items.length).toBeGreaterThan(1)
    expect((await done('run', 'list', '--risk', 'GREEN')).items).toEqual([])
    expect((await run('run', 'list', '--risk', 'PINK')).code).toBe(2)
    expect(await done('run', 'diff', first, second)).toEqual({ severity: null, changes: [] })
    expect((await run('run', 'diff', first, second)).stdout).toContain('The two say the same.')
  })

  it('are explained, pinned, annotated and repeated', { timeout: TIMEOUT_MS }, async () => {
    expect(await done('run', 'explain', first)).toMatchObject({ id: first, explanation_status: 'READY' })
    expect((await run('run', 'explain', first)).stdout).toContain('What to change:')
    expect(await done('run', 'pin', first)).toMatchObject({ is_pinned: true })
    expect(await done('run', 'pin', first, '--off')).toMatchObject({ is_pinned: false })
    expect(await done('run', 'meta', first, '--set', '{"ticket":"A-1"}')).toMatchObject({ meta: { ticket: 'A-1' } })
    expect(await done('run', 'meta', first)).toMatchObject({ meta: { ticket: 'A-1' } })
    expect((await run('run', 'meta', first, '--set', '{')).code).toBe(2)
    expect(await done('run', 'reverify', first)).toMatchObject({ verdict: 'UNREPRODUCIBLE', diff: null })
  })

  it('are verified: 0 when all is well, 13 when something is wrong', { timeout: TIMEOUT_MS }, async () => {
    expect(await done('run', 'verify', first)).toMatchObject({ ok: true, problems: [] })
    expect(await done('run', 'verify', '--all')).toMatchObject({ ok: true })
    expect((await run('run', 'verify', first, '--all')).code).toBe(2)
    const database = rawDatabase(join(folder, 'data'))
    const contents = database.prepare('SELECT * FROM contents').all() as { sha256: string; body: Buffer }[]
    database.prepare('DELETE FROM contents').run()
    const { code, envelope } = await json('run', 'verify', first)
    expect([code, envelope]).toMatchObject([
      13,
      { ok: true, data: { ok: false, problems: [{ kind: 'log', problem: 'missing' }] } },
    ])
    for (const { sha256, body } of contents) database.prepare('INSERT INTO contents VALUES (?, ?)').run(sha256, body)
    database.close()
  })

  it('are taken along in a pack, which is never written over', { timeout: TIMEOUT_MS }, async () => {
    const packed = await done('run', 'pack', first, '--out', 'run.pack')
    expect(packed).toMatchObject({ id: first, absent: 0, bytes: readFileSync(join(folder, 'run.pack')).length })
    expect((await json('run', 'pack', first, '--out', 'run.pack')).envelope.error).toMatchObject({ code: 'CONFLICT' })
    expect(await done('version', 'pack', 'counter@head', '--out', 'version.pack', '--no-files')).toMatchObject({
      bytes: expect.any(Number),
    })
    rmSync(join(folder, 'run.pack'))
  })

  it('have their files pruned', { timeout: TIMEOUT_MS }, async () => {
    const nothing = { runs: 0, files: 0, freed_bytes: 0 }
    const byCause = { over_age: nothing, over_size: nothing, left_over: nothing }
    expect(await done('prune', '--dry-run')).toEqual({
      ...nothing,
      kept_bytes: 0,
      by_cause: byCause,
      dry_run: true,
      storage: {
        database_bytes: expect.any(Number),
        kept_files: { files: 0, bytes: 0, held_bytes: 0, max_bytes: 20 * 1024 ** 3, would_free: byCause },
        backups: { files: expect.any(Number), bytes: expect.any(Number) },
        free_bytes: expect.any(Number),
      },
    })
    expect((await run('prune', '--dry-run')).stdout.split('\n').map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['database', 'kept files', 'held', 'backups', 'free on the disk', 'would be freed']),
    )
    expect(await done('prune')).toEqual({ ...nothing, kept_bytes: 0, by_cause: byCause, dry_run: false })
    const { checks } = (await done('doctor')) as unknown as { checks: { name: string; message: string }[] }
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['disk', 'room for files', 'prune']))
  })
})

describe('advisories', () => {
  it('are attached, listed and reviewed', { timeout: TIMEOUT_MS }, async () => {
    writeFileSync(join(folder, 'note.txt'), 'Looked at it.')
    const note = await done('advisory', 'attach', second, '--kind', 'note', '--file', 'note.txt')
    expect(note).toMatchObject({ run_id: second, kind: 'note', text: 'Looked at it.', created_by_name: 'ada' })
    const asked = await done('run', 'override', second, '-m', 'The lab needs it until Friday.')
    expect(asked).toMatchObject({ kind: 'override_request', reviewed: false })
    expect((await json('run', 'override', second, '-m', 'short')).envelope.error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { field: 'text' },
    })
    const listed = await done('advisory', 'list', '--run', second)
    expect(listed.items.map((item) => item['kind'])).toEqual(['note', 'override_request'])
    expect((await done('advisory', 'list', '--to-review', '--kind', 'override_request')).items).toHaveLength(1)
    const refused = await json('advisory', 'review', String(asked['id']), '--approve', '-m', 'Yes.')
    expect([refused.code, refused.envelope.error.code]).toEqual([3, 'FORBIDDEN'])
    expect(await done('advisory', 'review', String(asked['id']), '--reject', '-m', 'Not this way.')).toMatchObject({
      reviewed: true,
      approved_for_workflow: false,
    })
    expect((await done('advisory', 'list', '--reviewed-by', 'ADA')).items).toHaveLength(1)
    expect(
      (await done('advisory', 'list', '--policy', 'B', '--reviewed-by', 'system:auto_explanation_green')).items,
    ).toEqual([])
  })

  it('need to be asked for in full', { timeout: TIMEOUT_MS }, async () => {
    for (const words of [
      ['advisory', 'attach', second, '--kind', 'note'],
      ['advisory', 'list', '--reviewed', '--to-review'],
      ['advisory', 'attach', second, '--kind', 'explanation', '-m', 'x'],
      ['advisory', 'review', second, '-m', 'x'],
      ['advisory', 'review', second, '--approve', '--reject', '-m', 'x'],
    ]) {
      expect([words, (await run(...words)).code]).toEqual([words, 2])
    }
  })
})
