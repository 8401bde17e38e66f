import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCommandLine } from './command-process.ts'

const { folder, run, json, done, remove } = openCommandLine()
const TIMEOUT_MS = 240_000
const SCRIPT = `from pathlib import Path
from skriptoteket_toolkit import read_inputs

def run_tool(input_dir, output_dir):
    names = sorted(file.name for file in Path(input_dir).iterdir())
    return {"outputs": [{"kind": "notice", "level": "info", "message": f"{names} {read_inputs()}"}]}
`
const FORM = [
  { kind: 'string', name: 'who', label: 'Who', required: true },
  { kind: 'string', name: 'token', label: 'Token', secret: true },
  { kind: 'file', name: 'files', label: 'Files' },
]
const outputs = (message: string) => ({ status: 'succeeded', outputs: [{ message }] })

beforeAll(async () => {
  writeFileSync(join(folder, 'script.py'), SCRIPT)
  writeFileSync(join(folder, 'form.json'), JSON.stringify(FORM))
  for (const name of ['a', 'b']) writeFileSync(join(folder, `${name}.txt`), name)
  await done('init', '--name', 'Shelf', '--member', 'ada')
  await done('tool', 'create', 'greet', '--title', 'Greet')
  await done('version', 'save', 'greet', 'script.py', '--inputs-schema', 'form.json')
  await done('version', 'submit', 'greet@head')
  await done('version', 'publish', 'greet@1')
  await done('tool', 'publish', 'greet')
}, TIMEOUT_MS)
afterAll(remove)

describe('case', () => {
  it('saves inputs, which both kinds of runs take by name', { timeout: TIMEOUT_MS }, async () => {
    const values = '{"who":"Bo","token":"hunter22"}'
    const saved = await done(
      'case',
      'save',
      'greet',
      'Friday',
      '--input',
      'a.txt',
      '--input',
      'b.txt',
      '--values',
      values,
    )
    expect(saved).toMatchObject({
      id: expect.any(String),
      name: 'Friday',
      values: { who: 'Bo' },
      files: [{ name: 'a.txt', bytes: 1 }, { name: 'b.txt' }],
      replaced: false,
      left_out: ['token'],
    })
    const embedded = ['--runner', 'embedded', '--case', 'friday']
    expect(await done('run', 'tool', 'greet', ...embedded)).toMatchObject(outputs("['a.txt', 'b.txt'] {'who': 'Bo'}"))
    expect(
      await done('run', 'sandbox', 'greet@active', ...embedded, '--input', 'b.txt', '--values', '{"who":"Cy"}'),
    ).toMatchObject(outputs("['b.txt'] {'who': 'Cy'}"))
    const missing = await json('run', 'tool', 'greet', '--case', 'Monday')
    expect([missing.code, missing.envelope.error]).toMatchObject([3, { code: 'NOT_FOUND' }])
  })

  it('lists, replaces and removes them', { timeout: TIMEOUT_MS }, async () => {
    const again = ['case', 'save', 'greet', 'FRIDAY', '--values', '{"who":"Di"}']
    const taken = await json(...again)
    expect([taken.code, taken.envelope.error]).toMatchObject([3, { code: 'CONFLICT', reason: 'case_exists' }])
    expect((await run(...again, '--replace')).stdout).toContain('replaced: FRIDAY')
    expect(await done('case', 'list', 'greet')).toMatchObject({
      items: [{ name: 'FRIDAY', values: { who: 'Di' }, files: [] }],
      next: null,
    })
    expect((await run('case', 'list', 'greet')).stdout).toContain('FRIDAY')
    expect(await done('case', 'remove', 'greet', 'friday')).toMatchObject({ removed: true })
    expect((await done('case', 'list', 'greet')).items).toEqual([])
    const gone = await json('case', 'remove', 'greet', 'friday')
    expect([gone.code, gone.envelope.error]).toMatchObject([3, { code: 'NOT_FOUND', reason: 'not_found' }])
    expect((await run('case', 'save', 'greet', 'Bad', '--values', '{')).code).toBe(2)
  })
})
