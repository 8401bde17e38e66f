import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import {
  button,
  gone,
  heading,
  keepPicturesOfFailures,
  log,
  runEnds,
  seen,
  tabTo,
  typeScript,
  PATIENCE_MS,
  RUN_LIMIT_MS,
} from '../support/page.ts'
import { closeBrowser, openApp, type App } from '../support/window.ts'

/** The main job's steps with nothing but the keyboard: every test here only presses keys. */

const chromium = await needs('chromium')

const SCRIPT = `from skriptoteket_toolkit import list_input_files


def run_tool(input_dir, output_dir):
    print("by keyboard")
    names = [file["name"] for file in list_input_files()]
    return f"<p>Read {names[0]}</p>"
`

describe.skipIf(!chromium.available)('Without a mouse', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-keyboard-'))
  const file = path.join(folder, 'letter.txt')
  let app: App
  let page: Page
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())

  keepPicturesOfFailures(() => app?.page)
  beforeAll(async () => {
    writeFileSync(file, 'Dear reader,\n')
    app = await openApp()
    page = app.page
    // Interception is switched on for the first listener, which takes a moment: a key pressed at once would be too early.
    page.on('filechooser', () => {})
    await seen(heading(page, 'Tools'))
  }, 300_000)
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await app?.close()
    await closeBrowser()
  }, 120_000)

  it('finds the keys that work, and the way past the navigation', { timeout: 120_000 }, async () => {
    await press('?')
    const sheet = await seen(page.getByRole('dialog', { name: 'Keyboard' }))
    for (const label of ['Find or do anything', 'New tool', 'Reviews'])
      await seen(sheet.getByText(label, { exact: true }))
    await press('Escape')
    await gone(sheet)
    await press('g', 'c')
    await seen(heading(page, 'Catalogue'))
    await press('g', 't')
    await seen(heading(page, 'Tools'))
  })

  it('makes a tool and writes its script', { timeout: 240_000 }, async () => {
    await press('n')
    await seen(page.getByRole('dialog', { name: 'New tool' }))
    await page.keyboard.type('Keys only')
    await press('Enter')
    await seen(heading(page, 'Keys only'))
    await seen(page.locator('.monaco-editor .view-line'))
    await press('ControlOrMeta+K')
    await seen(page.getByRole('dialog', { name: 'Find or do anything' }))
    await page.keyboard.type('go to the code')
    await press('Enter')
    const isInCode = () => page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null)
    await expect.poll(isInCode, { timeout: PATIENCE_MS }).toBe(true)
    await typeScript(page, SCRIPT)
    await seen(page.getByText('No problems found'))
    await press('ControlOrMeta+S')
    await seen(page.getByText('All saved', { exact: true }))
  })

  it('leaves the text by Tab once that is asked for, chooses a file and runs', { timeout: 240_000 }, async () => {
    await press('Control+M')
    await tabTo(page, 'Choose files…', 'button')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: PATIENCE_MS }), press('Enter')])
    await chooser.setFiles([file])
    await seen(page.getByText('letter.txt', { exact: true }))
    await press('ControlOrMeta+Enter')
    await seen(log(page).getByText('by keyboard'), RUN_LIMIT_MS)
    await runEnds(page, 'Succeeded')
  })

  it('submits', { timeout: 120_000 }, async () => {
    await tabTo(page, 'Submit', 'button')
    await press('Enter')
    await seen(page.getByRole('dialog', { name: 'Submit to review' }))
    await page.keyboard.type('Please look.')
    await tabTo(page, 'Submit', 'button', 5)
    await press('Enter')
    await seen(page.getByText('In review'))
  })

  it('reviews, publishes and puts into the catalogue', { timeout: 120_000 }, async () => {
    await press('g', 'r')
    await seen(heading(page, 'Reviews'))
    await tabTo(page, 'Keys only', 'link')
    await press('Enter')
    await seen(heading(page, 'Keys only'))
    await tabTo(page, 'Approve and publish', 'button')
    await press('Enter')
    await seen(page.getByRole('dialog', { name: 'Approve and publish' }))
    // The cursor is in the summary; Enter sends the form.
    await press('Enter')
    await seen(page.getByText('v2 is active now.'))
    await tabTo(page, 'Publish the tool', 'button')
    await press('Enter')
    await gone(button(page, 'Publish the tool'))
  })

  it('finds it in the catalogue, fills in its form and runs it', { timeout: 240_000 }, async () => {
    await press('g', 'c')
    await seen(heading(page, 'Catalogue'))
    // A tool that was never there yet is no sign that the search has ended.
    await seen(page.getByRole('link', { name: 'Text cleaner' }))
    await press('/')
    await page.keyboard.type('keys')
    await gone(page.getByRole('link', { name: 'Text cleaner' }))
    await seen(page.getByRole('link', { name: 'Keys only' }))
    await press('ArrowDown')
    await press('Enter')
    await seen(heading(page, 'Keys only'))
    await tabTo(page, 'Choose files…', 'button')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: PATIENCE_MS }), press('Space')])
    await chooser.setFiles([file])
    await seen(page.getByText('letter.txt', { exact: true }))
    await tabTo(page, 'Run', 'button')
    // What else can be done with a form that is filled in comes right after it.
    await tabTo(page, 'Save inputs…', 'button', 1)
    await press('Shift+Tab')
    await press('Enter')
    await runEnds(page, 'Succeeded')
    await seen(page.frameLocator('iframe').getByText('Read letter.txt'))
  })

  it('saves its inputs, and runs them again with one key', { timeout: 240_000 }, async () => {
    await tabTo(page, 'Save inputs…', 'button')
    await press('Enter')
    const dialog = await seen(page.getByRole('dialog', { name: 'Save these inputs' }))
    await expect.poll(() => dialog.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true)
    await page.keyboard.type('My letter')
    await press('Enter')
    await seen(page.getByText('Saved as “My letter”'))
    await gone(dialog)
    await press('g', 'c')
    await seen(heading(page, 'Catalogue'))
    await page.getByRole('link', { name: 'Keys only' }).focus()
    await press('Enter')
    await seen(button(page, 'Choose files…'))
    const files = page.getByRole('list', { name: 'Files for Files' })
    await gone(files)
    // Once they are read, the key is there.
    await seen(button(page, 'Run again F9'))
    await press('F9')
    await seen(files.getByText('letter.txt', { exact: true }))
    await runEnds(page, 'Succeeded')
    await seen(page.frameLocator('iframe').getByText('Read letter.txt'))
    await press('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard' })
    await seen(sheet.getByText('Run the saved inputs again'))
    await press('Escape')
    await gone(sheet)
  })

  it('cancels with Escape', { timeout: 240_000 }, async () => {
    await press('g', 't')
    await seen(heading(page, 'Tools'))
    await press('n')
    await seen(page.getByRole('dialog', { name: 'New tool' }))
    await page.keyboard.type('Stop me')
    await press('Enter')
    await seen(page.locator('.monaco-editor .view-line'))
    await press('ControlOrMeta+K')
    await seen(page.getByRole('dialog', { name: 'Find or do anything' }))
    await page.keyboard.type('go to the code')
    await press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null)).toBe(true)
    await typeScript(
      page,
      'import time\n\n\ndef run_tool(input_dir, output_dir):\n    print("endless")\n    time.sleep(3600)\n',
    )
    await press('ControlOrMeta+Enter')
    await seen(log(page).getByText('endless'), RUN_LIMIT_MS)
    await tabTo(page, 'Cancel', 'button')
    await press('Escape')
    await runEnds(page, 'Cancelled')
  })

  it('keeps the focus inside a dialog and gives it back', { timeout: 120_000 }, async () => {
    await press('g', 'p')
    await seen(heading(page, 'Members'))
    await tabTo(page, 'Add a member', 'button')
    await press('Enter')
    const dialog = await seen(page.getByRole('dialog', { name: 'Add a member' }))
    for (let pressed = 0; pressed < 12; pressed++) {
      await press('Tab')
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
    }
    await press('Escape')
    await gone(dialog)
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await expect.poll(focused).toBe('Add a member')
  })
})
