import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  countEvents,
  hashesOf,
  openWorkspace,
  rawDatabase,
  temporaryFolder,
  whatIsWrongIn,
  type Caller,
} from '../support/core.ts'

/** TL-5, TL-6: tools from folders and into folders. */

let root: Caller
let dataDir: string
let bank: string
beforeEach(async () => {
  const opened = await openWorkspace()
  root = opened.root
  dataDir = opened.dataDir
  bank = temporaryFolder()
})

function put(
  slug: string,
  tool: object,
  source = 'def run_tool(input_dir, output_dir):\n    return "<p>one</p>"\n',
): void {
  mkdirSync(path.join(bank, slug), { recursive: true })
  writeFileSync(path.join(bank, slug, 'tool.json'), JSON.stringify(tool))
  writeFileSync(path.join(bank, slug, 'script.py'), source)
}
const seed = async (options: object = {}): Promise<string[]> => {
  const { items } = await root.must('bank.seed', { path: bank, ...options })
  return items.map((item) => `${item.slug} ${item.outcome}`)
}
const events = (): number => countEvents(rawDatabase(dataDir))

describe('TL-5 script bank', () => {
  test('ER-3 is no file, and is somewhere: each is said', async () => {
    const file = path.join(bank, 'file')
    writeFileSync(file, '')
    for (const [place, problem] of [
      [file, 'is not a folder'],
      [path.join(bank, 'nowhere'), 'is not there'],
    ] as const) {
      expect(await root.refused('bank.seed', { path: place })).toMatchObject({
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining(`${place} ${problem}`),
        details: { field: 'path' },
      })
    }
  })

  test('is made once, by slug, and a dry run writes nothing', async () => {
    put('alpha', { title: 'Alpha', tags: ['a'] })
    put('beta', { title: 'Beta' })
    const before = events()
    expect(await seed({ dry_run: true })).toEqual(['alpha created', 'beta created'])
    expect(events()).toBe(before)
    expect(await seed({ publish: true })).toEqual(['alpha created', 'beta created'])
    const made = events()
    for (const options of [{}, { publish: true }, { sync_metadata: true, sync_code: true, publish: true }]) {
      expect(await seed(options)).toEqual(['alpha unchanged', 'beta unchanged'])
    }
    expect(events()).toBe(made)
    expect(await root.must('catalogue.get', { tool: 'alpha' })).toMatchObject({ title: 'Alpha', version_number: 2 })
  })

  test('nothing that is there is overwritten unless asked', async () => {
    put('alpha', { title: 'Alpha' })
    await seed({ publish: true })
    put('alpha', { title: 'Alpha two' }, 'def run_tool(input_dir, output_dir):\n    return "<p>two</p>"\n')
    const before = events()
    expect(await seed({ publish: true })).toEqual(['alpha differs'])
    expect(await seed({ sync_metadata: true, dry_run: true })).toEqual(['alpha updated'])
    expect(events()).toBe(before)
    expect(await seed({ sync_metadata: true })).toEqual(['alpha updated'])
    expect(await root.must('tools.get', { tool: 'alpha' })).toMatchObject({ title: 'Alpha two' })
    expect((await root.must('versions.get', { version: 'alpha@active' })).source_code).toContain('one')
    expect(await seed({ sync_code: true })).toEqual(['alpha updated'])
    expect((await root.must('versions.get', { version: 'alpha@active' })).source_code).toContain('one')
    // The code stands as a draft now; publishing it makes no second draft.
    const drafted = events()
    expect(await seed({ publish: true })).toEqual(['alpha updated'])
    expect(events()).toBe(drafted + 2)
    expect((await root.must('versions.get', { version: 'alpha@active' })).source_code).toContain('two')
    expect(await seed({ publish: true })).toEqual(['alpha unchanged'])
    expect(whatIsWrongIn(dataDir)).toBeNull()
  })

  test('RB-5 it stops in review', async () => {
    await root.must('members.add', { name: 'Second', role: 'admin' })
    await root.must('settings.set', { key: 'require_distinct_reviewer', value: true })
    put('alpha', { title: 'Alpha' })
    const { items } = await root.must('bank.seed', { path: bank, publish: true })
    expect(items).toEqual([{ slug: 'alpha', outcome: 'created', message: expect.stringContaining('in review') }])
    expect((await root.must('reviews.list', {})).items).toMatchObject([{ tool_slug: 'alpha', state: 'in_review' }])
    expect(await seed({ publish: true })).toEqual(['alpha unchanged'])
  })

  test('one that is wrong says why and stops no other, and leaves nothing behind', async () => {
    put('Bad Slug', { title: 'x' })
    put('empty', { title: '' })
    put('extra', { title: 'x', surprise: true })
    put('huge', { title: 'x' }, 'x'.repeat(600 * 1024))
    put('odd', { title: 'x', usage_instructions: 'y'.repeat(70_000) })
    for (const [slug, half] of [
      ['half', { usage_instructions: '\ud800' }],
      ['half-inside', { input_schema: [{ kind: 'string', name: 'a', label: '\udfff' }] }],
    ] as const)
      put(slug, { title: 'x', ...half })
    put('right', { title: 'Right' })
    mkdirSync(path.join(bank, 'nothing'))
    writeFileSync(path.join(bank, 'README.md'), 'not a tool')
    mkdirSync(path.join(bank, 'broken'))
    writeFileSync(path.join(bank, 'broken', 'tool.json'), '{')
    writeFileSync(path.join(bank, 'broken', 'script.py'), '')
    const { items } = await root.must('bank.seed', { path: bank })
    expect(items.map((item) => [item.slug, item.outcome])).toEqual([
      ['Bad Slug', 'failed'],
      ['broken', 'failed'],
      ['empty', 'failed'],
      ['extra', 'failed'],
      ['half', 'failed'],
      ['half-inside', 'failed'],
      ['huge', 'failed'],
      ['nothing', 'failed'],
      ['odd', 'failed'],
      ['right', 'created'],
    ])
    expect(items[1]?.message).toBe('tool.json: is not valid JSON')
    expect(items.every((item) => item.outcome !== 'failed' || item.message !== '')).toBe(true)
    expect((await root.must('tools.list', {})).items.map((tool) => tool.slug)).toEqual(['right'])
    expect(whatIsWrongIn(dataDir)).toBeNull()
  })

  test('a link in it brings no file of this device along, wherever it leads', async () => {
    const outside = path.join(temporaryFolder(), 'private')
    writeFileSync(outside, 'secret = 1\n')
    for (const [slug, name] of [
      ['one', 'script.py'],
      ['two', 'tool.json'],
    ] as const) {
      put(slug, { title: slug })
      rmSync(path.join(bank, slug, name))
      symlinkSync(outside, path.join(bank, slug, name))
    }
    put('three', { title: 'three' })
    symlinkSync(path.join(bank, 'three'), path.join(bank, 'four'))
    const { items } = await root.must('bank.seed', { path: bank })
    expect(items.map(({ slug, outcome }) => `${slug} ${outcome}`)).toEqual([
      'one failed',
      'three created',
      'two failed',
    ])
    for (const { outcome, message } of items) if (outcome === 'failed') expect(message).toMatch(/is a link/)
  })

  test.each(['/nowhere/at/all', '/dev/null'])('ER-3 %s is no bank', async (folder) => {
    expect(await root.refused('bank.seed', { path: folder })).toMatchObject({ code: 'VALIDATION_ERROR' })
  })
})

describe('TL-6 export', () => {
  test('gives the published versions, the same bytes each time', async () => {
    put('alpha', { title: 'Alpha', tags: ['b', 'a'] })
    await seed({ publish: true })
    put(
      'alpha',
      { title: 'Alpha', tags: ['b', 'a'] },
      'def run_tool(input_dir, output_dir):\n    return "<p>två</p>"\n',
    )
    await seed({ sync_code: true, publish: true })
    const folders = [temporaryFolder(), temporaryFolder()]
    const [first, second] = await Promise.all(
      folders.map((folder) => root.must('tools.export', { tool: 'alpha', path: folder })),
    )
    expect(second).toEqual(first)
    expect(hashesOf(folders[1] ?? '')).toEqual(hashesOf(folders[0] ?? ''))
    await root.must('tools.export', { tool: 'alpha', path: folders[0] ?? '' })
    expect(hashesOf(folders[0] ?? '')).toEqual(hashesOf(folders[1] ?? ''))
    const folder = path.join(folders[0] ?? '', 'tools', 'alpha')
    expect(readdirSync(folder).sort()).toEqual(['metadata.json', 'v2.py', 'v4.py'])
    expect(readFileSync(path.join(folder, 'v4.py'), 'utf8')).toContain('två')
    const metadata = readFileSync(path.join(folder, 'metadata.json'), 'utf8')
    expect(metadata.endsWith('}\n')).toBe(true)
    expect(JSON.parse(metadata)).toMatchObject({
      active_version: 4,
      slug: 'alpha',
      versions: [{ file: 'v2.py' }, { file: 'v4.py' }],
    })
    for (const file of first?.files ?? []) expect(hashesOf(folders[0] ?? '')[file.path]).toBe(file.sha256)
  })

  test('a tool that was never published has nothing to give', async () => {
    await root.must('tools.create', { slug: 'alpha', title: 'A' })
    expect(await root.refused('tools.export', { tool: 'alpha', path: bank })).toMatchObject({
      reason: 'never_published',
    })
  })
})
