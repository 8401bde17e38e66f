import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Output } from '../../src-preload/contract/contract.ts'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import { countFrom, temporaryFolder } from '../support/core.ts'
import { makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'

/** Evidence packs, and the verifier that anyone can read and run: `bin/verify-evidence.mjs`. */

const VERIFIER = path.join(import.meta.dirname, '..', '..', 'bin', 'verify-evidence.mjs')
const CHANGES = countFrom('SCRIPTORIUM_PACK_CHANGES', 300)
const SEED = countFrom('SCRIPTORIUM_SEED', 20_261_120)
const { verifyPack } = (await import(VERIFIER)) as {
  verifyPack(file: string, root?: string): Promise<{ present: string[]; absent: string[]; events: number }>
}

const SCRIPT = `from pathlib import Path

def run_tool(input_dir, output_dir):
    Path(output_dir, "a.txt").write_text("written åäö")
    print("printed")
    return "<p>returned</p>"
`

let staff: Staffed
let folder: string
let slug: string
let version: string
let ran: string
let pack: string
let exported: Output<'packs.export'>

beforeAll(async () => {
  staff = await openStaffed()
  folder = temporaryFolder()
  slug = (await makeTool(staff.root, [staff.ids['Conrad'] ?? ''])).slug
  version = (await makeDraft(staff.contributor, slug, SCRIPT)).id
  for (let tries = 1; ; tries += 1) {
    const begun = await staff.contributor.call('runs.sandbox', { version, values: { title: 'T' }, runner: 'embedded' })
    if (begun.ok) ran = begun.data.id
    if (begun.ok || tries === 10) break
  }
  expect(await staff.contributor.must('runs.wait', { run: ran })).toMatchObject({ status: 'succeeded' })
  await staff.contributor.must('runs.explain', { run: ran })
  const { id } = await staff.contributor.must('advisories.attach', {
    run: ran,
    kind: 'suggestion',
    text: 'Write “more” – 😀.',
  })
  await staff.admin.must('advisories.review', { advisory_id: id, approve: false, notes: 'No.' })
  await staff.contributor.must('runs.pin', { run: ran, pinned: true })
  pack = path.join(folder, 'run.jsonl')
  exported = await staff.contributor.must('packs.export', { run: ran, path: pack })
}, 180_000)

const rejected = (file: string, root?: string): Promise<string> =>
  verifyPack(file, root).then(
    () => 'accepted',
    (error: Error) => error.message,
  )
let written = 0
function fileWith(text: string | Buffer): string {
  written += 1
  const file = path.join(folder, `changed-${written}.jsonl`)
  writeFileSync(file, text)
  return file
}

type Line = Record<string, unknown>
/** What somebody would do who knows the format: changes lines, and makes the end fit them. */
function forged(change: (lines: Line[]) => void): string {
  const lines = readFileSync(pack, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
  change(lines)
  const text = lines.map((line) => `${canonicalJson(line)}\n`).join('')
  const end = { lines: lines.length, sha256: createHash('sha256').update(text).digest('hex') }
  return fileWith(`${text}${canonicalJson({ end })}\n`)
}
const eventOf = (lines: Line[], type: string): { hash: string; body: Record<string, unknown> } & Line => {
  const line = lines.find(({ event }) => (event as { type?: string } | undefined)?.type === type)
  return line?.['event'] as never
}

describe('a pack of a run', () => {
  test('holds record, events, files, script, advisories, and says what', async () => {
    const found = await verifyPack(pack, exported.root)
    expect(exported).toMatchObject({ id: ran, absent: 0, events: found.events, bytes: readFileSync(pack).length })
    expect(found.absent).toEqual([])
    expect(found.present).toEqual(['log/stdout', 'result', 'artifact/a.txt'].map((name) => `${ran}/${name}`))
    expect(await verifyPack(forged(() => {}))).toMatchObject({ events: found.events })
  })

  test('is the same bytes each time', async () => {
    const again = path.join(folder, 'again.jsonl')
    await staff.admin.must('packs.export', { run: ran, path: again })
    expect(readFileSync(again).equals(readFileSync(pack))).toBe(true)
  })

  test('is checked by a program of its own, with nothing but Node', async () => {
    const run = (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
      new Promise((resolve) => {
        execFile(process.execPath, [VERIFIER, ...words], (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        )
      })
    expect(await run(pack, '--root', exported.root)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('everything holds together'),
    })
    expect((await run(pack)).stdout).toContain('compare this with what the workspace shows')
    expect(await run(pack, '--root', 'f'.repeat(64))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not the one that you trust'),
    })
    expect(await run(path.join(folder, 'nothing'))).toMatchObject({ code: 1 })
    expect(await run()).toMatchObject({ code: 2 })
    const source = readFileSync(VERIFIER, 'utf8')
    expect([...source.matchAll(/from '([^']+)'/g)].every(([, name]) => name?.startsWith('node:'))).toBe(true)
    expect(source.split('\n').length).toBeLessThan(275)
  })

  test('without files it names them by their hashes', async () => {
    const light = path.join(folder, 'light.jsonl')
    const { absent } = await staff.contributor.must('packs.export', { run: ran, path: light, files: false })
    expect(absent).toBe(1)
    expect((await verifyPack(light)).absent).toEqual([expect.stringContaining('(left_out)')])
  })
})

describe('the verifier rejects', () => {
  test(`any one-byte change (${CHANGES} of them, seed ${SEED})`, async () => {
    const bytes = readFileSync(pack)
    let state = SEED >>> 0
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const file = fileWith('')
    for (let times = 0; times < CHANGES; times += 1) {
      const at = times === 0 ? bytes.length - 1 : times === 1 ? 0 : random(bytes.length)
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8))
      writeFileSync(file, changed)
      expect([at, await rejected(file)]).not.toEqual([at, 'accepted'])
    }
    for (const cut of [0, 1, bytes.length - 1, bytes.lastIndexOf(10, bytes.length - 2) + 1, random(bytes.length)]) {
      writeFileSync(file, bytes.subarray(0, cut))
      expect([cut, await rejected(file)]).not.toEqual([cut, 'accepted'])
    }
    for (const more of ['\n', '{}\n', 'x'])
      expect(await rejected(fileWith(Buffer.concat([bytes, Buffer.from(more)])))).not.toBe('accepted')
  })

  const recordOf = (lines: Line[]): Record<string, unknown> =>
    eventOf(lines, 'run.recorded').body['run'] as Record<string, unknown>
  const FORGERIES: [string, RegExp, (lines: Line[]) => void][] = [
    [
      'a record that says something else',
      /not what its hash says/,
      (lines) => void (recordOf(lines)['status'] = 'failed'),
    ],
    [
      'one whose hash was made to fit',
      /does not stand there in the order/,
      (lines) => {
        const event = eventOf(lines, 'run.recorded')
        recordOf(lines)['status'] = 'failed'
        const { hash: _, signature: __, ...unsigned } = event as Line
        event['hash'] = createHash('sha256').update(canonicalJson(unsigned)).digest('hex')
      },
    ],
    [
      'a signature of another event',
      /signature is wrong/,
      (lines) => void (eventOf(lines, 'run.recorded')['signature'] = eventOf(lines, 'run.pinned')['signature']),
    ],
    [
      'an order of its own',
      /does not lead to the head hash/,
      (lines) =>
        void (lines.find((line) => line['event_hashes'] !== undefined)?.['event_hashes'] as string[]).reverse(),
    ],
    [
      'a missing record',
      /record is missing/,
      (lines) =>
        void lines.splice(
          lines.findIndex((line) => line['event'] === eventOf(lines, 'run.recorded')),
          1,
        ),
    ],
    [
      'a missing admission',
      /was not admitted before it/,
      (lines) =>
        void lines.splice(
          lines.findIndex((line) => line['event'] === eventOf(lines, 'member.added')),
          1,
        ),
    ],
    [
      'another script',
      /script is not what its hash says/,
      (lines) =>
        void ((lines.find((line) => line['content'] !== undefined)?.['content'] as Line)['source_code'] = 'pass'),
    ],
    [
      'nicer words of an advisory',
      /is not what was (attached|explained)/,
      (lines) => void ((lines.find((line) => line['advisory'] !== undefined)?.['advisory'] as Line)['text'] = 'Fine.'),
    ],
    [
      'an approval that nobody gave',
      /was not reviewed like that/,
      (lines) => {
        for (const { advisory } of lines as { advisory?: Line }[])
          if (advisory?.['kind'] === 'suggestion') advisory['approved_for_workflow'] = true
      },
    ],
    [
      'other bytes of a file',
      /is not what its hash says/,
      (lines) => {
        const line = lines.find(({ data }) => data !== undefined) ?? {}
        line['data'] = Buffer.alloc(Number(line['bytes'])).toString('base64')
      },
    ],
    [
      'silence about a file',
      /says nothing about/,
      (lines) =>
        void lines.splice(
          lines.findIndex((line) => line['data'] !== undefined),
          1,
        ),
    ],
    ['another root', /not signed by the root/, (lines) => void ((lines[0] ?? {})['root'] = 'f'.repeat(64))],
  ]
  test.each(FORGERIES)('%s', async (_what, message, change) => {
    expect(await rejected(forged(change))).toMatch(message)
  })
})

describe('asking for one', () => {
  test('is for those who may see the logs', async () => {
    const file = path.join(folder, 'none.jsonl')
    expect(await staff.user.refused('packs.export', { run: ran, path: file })).toMatchObject({ code: 'NOT_FOUND' })
    expect(existsSync(file)).toBe(false)
  })

  test('never overwrites, and names one thing', async () => {
    expect(await staff.contributor.refused('packs.export', { run: ran, path: pack })).toMatchObject({
      code: 'CONFLICT',
      details: { field: 'path' },
    })
    for (const input of [{}, { run: ran, version }]) {
      expect(
        await staff.contributor.refused('packs.export', { ...input, path: path.join(folder, 'x.jsonl') }),
      ).toMatchObject({ code: 'VALIDATION_ERROR', details: { field: 'run' } })
    }
  })

  test('of a version: its events and the records of its runs', async () => {
    const file = path.join(folder, 'version.jsonl')
    await staff.contributor.must('packs.export', { version: `${slug}@head`, path: file })
    const { runs, subject } = (await verifyPack(file, exported.root)) as unknown as {
      runs: { id: string }[]
      subject: unknown
    }
    expect(subject).toEqual({ kind: 'version', id: version })
    expect(runs.map(({ id }) => id)).toEqual([ran])
  })

  test('says which files are no longer kept or were altered', async () => {
    const { artifacts } = await staff.contributor.must('runs.get', { run: ran })
    const hash = artifacts[0]?.sha256 ?? ''
    writeFileSync(path.join(staff.dataDir, 'files', hash.slice(0, 2), hash), 'else')
    const file = path.join(folder, 'altered.jsonl')
    expect(await staff.contributor.must('packs.export', { run: ran, path: file })).toMatchObject({ absent: 1 })
    expect((await verifyPack(file)).absent).toEqual([expect.stringContaining('a.txt (altered)')])
  })
})
