import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import type { Runner, RunnerJob } from '../../src-main/app/runner-port.ts'
import { normaliseResult, type NormalisedResult } from '../../src-main/domain/result-contract.ts'
import { dockerAvailable, dockerHost, runnerImage, runnerImageFolder } from '../support/docker.ts'
import { makeEmbeddedRunner } from '../support/embedded.ts'
import { read } from '../support/result-contract.ts'
import { makeJob, makeObserver, newId, valueOf } from '../support/runner-job.ts'

/**
 * SC-2, SC-3: tools of many shapes, as people wrote them for Skriptoteket, run unchanged in both runners. Each is a file
 * in tests/contract/tools; what it gives is seen as the app shows it.
 */

const skipReason = await dockerAvailable()
const TEST_TIMEOUT_MS = 180_000

interface Ran extends NormalisedResult {
  artifacts: Map<string, Uint8Array>
  stdout: string
  stderr: string
}

interface Tool {
  name: string
  tool: string
  job?: Partial<RunnerJob>
  /** Of a container alone: then the embedded runner says that it needs one. */
  needsContainer?: string
  check: (ran: Ran, run: (job: Partial<RunnerJob>) => Promise<Ran>) => void | Promise<void>
}

const file = (name: string, content: string | Uint8Array) => ({ name, bytes: Buffer.from(content) })
const html = ({ outputs }: Ran): string => (outputs[0]?.kind === 'html_sandboxed' ? outputs[0].html : '')
/** "Åsa" as Windows had it. */
const windows = (text: string): Buffer => Buffer.from(text, 'latin1')
/** A zip file with en/fil.txt, in which is "inre", and an empty b.txt. */
const PACKED =
  'UEsDBBQAAAAAAAAAIQAcD/IFBAAAAAQAAAAKAAAAZW4vZmlsLnR4dGlucmVQSwMEFAAAAAAAAAAhAAAAAAAAAAAAAAAAAAUAAABi' +
  'LnR4dFBLAQIUAxQAAAAAAAAAIQAcD/IFBAAAAAQAAAAKAAAAAAAAAAAAAACAAQAAAABlbi9maWwudHh0UEsBAhQDFAAAAAAAAAAh' +
  'AAAAAAAAAAAAAAAAAAUAAAAAAAAAAAAAAIABLAAAAGIudHh0UEsFBgAAAAACAAIAawAAAE8AAAAAAA=='
const MANY = JSON.stringify(Array.from({ length: 20_000 }, (_, number) => ({ number, text: 'å'.repeat(20) })))

const TOOLS: Tool[] = [
  {
    name: 'a page of text from many files, whatever their names are',
    tool: 'page-of-files',
    job: {
      files: [
        file('LÄSMIG', 'Hej & hå'),
        file('två ord.txt', 'smörgås'),
        file('data.csv', 'a'),
        file('data.txt', ''),
        file('DATA.csv', 'abc'),
        file('a+b(1) [2]#%.tar.gz', 'y'),
      ],
    },
    check(ran) {
      expect(html(ran)).toContain('<h1>Hej &amp; hå</h1><p>smörgås</p>')
      expect(html(ran)).toContain('<li>data.txt 0</li>')
      expect(ran.stdout).toBe('Läste 6 filer ✓\n')
    },
  },
  {
    name: 'outputs of every kind, with values that JSON has no form for',
    tool: 'every-output',
    job: { entrypoint: 'build_report' },
    check({ outputs, state, next_actions: actions }) {
      expect(outputs.map(({ kind }) => kind)).toEqual([
        'notice',
        'markdown',
        'table',
        'json',
        'html_sandboxed',
        'vega_lite',
        'notice',
      ])
      expect(outputs[0]).toEqual({ kind: 'notice', level: 'info', message: 'Rapport: 2 rader' })
      expect(outputs[2]).toMatchObject({
        rows: [
          { name: 'Åsa', points: 3 },
          { name: 'Bo', points: '2.50' },
        ],
      })
      const value = { folder: '/work/output', day: '2026-05-01', tags: ['a', 'b'], mean: null, 7: [1, 2] }
      expect(outputs[3]).toMatchObject({ title: 'Fakta', value })
      expect([state, actions]).toEqual([{ seen: [1, 2, 3] }, []])
    },
  },
  {
    name: 'the environment alone, without a helper',
    tool: 'plain-environment',
    job: { files: [file('a.txt', 'å')], values: { n: 3, list: ['x'] }, settings: { lang: 'sv' } },
    check({ state, stdout }) {
      const found = [{ name: 'a.txt', size: 2, text: 'å', tags: [] }]
      expect(state).toEqual({ found, inputs: { n: 3, list: ['x'] }, settings: { lang: 'sv' } })
      expect(stdout).toBe('INFO läser 1 filer\n')
    },
  },
  {
    name: 'steps with a form between them, each with the files of the first',
    tool: 'steps',
    job: { files: [file('a.txt', 'one')], values: { note: 'begin' }, settings: { greeting: 'hej' } },
    async check(first, run) {
      expect(first.outputs).toMatchObject([{ message: "step 0 {'note': 'begin'} ['one']" }])
      expect(first.next_actions).toMatchObject([{ action_id: 'on', prefill: { note: 'hej' } }])
      const second = await run({ action: { action_id: 'on', input: { note: 'b' }, state: first.state ?? {} } })
      expect(second.outputs).toMatchObject([{ message: "step 1 {'note': 'b'} ['one']" }])
      const third = await run({ action: { action_id: 'on', input: { note: 'c' }, state: second.state ?? {} } })
      expect(third.next_actions).toEqual([])
      expect(third.state).toEqual({ step: 2, seen: ['begin', 'b', 'c'] })
    },
  },
  {
    name: 'files in folders, packed and unpacked, by relative and by absolute paths',
    tool: 'writes-files',
    job: { files: [file('in.zip', Buffer.from(PACKED, 'base64'))] },
    check({ artifacts, outputs }) {
      expect([...artifacts.keys()].sort()).toEqual([
        'allt.zip',
        'lista.csv',
        'mapp/inre/data.bin',
        'namn.json',
        'stor.zip',
      ])
      expect(Buffer.from(artifacts.get('lista.csv')!).toString()).toBe('\uFEFFnamn;poäng\r\nÅsa;3\r\n')
      expect(JSON.parse(Buffer.from(artifacts.get('namn.json')!).toString())).toEqual(['b.txt', 'en/fil.txt'])
      expect(outputs).toEqual([])
    },
  },
  {
    name: 'tables in every encoding, and much JSON',
    tool: 'encodings',
    job: {
      files: [
        file('windows.csv', windows('namn;poäng\nÅsa;1,5\nBo;2,5\n')),
        file('mark.csv', '\uFEFFnamn,poäng\nÅsa,1\nBo,2\n'),
        file('utf16.csv', Buffer.from('\uFEFFnamn\tpoäng\nÅsa\t4\nBo\t5\n', 'utf16le')),
        file('stor.json', MANY),
      ],
    },
    check({ outputs }) {
      const value = { 'mark.csv': [',', 'Åsa', 1.5], 'utf16.csv': ['\t', 'Åsa', 4.5], 'windows.csv': [';', 'Åsa', 2] }
      expect(outputs).toMatchObject([{ kind: 'json', value: { ...value, json: 20_000 } }])
    },
  },
  {
    name: 'coroutines',
    tool: 'coroutines',
    job: { files: [file('a.txt', 'abc'), file('b.txt', 'de')] },
    check({ state }) {
      expect(state).toEqual({ first: { total: 10, lengths: [3, 2], cubed: 8, late: true }, same: true })
    },
  },
  {
    name: 'much of the standard library',
    tool: 'standard-library',
    check({ state, artifacts }) {
      expect(state).toMatchObject({
        total: 5,
        letters: { a: 3, n: 2, s: 1 },
        moment: '2026-03-01T00:30:00+00:00',
        week: 9,
        sum: 3,
        plain: 'aao',
        near: ['rapport'],
        filled: 'ett och två',
        toml: 1,
        product: '0.01',
        link: ['%C3%A5%20b', 'z=1'],
        words: ['ett', 'två'],
        half: 19_800,
        zones: {
          'Europe/Stockholm': [
            '29 01:59 +0100 CET 0:00:00',
            '29 03:00 +0200 CEST 1:00:00',
            '01 07:00 +0100 CET 0:00:00',
            expect.stringContaining('+0200'),
          ],
          'America/New_York': [
            '28 20:59 -0400 EDT 1:00:00',
            '28 21:00 -0400 EDT 1:00:00',
            '01 01:00 -0500 EST 0:00:00',
            expect.stringContaining('-0400'),
          ],
          UTC: expect.arrayContaining(['29 00:59 +0000 UTC 0:00:00']),
        },
      })
      expect([...artifacts.keys()]).toEqual(['data.sqlite'])
    },
  },
  ...Object.entries({
    threads: ['[0, 1, 2, 3] [1, 2]', 'threads'],
    programs: ['<p><em>a</em></p> True', 'other programs'],
  }).map(([what, [answer, needsContainer = '']]): Tool => ({
    name: what,
    tool: 'threads-and-programs',
    job: { values: { what } },
    needsContainer,
    check: (ran) => expect(html(ran)).toBe(answer),
  })),
  {
    name: 'a program that it can do without',
    tool: 'threads-and-programs',
    job: { values: { what: 'optional program' } },
    check: (ran) => expect(html(ran)).toBe('went without'),
  },
  ...Object.entries({
    'user error': 'Kolumnen namn saknas.',
    crash: 'The script stopped with an error: KeyError',
    exit: 'The script ended itself before it gave a result.',
    none: 'The script must return text or a dict, but it returned NoneType.',
    'missing module': 'The script stopped with an error: ModuleNotFoundError',
  }).map(([how, summary]): Tool => ({
    name: `an end by ${how}`,
    tool: 'endings',
    job: { values: { how } },
    check(ran) {
      expect(ran).toMatchObject({ status: 'failed', error_summary: summary, outputs: [] })
      expect(ran.error_summary).not.toContain('4711')
    },
  })),
  {
    name: 'workbooks, documents and pictures',
    tool: 'office-documents',
    needsContainer: 'the library ',
    job: { files: [file('poäng.csv', windows('namn;klass;poäng\nÅsa;7A;1,5\nBo;7A;2,5\nÖrjan;7B;\n'))] },
    check({ outputs, state, artifacts }) {
      expect([...artifacts.keys()].sort()).toEqual(['bild.png', 'poäng.xlsx', 'rapport.docx', 'tom.pdf'])
      expect(outputs).toMatchObject([
        {
          rows: [
            { klass: '7A', poäng: 2 },
            { klass: '7B', poäng: null },
          ],
        },
        { value: { shape: [3, 3], max: 2.5, first: 'Åsa' } },
        { markdown: "1 ['1']" },
      ])
      expect(state).toEqual({ empty: 1, sheets: ['Alla', 'Klasser'], value: [1.5, 2.5] })
    },
  },
  {
    name: 'PDF files from templates, and pandoc',
    tool: 'pages-to-pdf',
    needsContainer: 'the library ',
    check({ state, artifacts }) {
      expect(state).toEqual({ counts: [1, 1, 1, 1, 0, 0], refused: 5, html: '<p><em>a</em> <del>b</del></p>' })
      expect([...artifacts.keys()]).toContain('mapp/0 å.pdf')
      expect(Buffer.from(artifacts.get('pandoc.pdf')!).subarray(0, 5).toString()).toBe('%PDF-')
    },
  },
]

function toolsRunIn(runner: Runner): void {
  afterAll(() => runner.close(), TEST_TIMEOUT_MS)
  const workspaceId = newId()

  it.each(TOOLS)(
    '$name',
    async ({ tool, job, needsContainer, check }) => {
      const source = readFileSync(new URL(`tools/${tool}.py`, import.meta.url), 'utf8')
      const run = async (changes: Partial<RunnerJob>): Promise<Ran> => {
        const { observer, observed } = makeObserver()
        const made = makeJob(source, { workspaceId, ...job, ...changes })
        const outcome = valueOf(await runner.run(made, observer, new AbortController().signal))
        if (outcome.result.state !== 'present') throw new Error(JSON.stringify(outcome))
        const result = valueOf(read(Buffer.from(outcome.result.bytes).toString('utf8')))
        return { ...normaliseResult(result, { allowVegaLite: true }), ...observed() }
      }
      const ran = await run({})
      if (runner.kind === 'embedded' && needsContainer !== undefined) {
        expect(ran.status).toBe('failed')
        expect(ran.error_summary).toContain(`This tool needs ${needsContainer}`)
        expect(ran.error_summary).toContain("which the built-in runner doesn't have. Run it with the Docker engine.")
        return
      }
      if (tool !== 'endings') expect(ran.status, ran.stderr).toBe('succeeded')
      await check(ran, run)
    },
    TEST_TIMEOUT_MS,
  )
}

describe.skipIf(skipReason !== null)('Tools written for Skriptoteket, in containers', () => {
  const options = { dockerHost, image: runnerImage, runnerImageFolder, warmContainers: 1 }
  toolsRunIn(createDockerRunner(options))
})

describe('Tools written for Skriptoteket, in the embedded runner', () => {
  toolsRunIn(makeEmbeddedRunner({ warmProcesses: 1 }))
})
