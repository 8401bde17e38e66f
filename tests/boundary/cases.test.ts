import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Input, Output } from '../../src-preload/contract/contract.ts'
import { MAX_CASE_BYTES, MAX_CASES } from '../../src-main/domain/case.ts'
import {
  ageKeptFiles,
  countEvents,
  hashesOf,
  rawDatabase,
  temporaryFolder,
  whatIsWrongIn,
  type Caller,
} from '../support/core.ts'
import { makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** Saved inputs through the door, on runs that the embedded runner really carries out, and their files on the disk. */

const READS = `from pathlib import Path
from skriptoteket_toolkit import read_inputs

def run_tool(input_dir, output_dir):
    files = [f"{file.name}={file.read_text()}" for file in sorted(Path(input_dir).iterdir())]
    given = [f"{name}={value}" for name, value in sorted(read_inputs().items()) if name != "token"]
    token = "with token" if read_inputs().get("token") else "no token"
    return {"outputs": [{"kind": "notice", "level": "info", "message": " ".join([*files, *given, token])}]}
`
const FORM = [
  { kind: 'string' as const, name: 'title', label: 'Title', required: true },
  { kind: 'integer' as const, name: 'rows', label: 'Rows', default: 5, max: 100 },
  { kind: 'string' as const, name: 'token', label: 'Token', secret: true },
  { kind: 'file' as const, name: 'files', label: 'Files' },
]
const SECRET = 'hunter22-correct-horse'

let staff: Staffed
let slug: string
let draft: string

beforeAll(async () => {
  staff = await openStaffed()
  ;({ slug, draft } = await publishedReader())
}, 180_000)

/** A published tool whose script says what it was given, and a draft of its maintainer's with the same script. */
async function publishedReader(): Promise<{ slug: string; draft: string }> {
  const tool = await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])
  const content = { source_code: READS, entrypoint: 'run_tool', input_schema: FORM, expected_parent_version_id: null }
  const version = await staff.root.must('versions.save', { tool: tool.slug, ...content })
  await staff.root.must('versions.submit', { version: version.id })
  await staff.root.must('versions.publish', { version: version.id, expected_active_version_id: null })
  await staff.root.must('tools.publish', { tool: tool.slug })
  return { slug: tool.slug, draft: (await staff.contributor.must('versions.save', { tool: tool.slug, ...content })).id }
}

async function upload(by: Caller, name: string, text: string): Promise<string> {
  const { id } = await by.must('uploads.begin', { name, bytes: Buffer.byteLength(text) })
  await by.must('uploads.append', { id, offset: 0, data: Buffer.from(text).toString('base64') })
  return id
}

type Saved = Output<'cases.save'>
async function save(
  by: Caller,
  name: string,
  files: Record<string, string> = {},
  rest: Partial<Input<'cases.save'>> = {},
): Promise<Saved> {
  const uploads = await Promise.all(Object.entries(files).map(([file, text]) => upload(by, file, text)))
  return by.must('cases.save', { tool: slug, name, uploads, ...rest })
}

const list = async (by: Caller): Promise<string[]> =>
  (await by.must('cases.list', { tool: slug })).items.map(({ name }) => name)

/** On a busy machine the embedded runner may take longer to answer than a person would wait; here it is asked again. */
async function said(by: Caller, start: () => Promise<Envelope<{ id: string }>>): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const answer = await start()
    if (answer.ok) {
      const run = await by.must('runs.wait', { run: answer.data.id })
      return run.status === 'succeeded' ? run.outputs[0] : { status: run.status, why: run.error_summary }
    }
    if (answer.error.reason !== 'engine_unavailable' || tries === 10) throw new Error(JSON.stringify(answer.error))
  }
}
const tool = (by: Caller, input: Partial<Input<'runs.tool'>>): Promise<unknown> =>
  said(by, () => by.call('runs.tool', { tool: slug, runner: 'embedded', ...input }))
const sandbox = (by: Caller, input: Partial<Input<'runs.sandbox'>>): Promise<unknown> =>
  said(by, () => by.call('runs.sandbox', { version: draft, runner: 'embedded', ...input }))
const message = (text: string): unknown => expect.objectContaining({ message: text })

const fileOf = (sha256: string): string => path.join(staff.dataDir, 'files', sha256.slice(0, 2), sha256)
const pathOf = (saved: Pick<Saved, 'files'>): string => fileOf(saved.files[0]?.sha256 ?? '')

describe('a case is kept and run', () => {
  test('in both contexts, on its files and values; SC-5 without what is secret; TR-1 without an event', async () => {
    const before = countEvents(rawDatabase(staff.dataDir))
    const saved = await save(
      staff.contributor,
      'Two files',
      { 'a.txt': 'first', 'b.txt': 'second' },
      { values: { title: 'One', rows: null, token: SECRET } },
    )
    expect(saved).toMatchObject({ name: 'Two files', values: { title: 'One', rows: null }, left_out: ['token'] })
    expect(countEvents(rawDatabase(staff.dataDir))).toBe(before)
    expect(JSON.stringify(await staff.contributor.must('cases.list', { tool: slug }))).not.toContain(SECRET)
    for (const file of Object.keys(hashesOf(staff.dataDir)))
      expect([file, readFileSync(path.join(staff.dataDir, file)).includes(SECRET)]).toEqual([file, false])
    // A default that was cleared stays cleared.
    const all = message('a.txt=first b.txt=second title=One no token')
    expect(await sandbox(staff.contributor, { case: saved.id })).toEqual(all)
    expect(await tool(staff.contributor, { case: saved.id })).toEqual(all)
    // What is given takes its place; a secret is given anew.
    const c = await upload(staff.contributor, 'c.txt', 'third')
    expect(await tool(staff.contributor, { case: saved.id, uploads: [c], values: { rows: 7, token: SECRET } })).toEqual(
      message('c.txt=third rows=7 title=One with token'),
    )
    const d = await upload(staff.contributor, 'd.txt', 'fourth')
    expect(await sandbox(staff.contributor, { case: saved.id, case_files: ['b.txt'], uploads: [d] })).toEqual(
      message('b.txt=second d.txt=fourth title=One no token'),
    )
    expect(await tool(staff.contributor, { case: saved.id, case_files: [] })).toEqual(message('title=One no token'))
  }, 180_000)

  test('uploads stay for the run that follows, and the one used last comes first', async () => {
    const own = await staff.admin.must('cases.save', { tool: slug, name: 'First', values: { title: 'F' } })
    const file = await upload(staff.admin, 'a.txt', 'once')
    await staff.admin.must('cases.save', { tool: slug, name: 'Second', uploads: [file], values: { title: 'S' } })
    expect(await list(staff.admin)).toEqual(['Second', 'First'])
    expect(await tool(staff.admin, { uploads: [file], case: own.id })).toEqual(
      message('a.txt=once rows=5 title=F no token'),
    )
    expect(await list(staff.admin)).toEqual(['First', 'Second'])
  }, 180_000)

  test('RN-9 from an own run: kept files and values, never those of somebody else', async () => {
    const file = await upload(staff.contributor, 'a.txt', 'from a run')
    const started = await staff.contributor.must('runs.sandbox', {
      version: draft,
      values: { title: 'Run', token: SECRET },
      uploads: [file],
      runner: 'embedded',
    })
    await staff.contributor.must('runs.wait', { run: started.id })
    const saved = await save(staff.contributor, 'From a run', {}, { from_run: started.id, version: draft })
    expect(saved).toMatchObject({ values: { title: 'Run', rows: 5 }, files: [{ name: 'a.txt', bytes: 10 }] })
    expect(await staff.admin.refused('cases.save', { tool: slug, name: 'X', from_run: started.id })).toMatchObject({
      code: 'NOT_FOUND',
    })
    const { slug: other } = await publishedReader()
    expect(
      await staff.contributor.refused('cases.save', { tool: other, name: 'X', from_run: started.id }),
    ).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'from_run' } })
  }, 180_000)

  test('RN-9 a run of a published tool keeps none of it, and no pack takes it along', async () => {
    const saved = await save(staff.admin, 'Mine', { 'mine.txt': 'personal words' }, { values: { title: 'P' } })
    const { id: run } = await staff.admin.must('runs.tool', { tool: slug, case: saved.id, runner: 'embedded' })
    await staff.admin.must('runs.wait', { run })
    expect(await staff.admin.must('runs.verify', { run })).toMatchObject({ ok: true, pruned: 1 })
    const pack = path.join(temporaryFolder(), 'run.jsonl')
    await staff.superuser.must('packs.export', { run, path: pack })
    expect(readFileSync(pack, 'utf8')).toContain('"absent":"not_kept"')
    expect(readFileSync(pack, 'utf8')).not.toContain(Buffer.from('personal words').toString('base64'))
  }, 180_000)
})

describe('what is refused', () => {
  test('RB-6 somebody else’s is not there, whatever their role', async () => {
    const { id } = await save(staff.contributor, 'Private', {}, { values: { title: 'x' } })
    for (const other of [staff.user, staff.admin, staff.superuser, staff.root]) {
      expect(await list(other)).not.toContain('Private')
      for (const refusal of [
        await other.refused('cases.remove', { case: id }),
        await other.refused('runs.tool', { tool: slug, case: id }),
        await other.refused('cases.save', { tool: slug, name: 'Taken', case: id }),
      ])
        expect(refusal).toMatchObject({ code: 'NOT_FOUND', reason: 'not_found' })
    }
    expect(await staff.superuser.refused('runs.sandbox', { version: draft, case: id })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('ER-3 what doesn’t go together, by its field', async () => {
    const { id } = await save(staff.contributor, 'Placed', { 'a.txt': 'a' }, { values: { title: 'x' } })
    const { slug: other } = await publishedReader()
    const field = async (input: Promise<{ code: string; details: object }>): Promise<unknown> => {
      const { code, details } = await input
      return code === 'VALIDATION_ERROR' && 'field' in details ? details.field : { code, details }
    }
    const run = (input: Partial<Input<'runs.tool'>>): Promise<unknown> =>
      field(staff.contributor.refused('runs.tool', { tool: slug, ...input }))
    const keep = (input: Partial<Input<'cases.save'>>): Promise<unknown> =>
      field(staff.contributor.refused('cases.save', { tool: slug, name: 'Other', ...input }))
    expect(await run({ tool: other, case: id })).toBe('case')
    expect(await run({ case: id, case_files: ['b.txt'] })).toBe('case_files')
    expect(await run({ case_files: [] })).toBe('case_files')
    expect(await run({ case: id, values: { rows: 101 } })).toBe('rows')
    const twin = await upload(staff.contributor, 'A.TXT', 'twin')
    expect(await run({ case: id, case_files: ['a.txt'], uploads: [twin] })).toBe('uploads')
    expect(await keep({ values: { rows: 101 } })).toBe('rows')
    expect(await keep({ values: { unknown: 1 } })).toBe('unknown')
    expect(await keep({ name: 'new\nline' })).toBe('name')
    expect(await keep({ version: (await makeDraft(staff.contributor, other)).id })).toBe('version')
    const formless = await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])
    expect(await keep({ tool: formless.slug, values: { title: 'x' } })).toBe('values')
    expect(await run({ case: id, rerun_of: id })).toBe('case')
    expect(await run({ case: id, action: { parent_run_id: id, action_id: 'x', input: {} } })).toBe('case')
  })

  test('a name that is taken, in any letter case, unless it is to be replaced', async () => {
    const first = await save(staff.contributor, 'Friday', { 'a.txt': 'old' }, { values: { title: 'x' } })
    const again = { tool: slug, name: ' fRIDAY ', values: { title: 'y' } }
    expect(await staff.contributor.refused('cases.save', again)).toMatchObject({
      code: 'CONFLICT',
      reason: 'case_exists',
      details: { field: 'name', case_id: first.id },
    })
    const replaced = await staff.contributor.must('cases.save', { ...again, replace: true })
    expect(replaced).toMatchObject({ id: first.id, name: 'fRIDAY', replaced: true, files: [], values: { title: 'y' } })
    expect(await staff.admin.must('cases.save', again)).toMatchObject({ replaced: false })
  })

  test(`more than ${MAX_CASES} of one tool, and more than 1 GB of one member`, async () => {
    const by = await staff.add('Bo', 'user')
    for (let made = 0; made < MAX_CASES; made += 1) await save(by, `Case ${made}`)
    const refused = await by.refused('cases.save', { tool: slug, name: 'One more' })
    expect(refused).toMatchObject({ code: 'CONFLICT', reason: 'too_many_cases', details: { limit: MAX_CASES } })
    const { id } = await save(by, 'case 7', { 'a.txt': 'a' }, { replace: true })
    const files = rawDatabase(staff.dataDir)
    files.prepare('UPDATE case_files SET bytes = ? WHERE case_id = ?').run(MAX_CASE_BYTES, id)
    const b = await upload(by, 'b.txt', 'b')
    const full = { tool: slug, name: 'Case 8', uploads: [b], replace: true }
    expect(await by.refused('cases.save', full)).toMatchObject({ code: 'CONFLICT', reason: 'cases_full' })
    await by.must('cases.remove', { case: id })
    await by.must('cases.save', full)
    expect(await list(by)).toHaveLength(MAX_CASES - 1)
  })
})

describe('files on the disk', () => {
  const prune = (dry: boolean): Promise<Output<'runs.prune'>> => staff.admin.must('runs.prune', { dry_run: dry })
  const age = (days: number): void => ageKeptFiles(staff.dataDir, days)

  test('RN-9 pruning keeps them, also when a sandbox run of the same content is over age, and frees them after', async () => {
    const text = 'kept as long as the case'
    const saved = await save(staff.contributor, 'Kept', { 'kept.txt': text }, { values: { title: 'x' } })
    const run = await upload(staff.contributor, 'kept.txt', text)
    expect(await sandbox(staff.contributor, { uploads: [run], values: { title: 'x' } })).toMatchObject({
      kind: 'notice',
    })
    age(400)
    const foreseen = await prune(true)
    expect(await prune(false)).toMatchObject({ kept_bytes: foreseen.kept_bytes })
    expect(readFileSync(pathOf(saved), 'utf8')).toBe(text)
    expect(await tool(staff.contributor, { case: saved.id })).toEqual(
      message(`kept.txt=${text} rows=5 title=x no token`),
    )
    await staff.contributor.must('cases.remove', { case: saved.id })
    expect(await list(staff.contributor)).not.toContain('Kept')
    expect((await prune(false)).freed_bytes).toBe(text.length)
    expect(existsSync(pathOf(saved))).toBe(false)
  }, 180_000)

  test('a member who is revoked leaves none behind', async () => {
    const by = await staff.add('Gone', 'user')
    const saved = await save(by, 'Last', { 'last.txt': 'left behind' })
    const member = staff.ids['Gone'] ?? ''
    await staff.superuser.must('members.revoke', { member_id: member, reason: 'They left.' })
    age(1)
    await prune(false)
    expect(existsSync(pathOf(saved))).toBe(false)
  })

  test.each<[string, string, (file: string) => void]>([
    ['missing', 'is no longer on this device', (file) => rmSync(file)],
    ['altered', 'was changed on the disk', (file) => writeFileSync(file, 'Xriginal')],
    ['altered', 'was changed on the disk', (file) => writeFileSync(file, 'original and more')],
  ])(
    'EV-6 one that is %s is named, and saving it again mends it',
    async (problem, says, change) => {
      const files = { 'whole.txt': 'whole', 'mine.txt': 'original' }
      const saved = await save(staff.contributor, 'Damaged', files, { values: { title: 'x' }, replace: true })
      change(fileOf(saved.files.find(({ name }) => name === 'mine.txt')?.sha256 ?? ''))
      for (const refused of [
        await staff.contributor.refused('runs.tool', { tool: slug, case: saved.id }),
        await staff.contributor.refused('runs.sandbox', { version: draft, case: saved.id }),
        await staff.contributor.refused('cases.save', { tool: slug, name: 'Copy', case: saved.id }),
      ]) {
        expect(refused).toMatchObject({
          code: 'CONFLICT',
          reason: `case_file_${problem}`,
          details: { file: 'mine.txt' },
        })
        expect(refused.message).toContain(`mine.txt of the saved inputs “Damaged” ${says}`)
      }
      await save(staff.contributor, 'Damaged', files, { values: { title: 'x' }, replace: true })
      expect(await tool(staff.contributor, { case: saved.id })).toEqual(
        message('mine.txt=original whole.txt=whole rows=5 title=x no token'),
      )
    },
    180_000,
  )

  test('a backup with files takes them along, one without leaves them out', async () => {
    await save(staff.contributor, 'Backed up', { 'backed.txt': 'in the backup' })
    const [full, small] = [true, false].map((files) => ({ path: path.join(temporaryFolder(), 'b.sqlite'), files }))
    for (const wanted of [full, small]) await staff.root.must('backups.create', wanted ?? {})
    expect(readFileSync(full?.path ?? '').includes('in the backup')).toBe(true)
    expect(readFileSync(small?.path ?? '').includes('in the backup')).toBe(false)
    expect(readFileSync(small?.path ?? '').includes('Backed up')).toBe(true)
  })
})

test('TR-1, TR-7 after all of this the tables are what the events give', () => {
  expect(whatIsWrongIn(staff.dataDir)).toBeNull()
})
