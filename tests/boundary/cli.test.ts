import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channels } from '../../src-preload/contract/contract.ts'
import { createStandInCore, MEMBER_ID } from '../contract/stand-in-core.ts'
import { command as commandWith } from '../contract/transports.ts'
import { openCommandLine, root } from './command-process.ts'

const { folder, run, json, done, remove } = openCommandLine()
beforeAll(() => done('init', '--member', 'ada'))
afterAll(remove)

describe('usage errors', () => {
  it('end with 2 and say what is wrong on stderr', async () => {
    for (const words of [
      ['nonsense'],
      ['--nonsense'],
      ['tool'],
      ['tool', 'create'],
      ['tool', 'create', 'x'],
      ['run', 'list', '--limit', 'few'],
      [],
    ]) {
      const { code, stdout, stderr } = await commandWith(createStandInCore(), words)
      expect([words, code, stdout]).toEqual([words, 2, ''])
      expect(stderr).toContain('usage')
    }
  })

  it('are an envelope with --json, wherever it stands', async () => {
    for (const words of [
      ['--json', 'nonsense'],
      ['tool', '--json'],
      ['tool', 'create', '--json'],
      ['call', 'tools.get', '{', '--json'],
    ]) {
      const { code, stdout } = await commandWith(createStandInCore(), words)
      expect([words, code]).toEqual([words, 2])
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: { code: 'VALIDATION_ERROR', reason: 'usage', details: {} },
      })
    }
  })

  it('include an empty --data-dir, which an unset variable leaves, and which is not the folder that one is in', async () => {
    const core = createStandInCore()
    const { code, stdout } = await commandWith(core, ['settings', 'list', '--json', '--data-dir', ''])
    expect([code, JSON.parse(stdout), core.calls]).toMatchObject([
      2,
      { error: { reason: 'usage', message: expect.stringContaining('--data-dir') } },
      [],
    ])
  })

  it('open nothing', async () => {
    const core = createStandInCore()
    await commandWith(core, ['settings', 'list', '--wrong'])
    expect(core.calls).toEqual([])
  })
})

describe('exit codes', () => {
  it('are 0, 1 and 3 as the answer is done, a bug, or a failure', async () => {
    expect((await commandWith(createStandInCore(), ['settings', 'list'])).code).toBe(0)
    expect((await commandWith(createStandInCore(), ['doctor'])).code).toBe(1)
    expect((await commandWith(createStandInCore(), ['tool', 'show', 'x'])).code).toBe(3)
    expect((await commandWith(createStandInCore(), ['settings', 'list', '--as', 'eve'])).code).toBe(3)
  })

  it('are 13 when a check found something, while the envelope stays ok', async () => {
    const core = createStandInCore({ 'system.doctor': () => ({ ok: false, checks: [] }) })
    const { code, stdout } = await commandWith(core, ['doctor', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([13, { ok: true, data: { ok: false, checks: [] } }])
  })

  it('are 10, 11 and 12 for runs, with --exit-status only', async () => {
    const outcomes = [
      { status: 'failed', reason: 'script_error', code: 10 },
      { status: 'timed_out', reason: null, code: 11 },
      { status: 'failed', reason: 'blocked', code: 12 },
      { status: 'succeeded', reason: null, code: 0 },
    ]
    for (const { code, ...outcome } of outcomes) {
      const detail = {
        view: 'member',
        outputs: [],
        artifacts: [],
        next_actions: [],
        error_summary: null,
        duration_ms: 1,
        ...outcome,
      }
      const core = () => createStandInCore({ 'runs.tool': () => ({ id: MEMBER_ID }), 'runs.wait': () => detail })
      expect((await commandWith(core(), ['run', 'tool', 'x'])).code).toBe(0)
      expect((await commandWith(core(), ['run', 'tool', 'x', '--exit-status'])).code).toBe(code)
    }
  })

  it('close the core whatever came of it', async () => {
    const core = createStandInCore()
    await commandWith(core, ['doctor'])
    expect(core.isClosed()).toBe(true)
  })
})

describe('output', () => {
  it('is the result on stdout and nothing else', async () => {
    const { code, stdout, stderr } = await run('member', 'list')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^NAME +ROLE +STATUS +ID\nada +superuser +active /)
  })

  it('says how to go on with the whole of a cursor, however long', async () => {
    const next = 'W'.repeat(500)
    const core = createStandInCore({ 'runs.list': () => ({ items: [], next }) })
    const { stdout } = await commandWith(core, ['run', 'list'])
    expect(/--after (\S+)/.exec(stdout)?.[1]).toBe(next)
  })

  it('names the member, the version of two, or the saved inputs, that are not there', async () => {
    writeFileSync(join(folder, 'named.py'), 'def run_tool(input_dir, output_dir):\n    return ""\n')
    await done('tool', 'create', 'named', '--title', 'Named')
    await done('version', 'save', 'named', 'named.py')
    for (const [name, words] of [
      ['Eve', ['--as', 'Eve', 'member', 'list']],
      ['Eve', ['tool', 'maintainers', 'named', '--add', 'ada', '--remove', 'Eve']],
      ['named@2', ['version', 'diff', 'named@1', 'named@2']],
      ['named@3', ['version', 'save', 'named', 'named.py', '--expected-parent', 'named@3']],
      ['Monday', ['case', 'remove', 'named', 'Monday']],
    ] as const) {
      const { code, envelope } = await json(...words)
      expect([words, code, envelope.error.code, envelope.error.message]).toEqual([
        words,
        3,
        'NOT_FOUND',
        expect.stringContaining(`“${name}”`),
      ])
    }
  })

  it('sends no control characters of others to a terminal', async () => {
    const title = 'a\u001b]0;owned\u0007\u202eb\nc\u009b2J\u061c'
    const core = createStandInCore({ 'tools.list': () => ({ items: [{ slug: 's', title }], next: null }) })
    const { stdout } = await commandWith(core, ['tool', 'list'])
    // eslint-disable-next-line no-control-regex
    const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u202e]/
    expect(stdout).not.toMatch(obeyed)
    expect(stdout).toContain('\\x1b]0;owned')
    const asJson = await commandWith(core, ['tool', 'list', '--json'])
    expect(asJson.stdout).not.toMatch(obeyed)
    expect(JSON.parse(asJson.stdout)).toMatchObject({ data: { items: [{ title }] } })
  })

  it('keeps what a script calls its columns in one line', async () => {
    const id = '01890000-0000-7000-8000-000000000001'
    const columns = [{ key: 'a', label: 'first\nstatus: succeeded' }]
    const outputs = [{ kind: 'table', title: null, columns, rows: [{ a: 1 }] }]
    const core = createStandInCore({
      'runs.get': () => ({ id, view: 'limited', status: 'failed', outputs, artifacts: [], next_actions: [] }),
    })
    const { stdout } = await commandWith(core, ['run', 'show', id])
    expect(stdout.toLowerCase()).toContain('first status: succeeded')
  })

  it('takes global options before and after the command', async () => {
    const other = join(folder, 'other')
    for (const words of [
      ['--data-dir', other, 'init', '--member', 'eve', '--json'],
      ['member', 'list', '--json', '--data-dir', other],
    ]) {
      expect((await run(...words)).stdout).toContain('"eve"')
    }
  })

  it('lists every channel with JSON Schemas', async () => {
    const listed = await done('channels')
    expect(listed.items.map((item) => item['name'])).toEqual(Object.keys(channels))
    const save = listed.items.find((item) => item['name'] === 'versions.save')
    expect(save).toMatchObject({ kind: 'command', input: { type: 'object' }, output: { type: 'object' } })
  })

  it('shows help on stdout when asked for it', async () => {
    const { code, stdout } = await run('--help')
    expect([code, stdout.startsWith('Usage: scriptorium')]).toEqual([0, true])
    expect((await run('--version')).stdout).toBe(
      `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`,
    )
  })
})

describe('what is told instead of done', () => {
  it.each([['--help'], ['member', '--help'], ['help', 'member'], ['--version'], ['-V']])(
    'is one JSON value as well with --json: %s',
    async (...words) => {
      const core = createStandInCore()
      const plainly = await commandWith(core, words)
      expect(plainly).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^(Usage: |\d+\.)/) })
      for (const all of [
        ['--json', ...words],
        ['--quiet', ...words, '--json'],
      ]) {
        const { code, stdout } = await commandWith(core, all)
        expect([all, code, JSON.parse(stdout)]).toEqual([
          all,
          0,
          { ok: true, data: { text: plainly.stdout.trimEnd() } },
        ])
      }
    },
  )
})

describe('a folder that can not be used', () => {
  it('ends the command, and is left as it was', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, 'not a folder')
    const { code, envelope } = await json('member', 'list', '--data-dir', file)
    expect([code === 0, envelope.ok]).toEqual([false, false])
    expect(readFileSync(file, 'utf8')).toBe('not a folder')
    expect(existsSync(join(file, 'scriptorium.sqlite'))).toBe(false)
  })
})
