import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import { ageKeptFiles, hashesOf, rawDatabase, whatIsWrongIn, type Caller } from '../support/core.ts'
import { makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** EV-6, EV-7, EV-8 and RN-9 on runs that the embedded runner really carried out, and on their files on the disk. */

const FILES: [string, string][] = [
  ['a.txt', 'first'],
  ['b.txt', 'second'],
]
const COUNTS = `from pathlib import Path
from skriptoteket_toolkit import read_inputs

def run_tool(input_dir, output_dir):
    text = "".join(file.read_text() for file in sorted(Path(input_dir).iterdir()))
    Path(output_dir, "count.txt").write_text(str(len(text)))
    print("counted", read_inputs().get("token"))
    return {"outputs": [{"kind": "notice", "level": "info", "message": f"{len(text)} {read_inputs().get('token')}"}]}
`
const DRIFTS = `import uuid
from pathlib import Path

def run_tool(input_dir, output_dir):
    Path(output_dir, "id.txt").write_text(str(uuid.uuid4()))
    return str(uuid.uuid4())
`
const SECRET = 'hunter22-correct-horse'

let staff: Staffed
let slug: string
let version: string
let counted: string
let drifted: string

beforeAll(async () => {
  staff = await openStaffed()
  slug = (await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])).slug
  version = (
    await staff.contributor.must('versions.save', {
      tool: slug,
      expected_parent_version_id: null,
      source_code: COUNTS,
      entrypoint: 'run_tool',
      input_schema: [
        { kind: 'string', name: 'title', label: 'Title' },
        { kind: 'string', name: 'token', label: 'Token', secret: true },
        { kind: 'file', name: 'files', label: 'Files', accept: ['.txt'], min: 0, max: 5 },
      ],
    })
  ).id
  counted = await ran(staff.contributor, version, { title: 'One' }, FILES)
  drifted = await ran(staff.contributor, (await makeDraft(staff.contributor, slug, DRIFTS)).id, { title: 'Two' })
}, 180_000)

async function ran(
  by: Caller,
  reference: string,
  values: Record<string, string>,
  files: [string, string][] = [],
): Promise<string> {
  const uploads: string[] = []
  for (const [name, text] of files) {
    const { id } = await by.must('uploads.begin', { name, bytes: text.length })
    await by.must('uploads.append', { id, offset: 0, data: Buffer.from(text).toString('base64') })
    uploads.push(id)
  }
  const { id: run } = await begun(() =>
    by.call('runs.sandbox', { version: reference, values, uploads, runner: 'embedded' }),
  )
  expect(await by.must('runs.wait', { run })).toMatchObject({ status: 'succeeded', record_status: 'OK' })
  return run
}

/** On a busy machine the embedded runner may take longer to answer than a person would wait; here it is asked again. */
async function begun(start: () => Promise<Envelope<{ id: string }>>): Promise<{ id: string }> {
  for (let tries = 1; ; tries += 1) {
    const answer = await start()
    if (answer.ok) return answer.data
    if (answer.error.reason !== 'engine_unavailable' || tries === 10) throw new Error(JSON.stringify(answer.error))
  }
}

async function reverified(by: Caller, run: string): Promise<Output<'runs.reverify'>> {
  for (let tries = 1; ; tries += 1) {
    const verdict = await by.must('runs.reverify', { run })
    if (verdict.reason?.includes('does not answer') !== true || tries === 10) return verdict
  }
}

/** What differs but for how long it took, which everybody sees: that is the machine's doing. */
function partsOf(diff: Output<'runs.diff'> | null): string[] {
  return (diff?.changes ?? []).map(({ part }) => part).filter((part) => part !== 'timings')
}

const fileOf = (sha256: string): string => path.join(staff.dataDir, 'files', sha256.slice(0, 2), sha256)
async function fileNamed(run: string, name: string): Promise<string> {
  const { inputs, artifacts } = await staff.root.must('runs.get', { run })
  return fileOf(
    [...inputs, ...artifacts.map((file) => ({ ...file, name: file.path }))].find((file) => file.name.endsWith(name))
      ?.sha256 ?? '',
  )
}
const verify = (run: string | null = counted): Promise<Output<'runs.verify'>> => staff.root.must('runs.verify', { run })
const problems = async (run: string | null = counted): Promise<string[]> =>
  (await verify(run)).problems.map(({ kind, name, problem }) => `${kind} ${path.basename(name)} ${problem}`)

describe('EV-6 verify names what is wrong', () => {
  /** Everything is put back after each change, and then found to be as it was. */
  let before: Map<string, Buffer>
  beforeEach(() => {
    before = new Map(
      Object.keys(hashesOf(path.join(staff.dataDir, 'files'))).map((name) => [
        name,
        readFileSync(path.join(staff.dataDir, 'files', name)),
      ]),
    )
    return async () => {
      rmSync(path.join(staff.dataDir, 'files'), { recursive: true })
      for (const [name, bytes] of before) {
        const file = path.join(staff.dataDir, 'files', name)
        mkdirSync(path.dirname(file), { recursive: true })
        writeFileSync(file, bytes)
      }
      expect(await problems(null)).toEqual([])
    }
  })

  test('nothing, where nothing was changed', async () => {
    expect(await verify()).toMatchObject({ ok: true, runs: 1, checked: 6, pruned: 0, problem_count: 0 })
    expect((await verify(null)).ok).toBe(true)
  })

  test.each<[string, string, (file: string) => void]>([
    [
      'one byte else',
      'altered',
      (file) =>
        writeFileSync(
          file,
          readFileSync(file).map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
        ),
    ],
    ['a byte less', 'altered', (file) => truncateSync(file, statSync(file).size - 1)],
    ['empty', 'altered', (file) => truncateSync(file, 0)],
    ['gone', 'missing', (file) => rmSync(file)],
    ['a folder', 'not_a_file', (file) => (rmSync(file), mkdirSync(file))],
    [
      'a link to the same bytes',
      'not_a_file',
      (file) => (renameSync(file, `${file}.part`), symlinkSync(`${file}.part`, file)),
    ],
    ['a link to nowhere', 'not_a_file', (file) => (rmSync(file), symlinkSync('/nonexistent', file))],
  ])('a file that is %s is %s', async (_how, problem, change) => {
    change(await fileNamed(counted, 'a.txt'))
    expect(await problems()).toEqual([`input a.txt ${problem}`])
    const told = await verify(null)
    expect(told).toMatchObject({
      ok: false,
      problem_count: 1,
      problems: [{ run_id: counted, message: expect.stringMatching(/[Rr]estore/) }],
    })
    const artifact = await fileNamed(counted, 'count.txt')
    rmSync(artifact)
    expect(await problems()).toEqual([`input a.txt ${problem}`, 'artifact count.txt missing'])
  })

  test('logs and outputs in the database, the record itself, and an entry that is gone', async () => {
    const database = rawDatabase(staff.dataDir)
    const change = async (statement: string, values: unknown[]): Promise<string[]> => {
      database.exec('SAVEPOINT before')
      database.prepare(statement).run(...values)
      database.exec('RELEASE before')
      return problems()
    }
    const row = database.prepare('SELECT record FROM runs WHERE id = ?').get(counted) as { record: string }
    const { stdout, result_sha256: result } = JSON.parse(row.record) as {
      stdout: { kept_sha256: string }
      result_sha256: string
    }
    const body = (sha256: string): Buffer =>
      (database.prepare('SELECT body FROM contents WHERE sha256 = ?').get(sha256) as { body: Buffer }).body
    const [log, outputs] = [body(stdout.kept_sha256), body(result)]
    expect(
      await change('UPDATE contents SET body = ? WHERE sha256 = ?', [Buffer.from('else'), stdout.kept_sha256]),
    ).toEqual(['log standard output altered'])
    await change('UPDATE contents SET body = ? WHERE sha256 = ?', [log, stdout.kept_sha256])
    expect(await change('DELETE FROM contents WHERE sha256 = ?', [result])).toEqual(['result outputs missing'])
    await change('INSERT INTO contents (sha256, body) VALUES (?, ?)', [result, outputs])
    const nicer = JSON.stringify({ ...JSON.parse(row.record), error_summary: 'All was well.' })
    expect(await change('UPDATE runs SET record = ? WHERE id = ?', [nicer, counted])).toEqual(['record record altered'])
    expect(await change('UPDATE runs SET record = ? WHERE id = ?', ['{"half', counted])).toEqual([
      'record record altered',
    ])
    expect(await problems(null)).toEqual(['record record altered'])
    await change('UPDATE runs SET record = ? WHERE id = ?', [row.record, counted])
    const entry = database
      .prepare(`SELECT * FROM attachments WHERE run_id = ? AND kind = 'artifact'`)
      .get(counted) as Record<string, unknown>
    expect(await change(`DELETE FROM attachments WHERE run_id = ? AND kind = 'artifact'`, [counted])).toEqual([
      'artifact count.txt missing',
    ])
    await change(
      `INSERT INTO attachments VALUES (${Object.keys(entry)
        .map(() => '?')
        .join(', ')})`,
      Object.values(entry),
    )
  })

  test('each sees what they may see; the work is heard of and can be stopped', async () => {
    expect(await staff.user.refused('runs.verify', { run: counted })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await staff.user.must('runs.verify', {})).toMatchObject({ ok: true, runs: 0 })
    expect(await staff.contributor.must('runs.verify', {})).toMatchObject({ ok: true, runs: 2 })
  })
})

test('EV-6 the same content is kept once, whoever gave it, and no half-written file is left', async () => {
  const before = Object.keys(hashesOf(path.join(staff.dataDir, 'files'))).length
  await ran(staff.contributor, version, { title: 'One' }, [
    ['c.txt', 'first'],
    ['d.txt', 'second'],
  ])
  const after = Object.keys(hashesOf(path.join(staff.dataDir, 'files')))
  expect(after.length).toBe(before)
  expect(after.filter((name) => name.endsWith('.part'))).toEqual([])
}, 180_000)

test('SC-5, EV-1 a value marked secret is in no record, log, output or file of the data folder', async () => {
  const run = await ran(staff.contributor, version, { title: 'Three', token: SECRET })
  const detail = await staff.contributor.must('runs.get', { run })
  expect(detail).toMatchObject({
    values: { title: 'Three', token: null },
    stdout: 'counted [•••]\n',
    outputs: [{ message: '0 [•••]' }],
  })
  for (const name of Object.keys(hashesOf(staff.dataDir))) {
    expect([name, readFileSync(path.join(staff.dataDir, name)).includes(SECRET)]).toEqual([name, false])
  }
  expect(await staff.contributor.must('runs.reverify', { run })).toMatchObject({
    verdict: 'UNREPRODUCIBLE',
    run_id: null,
    diff: null,
  })
}, 180_000)

test('RN-9 an input that was altered is mended by a run with the same file', async () => {
  writeFileSync(await fileNamed(counted, 'a.txt'), 'FIRST')
  expect(await problems()).toEqual(['input a.txt altered'])
  const again = await ran(staff.contributor, version, { title: 'Again' }, FILES)
  expect(await problems(again)).toEqual([])
  expect(await problems()).toEqual([])
}, 180_000)

describe('EV-8 reverify', () => {
  test('MATCH where the script gives the same again; the second run names the first', async () => {
    const verdict = await reverified(staff.contributor, counted)
    expect(verdict).toMatchObject({ id: counted, verdict: 'MATCH', reason: null })
    expect(await staff.root.must('runs.get', { run: verdict.run_id ?? '' })).toMatchObject({
      parent_run_id: counted,
      status: 'succeeded',
    })
  }, 180_000)

  test('DRIFT where it does not, with what differs', async () => {
    const verdict = await reverified(staff.admin, drifted)
    expect(verdict).toMatchObject({ verdict: 'DRIFT', reason: expect.any(String), diff: { severity: 'CRITICAL' } })
    expect(verdict.diff?.changes.map(({ part }) => part)).toEqual(expect.arrayContaining(['outputs', 'artifacts']))
  }, 180_000)

  test('UNREPRODUCIBLE with the reason: an input that was altered, limits that were lowered, a run that was blocked', async () => {
    const file = await fileNamed(counted, 'a.txt')
    const bytes = readFileSync(file)
    writeFileSync(file, 'FIRST')
    expect(await staff.contributor.must('runs.reverify', { run: counted })).toMatchObject({
      verdict: 'UNREPRODUCIBLE',
      reason: 'Its input files are no longer kept.',
    })
    writeFileSync(file, bytes)
    await staff.root.must('settings.set', { key: 'pids', value: 8 })
    expect(await staff.contributor.must('runs.reverify', { run: counted })).toMatchObject({
      verdict: 'UNREPRODUCIBLE',
      reason: expect.stringContaining('pids'),
    })
    await staff.root.must('settings.set', { key: 'pids', value: 256 })
    const blocked = await makeDraft(staff.contributor, slug, 'import ctypes\ndef run_tool(a, b):\n    return ""\n')
    const { id } = await staff.contributor.must('runs.sandbox', { version: blocked.id, values: { title: 'T' } })
    expect(await staff.contributor.must('runs.reverify', { run: id })).toMatchObject({ verdict: 'UNREPRODUCIBLE' })
  }, 180_000)

  test('RN-10 whoever may not see logs learns nothing of them by repeating a run either', async () => {
    const published = await makeTool(staff.root)
    const source = 'import uuid\n\ndef run_tool(input_dir, output_dir):\n    print(uuid.uuid4())\n    return "same"\n'
    const draft = await makeDraft(staff.root, published.slug, source)
    await staff.root.must('versions.submit', { version: draft.id })
    await staff.root.must('versions.publish', { version: draft.id, expected_active_version_id: null })
    await staff.root.must('tools.publish', { tool: published.slug })
    const { id: run } = await begun(() =>
      staff.contributor.call('runs.tool', { tool: published.slug, values: { title: 'T' }, runner: 'embedded' }),
    )
    await staff.contributor.must('runs.wait', { run })
    const parts = ({ verdict, diff }: Output<'runs.reverify'>) => [verdict, ...partsOf(diff)]
    expect(parts(await reverified(staff.contributor, run))).toEqual(['MATCH'])
    expect(parts(await reverified(staff.admin, run))).toEqual(['MATCH', 'logs'])
  }, 180_000)

  test('is for those who may see the run, contributors and above', async () => {
    expect(await staff.user.refused('runs.reverify', { run: counted })).toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('EV-1 a repeated run takes the kept files along and names what it repeats', async () => {
  const values = { title: 'Again' }
  const again = await begun(() =>
    staff.contributor.call('runs.sandbox', { version, values, rerun_of: counted, runner: 'embedded' }),
  )
  const { inputs } = await staff.contributor.must('runs.get', { run: counted })
  expect(await staff.contributor.must('runs.wait', { run: again.id })).toMatchObject({ parent_run_id: counted, inputs })
  const other = await makeDraft(staff.contributor, (await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])).slug)
  const refused = await staff.contributor.refused('runs.sandbox', { version: other.id, values, rerun_of: counted })
  expect(refused).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'rerun_of' } })
  const peter = await staff.add('Peter', 'admin')
  expect(await peter.refused('runs.sandbox', { version, rerun_of: drifted.replace(/.$/, '0'), values })).toMatchObject({
    code: 'NOT_FOUND',
  })
}, 180_000)

describe('EV-7 comparing', () => {
  test('two runs of the same content on other inputs', async () => {
    const other = await ran(staff.contributor, version, { title: 'Else' }, [['a.txt', 'longer than before']])
    const diff = await staff.contributor.must('runs.diff', { a: counted, b: other })
    expect(diff.severity).toBe('CRITICAL')
    expect(diff.changes.map(({ part, severity }) => `${part} ${severity}`)).toEqual(
      expect.arrayContaining(['inputs CRITICAL', 'values WARNING', 'outputs CRITICAL', 'artifacts CRITICAL']),
    )
    expect(diff.changes.map(({ part }) => part)).not.toContain('version')
    expect(await staff.user.refused('runs.diff', { a: counted, b: other })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await staff.contributor.must('runs.diff', { a: counted, b: counted })).toEqual({
      severity: null,
      changes: [],
    })
  }, 180_000)

  test('RN-10 whoever may not see logs learns nothing of them by comparing', async () => {
    const published = await makeTool(staff.root)
    const draft = await makeDraft(staff.root, published.slug, COUNTS)
    await staff.root.must('versions.submit', { version: draft.id })
    await staff.root.must('versions.publish', { version: draft.id, expected_active_version_id: null })
    await staff.root.must('tools.publish', { tool: published.slug })
    const [a = '', b = ''] = await Promise.all(
      ['A', 'B'].map(async (title) => {
        const { id: run } = await begun(() =>
          staff.user.call('runs.tool', {
            tool: published.slug,
            values: { title },
            timeout_s: title === 'A' ? 30 : 20,
            runner: 'embedded',
          }),
        )
        await staff.user.must('runs.wait', { run })
        return run
      }),
    )
    expect(partsOf(await staff.admin.must('runs.diff', { a, b }))).toEqual(expect.arrayContaining(['limits', 'values']))
    expect(partsOf(await staff.user.must('runs.diff', { a, b }))).toEqual([])
  }, 180_000)
})

describe('RN-9 pruning', () => {
  const prune = (dry: boolean): Promise<Output<'runs.prune'>> => staff.admin.must('runs.prune', { dry_run: dry })
  const age = (days: number): void => ageKeptFiles(staff.dataDir, days)

  test('is for admins, frees nothing that is young, and says what it would do without doing it', async () => {
    expect(await staff.contributor.refused('runs.prune', {})).toMatchObject({ code: 'FORBIDDEN' })
    age(6)
    expect(await prune(false)).toMatchObject({ runs: 0, files: 0, freed_bytes: 0, dry_run: false })
    age(8)
    const before = hashesOf(staff.dataDir)
    const foreseen = await prune(true)
    expect(foreseen).toMatchObject({ dry_run: true })
    expect(foreseen.files).toBeGreaterThan(0)
    expect(Object.keys(hashesOf(path.join(staff.dataDir, 'files')))).toEqual(
      Object.keys(before)
        .filter((name) => name.startsWith('files/'))
        .map((name) => name.slice('files/'.length)),
    )
  })

  test('keeps what is pinned, cited or of a published tool, frees the rest, and the records say so', async () => {
    const pinned = await ran(staff.contributor, version, { title: 'Pinned' }, [['p.txt', 'pinned content']])
    const cited = await ran(staff.contributor, version, { title: 'Cited' }, [['q.txt', 'cited content, longer']])
    const explained = await ran(staff.contributor, version, { title: 'Explained' }, [
      ['r.txt', 'explained content, longest'],
    ])
    await staff.contributor.must('runs.pin', { run: pinned, pinned: true })
    await staff.contributor.must('advisories.attach', { run: cited, kind: 'note', text: 'This is what I mean.' })
    await staff.contributor.must('runs.explain', { run: explained })
    age(8)
    const orphan = path.join(staff.dataDir, 'files', 'ab', 'ab'.repeat(32))
    mkdirSync(path.dirname(orphan), { recursive: true })
    writeFileSync(orphan, 'left by a crash')
    const leftover = path.join(staff.dataDir, 'files', 'half.part')
    writeFileSync(leftover, 'half')
    for (const file of [orphan, leftover]) utimesSync(file, new Date(0), new Date(0))
    const foreseen = await prune(true)
    const done = await prune(false)
    expect(done).toMatchObject({
      runs: foreseen.runs,
      files: foreseen.files + 1,
      freed_bytes: foreseen.freed_bytes + 15,
      kept_bytes: foreseen.kept_bytes,
    })
    expect(existsSync(orphan) || existsSync(leftover)).toBe(false)
    expect(existsSync(await fileNamed(pinned, 'p.txt'))).toBe(true)
    expect(existsSync(await fileNamed(cited, 'q.txt'))).toBe(true)
    expect(existsSync(await fileNamed(explained, 'r.txt'))).toBe(false)
    expect(await verify(explained)).toMatchObject({ ok: true, pruned: 2, checked: 3 })
    expect((await verify(null)).ok).toBe(true)
    expect(await staff.contributor.must('runs.reverify', { run: explained })).toMatchObject({
      verdict: 'UNREPRODUCIBLE',
    })
    const { artifacts } = await staff.contributor.must('runs.get', { run: explained })
    expect(
      await staff.contributor.refused('runs.artifact', {
        run: explained,
        artifact_id: artifacts[0]?.artifact_id ?? '',
        offset: 0,
      }),
    ).toMatchObject({ code: 'NOT_FOUND', reason: 'pruned' })
    expect(await prune(false)).toMatchObject({ runs: 0, files: 0, freed_bytes: 0 })
    await staff.contributor.must('runs.pin', { run: pinned, pinned: false })
    expect(await prune(false)).toMatchObject({ runs: 1 })
  }, 180_000)

  test('leaves a file alone that somebody writes at that moment', async () => {
    const young = path.join(staff.dataDir, 'files', 'cd', 'cd'.repeat(32))
    mkdirSync(path.dirname(young), { recursive: true })
    writeFileSync(young, 'not named yet')
    await prune(false)
    expect(existsSync(young)).toBe(true)
    expect(readdirSync(path.join(staff.dataDir, 'files')).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

test('TR-1, TR-7 after all of this the tables are what the events give', () => {
  expect(whatIsWrongIn(staff.dataDir)).toBeNull()
})
