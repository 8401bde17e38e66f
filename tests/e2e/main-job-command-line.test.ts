import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dockerAvailable } from '../support/docker.ts'
import { json } from '../support/command-line.ts'

/** The whole main job from a shell, with --json parsed at each step, once with each runner. */

const SCRIPT = `import csv
from pathlib import Path

from skriptoteket_toolkit import list_input_files


def run_tool(input_dir, output_dir):
    [file] = list_input_files()
    with open(file["path"], newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    print(f"read {len(rows)} rows")
    total = sum(int(row["amount"]) for row in rows)
    Path(output_dir, "total.txt").write_text(f"{total}\\n", encoding="utf-8")
    return {"outputs": [{"kind": "table", "title": "Total", "columns": [{"key": "total", "label": "Total"}], "rows": [{"total": total}]}]}
`
const ROWS = 10_000
const expectedTotal = Array.from({ length: ROWS }, (_, index) => index * 7).reduce((sum, amount) => sum + amount, 0)

/** A file system that takes no folder, and says that the one above isn't there. */
const TAKES_NO_FOLDER = existsSync('/proc/self') ? ['/proc/none/out'] : []

const dockerProblem = await dockerAvailable()

describe.each(['docker', 'embedded'] as const)('main job from a shell, runner %s', (runner) => {
  const isSkipped = runner === 'docker' && dockerProblem !== null
  describe.skipIf(isSkipped)(isSkipped ? `needs docker: ${dockerProblem}` : 'with files of its own', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-shell-'))
    const dataDir = path.join(folder, 'data')
    const call = (...words: string[]) => json(dataDir, ...words)

    beforeAll(() => {
      writeFileSync(path.join(folder, 'script.py'), SCRIPT)
      const lines = Array.from({ length: ROWS }, (_, index) => `${index},${index * 7}`)
      writeFileSync(path.join(folder, 'amounts.csv'), ['id,amount', ...lines, ''].join('\n'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    test(
      'init, create, save, run sandbox, submit, publish, run as a user, fetch the file',
      { timeout: 300_000 },
      async () => {
        const init = await call('init', '--name', 'Test', '--member', 'Ada')
        expect(init.data.member).toMatchObject({ name: 'Ada', role: 'superuser' })

        const tool = await call('tool', 'create', 'totals', '--title', 'Totals')
        expect(tool.data).toMatchObject({ slug: 'totals', is_published: false, active_version_id: null })

        const saved = await call('version', 'save', 'totals', path.join(folder, 'script.py'), '-m', 'first')
        expect(saved.data).toMatchObject({ version_number: 1, state: 'draft', unchanged: false })
        const again = await call('version', 'save', 'totals', path.join(folder, 'script.py'))
        expect(again.data).toMatchObject({ id: saved.data.id, unchanged: true })

        const sandbox = await call(
          'run',
          'sandbox',
          'totals@head',
          '--input',
          path.join(folder, 'amounts.csv'),
          '--runner',
          runner,
        )
        expect(sandbox.data).toMatchObject({
          status: 'succeeded',
          reason: null,
          context: 'sandbox',
          runner: { kind: runner },
        })
        expect(sandbox.data.stdout).toBe(`read ${ROWS} rows\n`)
        expect(sandbox.data.outputs).toEqual([
          expect.objectContaining({ kind: 'table', rows: [{ total: expectedTotal }] }),
        ])

        const submitted = await call('version', 'submit', 'totals@head', '-m', 'ready')
        expect(submitted.data).toMatchObject({ id: saved.data.id, state: 'in_review', review_note: 'ready' })
        const published = await call('version', 'publish', saved.data.id, '--expected-active', 'none')
        expect(published.data).toMatchObject({
          previous_active_version_id: null,
          archived_version_ids: [saved.data.id],
        })
        const shown = await call('tool', 'publish', 'totals')
        expect(shown.data).toMatchObject({
          is_published: true,
          active_version_id: published.data.new_active_version_id,
        })

        await call('member', 'add', 'Uma', '--role', 'user')
        const asUma = (...words: string[]) => call('--as', 'Uma', ...words)
        const run = await asUma(
          'run',
          'tool',
          'totals',
          '--input',
          path.join(folder, 'amounts.csv'),
          '--runner',
          runner,
        )
        expect(run.data).toMatchObject({
          status: 'succeeded',
          context: 'production',
          version_id: published.data.new_active_version_id,
        })
        expect(run.data).not.toHaveProperty('stdout')
        expect(run.data).not.toHaveProperty('runner')
        const out = path.join(folder, 'out')
        const artifacts = await asUma('run', 'artifacts', run.data.id, '--out', out)
        expect(artifacts.ok).toBe(true)
        expect(readFileSync(path.join(out, 'total.txt'), 'utf8')).toBe(`${expectedTotal}\n`)

        const refused: [string, string[]][] = [
          ['FORBIDDEN', ['member', 'add', 'Eve', '--role', 'user']],
          ['FORBIDDEN', ['tool', 'create', 'other', '--title', 'Other']],
          ['FORBIDDEN', ['version', 'save', 'totals', path.join(folder, 'script.py'), '--new']],
          ['NOT_FOUND', ['run', 'sandbox', saved.data.id]],
          ['NOT_FOUND', ['version', 'submit', saved.data.id]],
          ['NOT_FOUND', ['version', 'publish', saved.data.id]],
          ['NOT_FOUND', ['version', 'show', saved.data.id, '--source']],
          ['FORBIDDEN', ['tool', 'publish', 'totals']],
          ['NOT_FOUND', ['run', 'show', sandbox.data.id]],
          ['NOT_FOUND', ['run', 'artifacts', sandbox.data.id, '--out', out]],
          ['CONFLICT', ['run', 'artifacts', run.data.id, '--out', path.join(folder, 'script.py')]],
          ['CONFLICT', ['run', 'artifacts', run.data.id, '--out', path.join(folder, 'script.py', 'out')]],
        ]
        for (const out of TAKES_NO_FOLDER) {
          refused.push(['SERVICE_UNAVAILABLE', ['run', 'artifacts', run.data.id, '--out', out]])
        }
        for (const [code, words] of refused) {
          const answer = await asUma(...words)
          expect({ words, code: answer.error?.code, exitCode: answer.exitCode }).toEqual({ words, code, exitCode: 3 })
        }
      },
    )
  })
})
