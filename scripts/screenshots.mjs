// `node scripts/screenshots.mjs`: makes the pictures in docs/images from the real app, with data that could be
// somebody's. Runs on Node 20 or later; the pictures are made on the Node of node_modules, which reads TypeScript.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWhenStale, nodeBinary, root } from './build-when-stale.mjs'

if (!process.features.typescript) {
  const { status } = spawnSync(nodeBinary, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

const IMAGES = join(root, 'docs', 'images')
const PATIENCE_MS = 60_000
const RUN_LIMIT_MS = 120_000

const GRADE_USAGE =
  'Choose the table that the school’s system exports: one mark a row, with the columns `class`, `pupil` and `mark`.\n\nMarks below the **lowest mark that counts** are left out of the means.'
const GRADE_FORM = [
  { kind: 'file', name: 'marks', label: 'Table of marks', accept: ['.csv'], required: true, min: 1, max: 1 },
  { kind: 'integer', name: 'lowest', label: 'Lowest mark that counts', min: 0, max: 15, default: 0 },
]
const GRADES = `"""Means and spread of each class, from one table of marks."""

import csv
import statistics
from collections import defaultdict
from pathlib import Path

from skriptoteket_toolkit import list_input_files, read_inputs

COLUMNS = ["class", "pupils", "mean"]


def run_tool(input_dir: str, output_dir: str) -> dict:
    [file] = list_input_files()
    lowest = int(read_inputs().get("lowest", 0))
    classes = defaultdict(list)
    with open(file["path"], newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            if int(row["mark"]) >= lowest:
                classes[row["class"]].append(int(row["mark"]))
    print(f"{len(classes)} classes")

    rows = []
    for name, marks in sorted(classes.items()):
        print(f"{name}: {len(marks)} marks")
        rows.append(
            {
                "class": name,
                "pupils": len(marks),
                "mean": round(statistics.fmean(marks), 2),
            }
        )
    with Path(output_dir, "classes.csv").open("w", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return {
        "outputs": [
            {"kind": "notice", "level": "success", "message": f"{len(rows)} classes summed up."},
            {
                "kind": "table",
                "title": "Classes",
                "columns": [{"key": key, "label": key.capitalize()} for key in COLUMNS],
                "rows": rows,
            },
        ]
    }
`

/** The same marks every time, so that pictures change only when the app does. */
function marks() {
  const lines = ['class,pupil,mark']
  for (const [index, name] of ['7a', '7b', '8a', '8c'].entries()) {
    for (let pupil = 1; pupil <= 22 + index; pupil++)
      lines.push(`${name},${pupil},${2 + index + ((pupil * pupil + index * 5) % (11 - index))}`)
  }
  return [...lines, ''].join('\n')
}

await buildWhenStale('window', (line) => console.error(line))
const folder = mkdtempSync(join(tmpdir(), 'scriptorium-pictures-'))
useSystemFonts(folder)
const { openApp, closeBrowser } = await import('../tests/support/window.ts')
const { readBank } = await import('../src-main/adapters/system/product-files.ts')
const app = await openApp({ dockerHost: process.env.DOCKER_HOST ?? null, prepare: makeWorkspace })
try {
  mkdirSync(IMAGES, { recursive: true })
  await takeAll(app)
} finally {
  await app.close()
  await closeBrowser()
  rmSync(folder, { recursive: true, force: true })
}

/** The browser that came as a package brings one font; whatever the machine has beside it makes nicer pictures. */
function useSystemFonts(temporary) {
  const file = join(temporary, 'fonts.conf')
  const packaged = join(root, '.cache')
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', packaged].map((path) => `  <dir>${path}</dir>`)
  const lines = [
    '<?xml version="1.0"?>',
    '<fontconfig>',
    ...folders,
    `  <cachedir>${join(temporary, 'fonts')}</cachedir>`,
  ]
  writeFileSync(file, [...lines, '</fontconfig>', ''].join('\n'))
  process.env.FONTCONFIG_FILE = file
}

/** A small school's shelf: four members, the sample tools and some of their own, one of them in review. */
async function makeWorkspace(dataDir) {
  const { startCore } = await import('../tests/support/core-process.ts')
  const core = startCore({ dataDir })
  const as = (name) => (channel, input) => core.must(name, channel, input)
  await as(null)('workspace.init', { name: 'Lindgren School', member: 'Ada' })
  const ada = as('Ada')
  for (const [name, role] of [
    ['Linus', 'admin'],
    ['Grace', 'contributor'],
    ['Margaret', 'contributor'],
    ['Tim', 'user'],
  ]) {
    await ada('members.add', { name, role })
  }
  const linus = as('Linus')
  const publish = async (tool, maintainer, isShown = true) => {
    const { slug, title, summary, tags, ...content } = tool
    await linus('tools.create', { slug, title, summary, tags })
    await linus('tools.setMaintainers', {
      tool: slug,
      add: [await idOf(core, maintainer)],
      remove: [await idOf(core, 'Linus')],
    })
    const version = await as(maintainer)('versions.save', {
      ...content,
      tool: slug,
      expected_parent_version_id: null,
      change_summary: 'First version',
    })
    if (!isShown) return
    await as(maintainer)('versions.submit', { version: version.id, review_note: 'Tried with last year’s files.' })
    await linus('versions.publish', { version: version.id, expected_active_version_id: null })
    await linus('tools.publish', { tool: slug })
  }
  for (const [index, sample] of readBank(join(root, 'src-main', 'samples')).entries()) {
    await publish(sample, ['Grace', 'Margaret', 'Grace'][index % 3])
  }
  await publish(
    ownTool('library-loans', 'Library loans', 'Which books are due, and whom to remind, from the library’s export.', [
      'library',
      'csv',
    ]),
    'Margaret',
  )
  await publish(
    ownTool('grade-summary', 'Grade summary', 'Means and spread of each class from a table of marks.', [
      'school',
      'statistics',
    ]),
    'Grace',
  )
  await publish(
    ownTool('reading-time', 'Reading time', 'Counts words and estimates how long a text takes to read aloud.', [
      'text',
    ]),
    'Margaret',
    false,
  )
  await addGradeDraft(core)
  await core.close()
}

function ownTool(slug, title, summary, tags) {
  return {
    slug,
    title,
    summary,
    tags,
    entrypoint: 'run_tool',
    source_code: GRADES,
    input_schema: GRADE_FORM,
    usage_instructions: GRADE_USAGE,
  }
}

/** A second version, in review, that differs in a few places. */
async function addGradeDraft(core) {
  const active = await core.must('Grace', 'versions.get', { version: 'grade-summary@active' })
  const source = GRADES.replace(
    '"mean": round(statistics.fmean(marks), 2),',
    '"mean": round(statistics.fmean(marks), 2),\n                "median": statistics.median(marks),',
  )
    .replace('COLUMNS = ["class", "pupils", "mean"]', 'COLUMNS = ["class", "pupils", "mean", "median"]')
    .replace(
      'print(f"{len(classes)} classes")',
      'print(f"{len(classes)} classes, {sum(map(len, classes.values()))} marks")',
    )
  const draft = await core.must('Grace', 'versions.save', {
    tool: 'grade-summary',
    source_code: source,
    entrypoint: 'run_tool',
    input_schema: GRADE_FORM,
    usage_instructions: GRADE_USAGE,
    expected_parent_version_id: null,
    from_version_id: active.id,
    change_summary: 'Show the median beside the mean',
  })
  await core.must('Grace', 'versions.submit', {
    version: draft.id,
    review_note: 'The mean alone misled in 8c: one very low mark. Tried with the marks of May.',
  })
  return draft
}

async function idOf(core, name) {
  const { items } = await core.must('Ada', 'members.list', {})
  return items.find((member) => member.name === name).id
}

async function takeAll(opened) {
  const { page } = opened
  const file = join(folder, 'marks-may.csv')
  writeFileSync(file, marks())
  const settled = async () => {
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          (animation) => animation.playState !== 'running' || animation.effect?.getTiming().iterations === Infinity,
        ),
    )
    await page.evaluate(() => document.fonts.ready)
  }
  const take = async (name) => {
    await settled()
    await page.mouse.move(115, 630)
    await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled', caret: 'hide' })
    console.error(`docs/images/${name}.png`)
  }
  const go = (path) => page.evaluate((hash) => void (location.hash = hash), `#/${path}`)
  const see = (what) => what.first().waitFor({ state: 'visible', timeout: PATIENCE_MS })
  const actAs = async (name) => {
    await page.getByRole('button', { name: /Acting as/ }).click()
    await page.getByRole('menuitem', { name }).click()
    await see(page.getByRole('button', { name: /Acting as/ }).filter({ hasText: name }))
  }
  const run = async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: /^Choose/ }).click(),
    ])
    await chooser.setFiles([file])
    await page.getByRole('form', { name: 'Run' }).getByRole('button', { name: 'Run' }).click()
    await page.getByRole('status').getByText('Succeeded').waitFor({ timeout: RUN_LIMIT_MS })
  }

  await actAs('Linus')
  await go('tools')
  await see(page.getByRole('link', { name: 'Grade summary' }))
  await take('library')

  const core = opened.beside()
  const { items } = await core.must('Linus', 'reviews.list', {})
  await go(`reviews/${items[0].id}`)
  await see(page.locator('.line-insert'))
  await take('review')

  await actAs('Grace')
  await core.must('Grace', 'versions.withdraw', { version: items[0].id })
  await go('tools/grade-summary')
  await see(page.locator('.monaco-editor .view-line'))
  await run()
  await page
    .locator('.monaco-editor .view-lines')
    .first()
    .click({ position: { x: 300, y: 210 } })
  await take('editor')
  await page.emulateMedia({ colorScheme: 'dark' })
  await take('editor-dark')
  await page.emulateMedia({ colorScheme: 'light' })

  await actAs('Tim')
  await go('catalogue')
  await see(page.getByRole('link', { name: 'Grade summary' }))
  await take('catalogue')
  await go('catalogue/grade-summary')
  await run()
  await take('run')
}
