import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerHost } from '../support/docker.ts'
import { needs } from '../support/needs.ts'
import {
  actAs,
  actingAs,
  addMember,
  button,
  chooseFiles,
  dropFile,
  focusCode,
  goTo,
  gone,
  heading,
  keepPicturesOfFailures,
  log,
  makeTool,
  row,
  runEnds,
  save,
  saveOffered,
  seen,
  startRun,
  typeLines,
  typeScript,
  RUN_LIMIT_MS,
} from '../support/page.ts'
import { closeBrowser, openApp, type App, type Shell } from '../support/window.ts'

/** The whole main job as people do it, once with each runner, and in each window that this machine has. */

const [chromium, electron, docker] = await Promise.all([needs('chromium'), needs('electron'), needs('docker')])

const ROWS = 10_000
const amounts = Array.from({ length: ROWS }, (_, index) => index * 7)
const total = amounts.reduce((sum, amount) => sum + amount, 0)
const MINE = ['id,amount', ...amounts.map((amount, id) => `${id},${amount}`), ''].join('\n')
const OTHER_TOTAL = 42

const cases: { shell: Shell; runner: 'embedded' | 'docker'; missing: string }[] = [
  { shell: 'browser', runner: 'embedded', missing: chromium.reason },
  { shell: 'browser', runner: 'docker', missing: chromium.reason || docker.reason },
  { shell: 'electron', runner: 'embedded', missing: electron.reason },
]

/** Prints for long enough to be watched, and tries what a page made by a script must not be able to do. */
const scriptThatTells = (spy: string): string => `import csv
import sys
import time
from pathlib import Path

from skriptoteket_toolkit import list_input_files


def run_tool(input_dir, output_dir):
    total = 0
    for file in list_input_files():
        with open(file["path"], newline="", encoding="utf-8") as source:
            rows = [int(row["amount"]) for row in csv.DictReader(source)]
        print(f"{file['name']} has {len(rows)} rows")
        total += sum(rows)
    print("this takes a while", file=sys.stderr)
    for step in range(16):
        print(f"step {step}")
        time.sleep(0.5)
    Path(output_dir, "total.txt").write_text(f"{total}\\n", encoding="utf-8")
    page = f"<h1>The total is {total}</h1>"
    page += "<script>document.body.append('A SCRIPT RAN'); fetch('${spy}/script')</script>"
    page += "<img src='${spy}/image' onerror=document.body.append('A_HANDLER_RAN')>"
    notice = {"kind": "notice", "level": "success", "message": f"Added up to {total}"}
    return {"outputs": [notice, {"kind": "html_sandboxed", "html": page}]}
`

const NAMES = ['Ada', 'Blaise', 'Charles', 'Dorothy', 'Edsger', 'Frances']

const ENDLESS = `import time


def run_tool(input_dir, output_dir):
    while True:
        print("still here")
        time.sleep(1)
`

describe.each(cases)('the main job in $shell with the runner $runner', ({ shell, runner, missing }) => {
  describe.skipIf(missing !== '')(missing === '' ? 'on a fresh folder' : `needs more: ${missing}`, () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-main-job-'))
    const mine = path.join(folder, 'amounts.csv')
    const other = path.join(folder, 'more.csv')
    const spied: string[] = []
    let spy: Server
    let script: string
    let app: App
    let first: string

    beforeAll(async () => {
      writeFileSync(mine, MINE)
      writeFileSync(other, `id,amount\n1,${OTHER_TOTAL}\n`)
      spy = createServer((request, response) => {
        spied.push(request.url ?? '')
        response.end()
      })
      await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve))
      script = scriptThatTells(`http://127.0.0.1:${(spy.address() as AddressInfo).port}`)
      app = await openApp({ shell, dockerHost: runner === 'docker' ? dockerHost : null })
      // What the page of the script attempts is refused, and Chromium says so.
      app.watcher.allow(/frame is sandboxed|violates the following Content Security Policy/)
    }, 300_000)
    afterAll(async () => {
      spy.close()
      rmSync(folder, { recursive: true, force: true })
      await app?.close()
      await closeBrowser()
    }, 120_000)

    keepPicturesOfFailures(() => app?.page)

    it('starts with three tools that are worth running', { timeout: 120_000 }, async () => {
      const { page } = app
      await seen(heading(page, 'Tools'))
      for (const title of ['CSV summary', 'Group maker', 'Text cleaner']) await seen(row(page, 'Tools', title))
      const engine = runner === 'docker' ? 'Docker ready' : 'Embedded Python in use'
      await seen(button(page, engine))
      first = await actingAs(page)
    })

    it('lets a script be written, with mistakes marked while typing', { timeout: 300_000 }, async () => {
      const { page } = app
      await addMember(page, 'Grace', 'Admin')
      await addMember(page, 'Uma', 'User')
      await makeTool(page, 'Totals')
      await focusCode(page)
      await typeScript(page, script)
      await seen(page.getByText('No problems found'))

      await page.keyboard.press('ControlOrMeta+Home')
      await typeLines(page, ['import os', ''])
      await seen(page.getByText(/os.* imported but unused/))
      await seen(page.locator('.monaco-editor .squiggly-warning'))
      await page.keyboard.press('ControlOrMeta+Home')
      await page.keyboard.press('ControlOrMeta+Shift+K')
      await seen(page.getByText('No problems found'))
      await gone(page.locator('.monaco-editor .squiggly-warning'))

      await save(page, 'Adds up the amounts')
      await seen(page.getByText('v1', { exact: true }))
      const beside = app.beside()
      const saved = await beside.must(null, 'versions.get', { version: 'totals@head' })
      await beside.close()
      expect(saved).toMatchObject({ source_code: script, change_summary: 'Adds up the amounts', state: 'draft' })
    })

    it('runs it on files of ours, and shows what it prints while it runs', { timeout: 300_000 }, async () => {
      const { page } = app
      await chooseFiles(page, [mine])
      await dropFile(page, other)
      await startRun(page)
      await seen(log(page).getByText(`amounts.csv has ${ROWS} rows`), RUN_LIMIT_MS)
      await seen(log(page).getByText('this takes a while'))
      await seen(log(page).getByText('step 1', { exact: true }))
      // All of that while there is still something to cancel.
      expect(await button(page, 'Cancel').isVisible()).toBe(true)
      expect(await log(page).getByText('step 15', { exact: true }).count()).toBe(0)

      await runEnds(page, 'Succeeded')
      await seen(log(page).getByText('step 15', { exact: true }))
      await page.getByRole('radiogroup', { name: 'Streams to show' }).getByText('Errors').click()
      await gone(log(page).getByText('step 15', { exact: true }))
      await seen(log(page).getByText('this takes a while'))
    })

    it('shows its outputs, and a page that can run and fetch nothing', { timeout: 120_000 }, async () => {
      const { page } = app
      const sum = total + OTHER_TOTAL
      await seen(page.getByText(`Added up to ${sum}`))
      const frame = page.frameLocator('iframe[title="Page made by the script"]')
      await seen(frame.getByText(`The total is ${sum}`))
      expect(await page.locator('iframe').getAttribute('sandbox')).toBe('')
      expect(await frame.locator('body').innerText()).not.toMatch(/RAN/)
      expect(spied).toEqual([])
    })

    it('gives the file that the script wrote', { timeout: 120_000 }, async () => {
      const { name, content } = await saveOffered(app.page, button(app.page, 'Save total.txt'))
      expect(name).toBe('total.txt')
      expect(content.toString()).toBe(`${total + OTHER_TOTAL}\n`)
    })

    it('sends it to review with a note', { timeout: 120_000 }, async () => {
      const { page } = app
      await button(page, 'Submit').click()
      const dialog = await seen(page.getByRole('dialog', { name: 'Submit to review' }))
      await dialog.getByLabel('Note to the reviewer').fill('Tried on ten thousand rows.')
      await button(dialog, 'Submit').click()
      await seen(page.getByText('In review'))
      await gone(button(page, 'Save'))
    })

    it(
      'lets a reviewer see the difference, approve it and put the tool into the catalogue',
      { timeout: 120_000 },
      async () => {
        const { page } = app
        await actAs(page, 'Grace')
        await goTo(page, 'Reviews')
        await row(page, 'Versions in review', 'Totals').getByRole('link').click()
        await seen(page.getByText('Tried on ten thousand rows.'))
        await seen(page.getByText(`${first},`, { exact: false }))
        await seen(page.getByText('The first version of this tool: all of it is new.'))
        await seen(page.locator('.monaco-editor .view-line').getByText('run_tool').first())
        await button(page, 'Approve and publish').click()
        const dialog = await seen(page.getByRole('dialog', { name: 'Approve and publish' }))
        await button(dialog, 'Publish').click()
        await seen(page.getByText('v2 is active now.'))
        await button(page, 'Publish the tool').click()
        await gone(button(page, 'Publish the tool'))
      },
    )

    it('shows what a second version changes against the active one', { timeout: 180_000 }, async () => {
      const { page } = app
      await actAs(page, first)
      await goTo(page, 'Tools')
      await page.getByRole('link', { name: 'Totals' }).click()
      await button(page, 'Start a new draft from this').click()
      await focusCode(page)
      await page.keyboard.press('ControlOrMeta+Home')
      await typeLines(page, ['# Adds up the amounts of every file.', ''])
      await button(page, 'Save').click()
      await seen(page.getByText('All saved', { exact: true }))
      await button(page, 'Submit').click()
      await button(await seen(page.getByRole('dialog', { name: 'Submit to review' })), 'Submit').click()
      await seen(page.getByText('In review'))

      await actAs(page, 'Grace')
      await goTo(page, 'Reviews')
      await row(page, 'Versions in review', 'Totals').getByRole('link').click()
      await seen(page.locator('.monaco-diff-editor .line-insert'))
      const added = page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor .view-line')
      await seen(added.getByText('# Adds up the amounts of every file.'))
      expect(await page.locator('.original-in-monaco-diff-editor').getByText('# Adds up').count()).toBe(0)
    })

    it('shows a member a form and results, and neither code nor logs', { timeout: 300_000 }, async () => {
      const { page } = app
      await actAs(page, 'Uma')
      await seen(heading(page, 'Catalogue'))
      const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
      expect(await places.allInnerTexts()).toEqual(['Catalogue', 'My runs'])
      await page.getByRole('link', { name: 'Totals' }).click()
      await seen(heading(page, 'Totals'))
      await chooseFiles(page, [mine])
      await startRun(page)
      await runEnds(page, 'Succeeded')
      await seen(page.getByText(`Added up to ${total}`))
      expect(await log(page).count()).toBe(0)
      expect(await page.locator('.monaco-editor').count()).toBe(0)
      expect(await page.locator('body').innerText()).not.toContain('has 10000 rows')
      const { content } = await saveOffered(page, button(page, 'Save total.txt'))
      expect(content.toString()).toBe(`${total}\n`)

      await goTo(page, 'My runs')
      const runs = page.getByRole('table', { name: 'My runs' }).getByRole('row')
      expect(await (await seen(runs.filter({ hasText: 'Totals' }))).innerText()).toContain('Succeeded')
      await runs.getByRole('link', { name: 'Totals' }).click()
      await seen(page.getByText(`Added up to ${total}`))
      await seen(page.getByText(createHash('sha256').update(MINE).digest('hex').slice(0, 12)))
      expect(await log(page).count()).toBe(0)
    })

    it('leads through a tool of two steps', { timeout: 300_000 }, async () => {
      const { page } = app
      await goTo(page, 'Catalogue')
      await page.getByRole('link', { name: 'Group maker' }).click()
      await page.getByLabel('Names').fill(NAMES.join('\n'))
      await page.getByLabel('People in a group').fill('3')
      await startRun(page)
      await runEnds(page, 'Succeeded')
      await seen(page.getByText('Proposal 1: 2 groups. Nothing is written yet.'))
      await page.getByLabel('Title of the list').fill('Tuesday')
      await button(page, 'Take these groups').click()
      await seen(page.getByText('Tuesday: written to groups.csv.'), RUN_LIMIT_MS)
      const { content } = await saveOffered(page, button(page, 'Save groups.csv'))
      const lines = content.toString().trim().split(/\r?\n/)
      expect(lines[0]).toBe('group,name')
      expect(
        lines
          .slice(1)
          .map((line) => line.split(',')[1])
          .toSorted(),
      ).toEqual(NAMES)
    })

    it('cancels a run that never ends', { timeout: 300_000 }, async () => {
      const { page } = app
      await actAs(page, first)
      await makeTool(page, 'Endless')
      await focusCode(page)
      await typeScript(page, ENDLESS)
      await page.keyboard.press('ControlOrMeta+Enter')
      await seen(log(page).getByText('still here'), RUN_LIMIT_MS)
      await button(page, 'Cancel').click()
      await runEnds(page, 'Cancelled')
      await gone(button(page, 'Cancel'))
      await seen(page.getByText('Nothing it had written was kept as a result.'))
    })

    it('goes to the line of a syntax error, and runs nothing', { timeout: 120_000 }, async () => {
      const { page } = app
      await focusCode(page)
      await typeScript(page, 'def run_tool(input_dir, output_dir):\n    total = 1\n    return total +\n')
      await seen(page.locator('.monaco-editor .squiggly-error'))
      await page.keyboard.press('ControlOrMeta+Home')
      await seen(page.locator('.monaco-editor .line-numbers.active-line-number').getByText('1', { exact: true }))
      await startRun(page)
      await runEnds(page, 'Syntax error')
      await button(page, 'Go to line 3').click()
      await seen(page.locator('.monaco-editor .line-numbers.active-line-number').getByText('3', { exact: true }))
      const isInCode = () => page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null)
      await expect.poll(isInCode).toBe(true)
    })
  })
})
