import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCommandLine } from './command-process.ts'

const { folder, json, done, remove } = openCommandLine()
const TIMEOUT_MS = 120_000

beforeAll(async () => {
  await done('init', '--name', 'Shelf', '--member', 'Root')
  await done('member', 'add', 'Conrad', '--role', 'contributor')
})
afterAll(remove)

describe('governance from a shell', () => {
  it('nominates, decides, suggests and accepts', { timeout: TIMEOUT_MS }, async () => {
    const nomination = await done('member', 'nominate', 'Conrad', 'admin', '-m', 'Able.')
    expect(nomination).toMatchObject({ member_name: 'Conrad', role: 'admin', status: 'pending' })
    expect((await json('member', 'decide', String(nomination['id']), '-m', 'Hm.')).code).toBe(2)
    expect(await done('member', 'decide', String(nomination['id']), '--decline', '-m', 'Later.')).toMatchObject({
      status: 'declined',
    })
    const suggestion = await done(
      'suggestion',
      'submit',
      '--title',
      'Count',
      '--description',
      'Counts.',
      '--category',
      'text',
    )
    const decide = ['suggestion', 'decide', String(suggestion['id']), '--slug', 'counter', '-m', 'Good.']
    expect((await json(...decide, '--accept', '--title', 'Counter')).code).toBe(2)
    expect((await json(...decide, '--modify')).code).toBe(2)
    const decided = await done(
      'suggestion',
      'decide',
      String(suggestion['id']),
      '--modify',
      '--title',
      'Counter',
      '--slug',
      'counter',
      '-m',
      'Good.',
    )
    expect(decided).toMatchObject({
      status: 'modified',
      modified: { title: 'Counter', description: 'Counts.' },
      tool_slug: 'counter',
    })
    expect(await done('tool', 'show', 'counter')).toMatchObject({ title: 'Counter' })
  })

  it(
    'verifies, exports and verifies the file anywhere; 13 says that something is wrong',
    { timeout: TIMEOUT_MS },
    async () => {
      expect(await done('audit', 'verify')).toMatchObject({ ok: true, first_problem: null })
      const file = join(folder, 'audit.jsonl')
      const exported = await done('audit', 'export', '--out', file)
      const root = String(exported['root'])
      const elsewhere = ['--data-dir', join(folder, 'not', 'there')]
      expect(await done('audit', 'verify', file, '--root', root, ...elsewhere)).toMatchObject({ ok: true, root })
      writeFileSync(file, readFileSync(file, 'utf8').replace('Able.', 'Unable.'))
      const wrong = await json('audit', 'verify', file, '--root', root, ...elsewhere)
      expect([wrong.code, wrong.envelope]).toMatchObject([
        13,
        { ok: true, data: { ok: false, first_problem: { reason: 'hash_mismatch' } } },
      ])
      expect((await json('audit', 'verify', join(folder, 'none.jsonl'))).code).toBe(3)
      expect((await json('audit', 'verify', '--root', root)).code).toBe(2)
      const listed = await done('audit', 'list', '--member', 'Root', '--type', 'member.nominated')
      expect(listed['items']).toMatchObject([{ summary: 'nominated Conrad for admin: Able.' }])
    },
  )

  it('backs up, restores and goes on', { timeout: TIMEOUT_MS }, async () => {
    const file = join(folder, 'backup.sqlite')
    expect(await done('backup', '--out', file, '--no-files')).toMatchObject({ path: file, verified: true })
    await done('tool', 'create', 'later', '--title', 'Later')
    expect(await done('restore', file)).toMatchObject({
      must_restart: false,
      kept_as: expect.stringContaining('kept-before-restore'),
    })
    expect((await json('tool', 'show', 'later')).code).toBe(3)
    expect((await json('tool', 'create', 'x', '--title', 'X')).envelope).toMatchObject({
      ok: false,
      error: { reason: 'must_resume' },
    })
    await done('workspace', 'resume', '-m', 'There is no other device.')
    expect(await done('audit', 'verify')).toMatchObject({ ok: true })
  })

  it('seeds a bank and exports a tool', { timeout: TIMEOUT_MS }, async () => {
    const bank = join(folder, 'bank', 'alpha')
    mkdirSync(bank, { recursive: true })
    writeFileSync(join(bank, 'tool.json'), '{"title":"Alpha"}')
    writeFileSync(join(bank, 'script.py'), 'def run_tool(input_dir, output_dir):\n    return "<p>a</p>"\n')
    const seeded = await done('bank', 'seed', join(folder, 'bank'), '--publish')
    expect(seeded['items']).toMatchObject([{ slug: 'alpha', outcome: 'created' }])
    const files = await done('tool', 'export', 'alpha', '--out', join(folder, 'out'))
    expect(files['files']).toMatchObject([{ path: 'tools/alpha/v2.py' }, { path: 'tools/alpha/metadata.json' }])
  })

  it(
    'says by its exit code that a tool of a bank could not be made; the others are',
    { timeout: TIMEOUT_MS },
    async () => {
      for (const [slug, text] of Object.entries({ broken: '{"title":', good: '{"title":"Good"}' })) {
        const tool = join(folder, 'half-bank', slug)
        mkdirSync(tool, { recursive: true })
        writeFileSync(join(tool, 'tool.json'), text)
        writeFileSync(join(tool, 'script.py'), 'def run_tool(input_dir, output_dir):\n    return "<p>a</p>"\n')
      }
      const seeded = await json('bank', 'seed', join(folder, 'half-bank'))
      expect(seeded.code).toBe(3)
      expect(seeded.envelope).toMatchObject({
        ok: true,
        data: {
          items: [
            { slug: 'broken', outcome: 'failed' },
            { slug: 'good', outcome: 'created' },
          ],
        },
      })
    },
  )

  it('seals the key: locked without the passphrase, open with it', { timeout: TIMEOUT_MS }, async () => {
    const newPassphrase = join(folder, 'new.txt')
    writeFileSync(newPassphrase, 'correct horse battery\n')
    expect(await done('member', 'passphrase', '--new-passphrase-file', newPassphrase)).toMatchObject({
      protection: 'passphrase',
    })
    expect((await json('tool', 'list')).envelope).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN', reason: 'locked' },
    })
    expect(await done('tool', 'list', '--passphrase-file', newPassphrase)).toMatchObject({ next: null })
    const wrong = join(folder, 'wrong.txt')
    writeFileSync(wrong, 'something else')
    expect((await json('tool', 'list', '--passphrase-file', wrong)).envelope).toMatchObject({
      error: { reason: 'wrong_passphrase' },
    })
    const rotated = await done('key', 'rotate', '--passphrase-file', newPassphrase)
    const keys = await done('key', 'list', '--passphrase-file', newPassphrase)
    expect(JSON.stringify(keys)).toContain(String(rotated['id']))
  })
})
