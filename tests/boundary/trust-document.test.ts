import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openWorkspace, temporaryFolder } from '../support/core.ts'

/** TR-7: what docs/trust.md says of the bytes is so; its program checks an export with nothing of ours. */
test('the program of docs/trust.md accepts an export and finds what was changed in it', async () => {
  const { root } = await openWorkspace()
  await root.must('members.add', { name: 'Ängla “B”', role: 'admin' })
  await root.must('tools.create', { slug: 'a', title: 'Ett \u2028 verktyg' })
  await root.must('keys.rotate', {})
  await root.must('tools.create', { slug: 'b', title: 'B' })
  const folder = temporaryFolder()
  const file = path.join(folder, 'audit.jsonl')
  const exported = await root.must('audit.export', { path: file })
  const program = path.join(folder, 'check.mjs')
  const document = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'trust.md'), 'utf8')
  writeFileSync(program, /```js\n([^]*?)```/.exec(document)?.[1] ?? 'process.exit(1)')
  const output = execFileSync(process.execPath, [program, file, exported.root], { encoding: 'utf8' })
  expect(output).toBe(`5 events, head ${exported.head_hash}\n`)
  const lines = readFileSync(file, 'utf8').split('\n')
  const changes = [
    lines.with(2, (lines[2] ?? '').replace('admin', 'user')),
    lines.toSpliced(3, 1),
    lines.toSpliced(-2, 1),
    lines.with(4, (lines[4] ?? '').replace(/"signature":"./, '"signature":"_')),
  ]
  for (const changed of changes) {
    writeFileSync(file, changed.join('\n'))
    expect(spawnSync(process.execPath, [program, file, exported.root]).status).not.toBe(0)
  }
})
