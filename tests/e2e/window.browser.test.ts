import { describe, expect, it } from 'vitest'
import { appPerTest } from '../support/app-per-test.ts'
import { commandLine } from '../support/command-line.ts'
import { needs } from '../support/needs.ts'
import {
  button,
  focusCode,
  goTo,
  gone,
  heading,
  log,
  makeTool,
  pasteScript,
  row,
  runEnds,
  seen,
  startRun,
  RUN_LIMIT_MS,
} from '../support/page.ts'
import { serve } from '../support/window.ts'
import { UNREACHABLE } from '../support/window-watch.ts'

/** What a window does when something goes wrong around it. */

const chromium = await needs('chromium')
const LIMIT = { timeout: 300_000 }

describe.skipIf(!chromium.available)('A window', () => {
  const open = appPerTest()

  it('keeps unsaved work through a reload, and through the end of the app', LIMIT, async () => {
    const opened = await open()
    const { page } = opened
    await makeTool(page, 'Unsaved')
    await pasteScript(page, '# Nobody saved this.\ndef run_tool(input_dir, output_dir):\n    return "one"\n')
    await seen(page.getByText('Unsaved, kept on this device'))
    await page.reload()
    await seen(page.getByText(/Your unsaved work from .* was restored/))
    await seen(page.locator('.view-line').getByText('# Nobody saved this.'))

    // Once more, with the process killed as soon as the page says that the text is kept.
    await focusCode(page)
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.type('# Nor this. ')
    await seen(page.getByText('Unsaved, kept on this device'))
    opened.watcher.allow(UNREACHABLE)
    await opened.kill()
    await opened.restart()
    await opened.page.goto(`${new URL(opened.page.url()).origin}/#/tools/unsaved`)
    await seen(opened.page.getByText(/Your unsaved work from .* was restored/))
    await seen(opened.page.locator('.view-line').getByText('# Nor this. # Nobody saved this.'))
  })

  it('shows both sides when somebody saved meanwhile, and loses neither', LIMIT, async () => {
    const opened = await open()
    const { page } = opened
    await makeTool(page, 'Contested')
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "the beginning"\n')
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))

    const second = await opened.newPage()
    await second.goto(`${new URL(second.url()).origin}/#/tools/contested`)
    await seen(second.locator('.view-line').getByText('the beginning'))
    await pasteScript(second, 'def run_tool(input_dir, output_dir):\n    return "theirs"\n')
    await button(second, 'Save').click()
    await seen(second.getByText('All saved', { exact: true }))

    await seen(page.getByText('Somebody has saved over this version meanwhile.'))
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "mine"\n')
    await button(page, 'Save').click()
    const dialog = await seen(page.getByRole('dialog', { name: 'This draft has moved on' }))
    await seen(dialog.locator('.original-in-monaco-diff-editor .view-line').getByText('theirs'))
    await seen(dialog.locator('.modified-in-monaco-diff-editor .view-line').getByText('mine'))
    await button(dialog, 'Keep mine as a new draft line').click()
    await gone(dialog)
    await seen(page.getByText('All saved', { exact: true }))

    const beside = opened.beside()
    const { items } = await beside.must(null, 'versions.list', { tool: 'contested' })
    const sources = await Promise.all(items.map(({ id }) => beside.must(null, 'versions.get', { version: id })))
    const said = sources.filter(({ is_head }) => is_head).map(({ source_code }) => /"(.*)"/.exec(source_code)?.[1])
    expect(said.toSorted()).toEqual(['mine', 'theirs'])
  })

  it('takes theirs and brings mine back after a save from a shell', LIMIT, async () => {
    const opened = await open()
    const { page } = opened
    await makeTool(page, 'From a shell')
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "the beginning"\n')
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "mine"\n')
    const beside = opened.beside()
    const head = await beside.must(null, 'versions.get', { version: 'from-a-shell@head' })
    const theirs = 'def run_tool(input_dir, output_dir):\n    return "theirs"\n'
    await beside.must(null, 'versions.save', {
      tool: 'from-a-shell',
      source_code: theirs,
      expected_parent_version_id: head.id,
    })
    await button(page, 'Save').click()
    const dialog = await seen(page.getByRole('dialog', { name: 'This draft has moved on' }))
    await button(dialog, 'Take theirs').click()
    await seen(page.locator('.view-line').getByText('theirs'))
    await button(page, 'Bring mine back').click()
    await seen(page.locator('.view-line').getByText('mine'))
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))
    expect(await beside.must(null, 'versions.get', { version: 'from-a-shell@head' })).toMatchObject({
      source_code: 'def run_tool(input_dir, output_dir):\n    return "mine"\n',
    })
  })

  it(
    'says that there is no engine, runs in the embedded Python, and never waits for the one that is missing',
    LIMIT,
    async () => {
      const { page } = await open({ dockerHost: null })
      const indicator = await seen(button(page, 'Embedded Python in use'))
      await indicator.click()
      await seen(page.getByText('Not available', { exact: true }))
      await seen(page.getByText(/Docker or a compatible engine|engine/).first())
      await page.keyboard.press('Escape')
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalogue' }).click()
      await page.getByRole('link', { name: 'Text cleaner' }).click()
      await page.getByRole('textbox', { name: 'Text', exact: true }).fill('A  text   with  “quotes”.')
      await startRun(page)
      await runEnds(page, 'Succeeded')
      await seen(page.getByText('A text with “quotes”.'))
    },
  )

  it('says that the app is gone, keeps what was typed, and goes on when it is back', LIMIT, async () => {
    const opened = await open()
    const { page, watcher } = opened
    watcher.allow(UNREACHABLE)
    await makeTool(page, 'Patient')
    opened.freeze()
    // The page gives up on a silent app after 25 s; a frozen one is as silent as one whose machine sleeps.
    await seen(page.getByText('Connection to the app lost, trying again.'))
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "typed meanwhile"\n')
    opened.thaw()
    await gone(page.getByText('Connection to the app lost, trying again.'))
    await seen(page.locator('.view-line').getByText('typed meanwhile'))
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))
  })

  it('says that the app was closed, and what to do with what is on the screen', LIMIT, async () => {
    const opened = await open()
    const { page, watcher, dataDir } = opened
    watcher.allow(UNREACHABLE)
    watcher.allow(/status of 401/)
    await makeTool(page, 'Left alone')
    // Colours and a found problem: then the page has fetched all that it fetches piece by piece.
    await pasteScript(page, 'import os\n\n\ndef run_tool(input_dir, output_dir):\n    return ""\n')
    await seen(page.locator('.view-line span[class^=mtk]:not(.mtk1)').getByText('import'))
    await seen(page.getByText(/os.* imported but unused/))
    const { origin } = new URL(page.url())
    await opened.kill()
    await seen(page.getByText('Connection to the app lost, trying again.'))
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "not kept yet"\n')
    await button(page, 'Save').click()
    await seen(page.getByText('Check that the app is still running.'))

    // Started again at the same address it is another app to this page, which has to be opened anew.
    const again = await serve(['--data-dir', dataDir, '--port', new URL(origin).port])
    try {
      await seen(page.getByText('This page is no longer signed in.'))
      await seen(page.locator('.view-line').getByText('not kept yet'))
      const reopened = await page.context().newPage()
      await reopened.goto(again.address)
      await seen(heading(reopened, 'Tools'))
      await seen(row(reopened, 'Tools', 'Left alone'))
    } finally {
      await again.end()
    }
  })

  it('is one for a folder: a second start leads to the first, or says clearly why it cannot', LIMIT, async () => {
    const opened = await open()
    const { dataDir, page } = opened
    const words = ['serve', '--no-open']
    const second = await commandLine(dataDir, words)
    expect(second.exitCode).toBe(0)
    expect(second.stderr).toContain('This folder has a window already')
    expect(new URL(second.stdout.trim()).origin).toBe(new URL(page.url()).origin)
    const other = await page.context().newPage()
    await other.goto(second.stdout.trim())
    await seen(heading(other, 'Tools'))

    opened.freeze()
    try {
      const refused = await commandLine(dataDir, words)
      expect(refused.exitCode).not.toBe(0)
      expect(refused.stdout).toBe('')
      expect(refused.stderr).toContain(`A window is open on ${dataDir} already.`)
    } finally {
      opened.thaw()
    }
    await goTo(page, 'Catalogue')
  })

  it('works once with each address, and says so to whoever comes a second time', LIMIT, async () => {
    const opened = await open()
    opened.watcher.allow(/status of 40[13]/)
    const address = opened.page.url().replace(/#.*/, '')
    const stranger = await (await opened.newPage()).context().browser()?.newContext()
    const page = await stranger!.newPage()
    await page.goto(`${address}#code=made-up`)
    await seen(page.getByText('Open Scriptorium from its own address'))
    await stranger!.close()
  })

  it('asks for the passphrase of a locked key, and has what was typed before it was locked', LIMIT, async () => {
    const opened = await open()
    const beside = opened.beside()
    await beside.must(null, 'keys.protect', { protection: 'passphrase', passphrase: 'correct horse battery' })
    await beside.close()
    await opened.restart()
    const { page } = opened
    await seen(page.getByRole('heading', { name: /^Welcome back, / }))
    await page.getByLabel('Passphrase').fill('something else')
    await button(page, 'Unlock').click()
    await seen(page.getByText('That isn’t the passphrase.'))
    await page.getByLabel('Passphrase').fill('correct horse battery')
    await page.keyboard.press('Enter')
    await seen(heading(page, 'Tools'), RUN_LIMIT_MS)

    await makeTool(page, 'Behind a lock')
    await pasteScript(page, 'def run_tool(input_dir, output_dir):\n    return "typed before"\n')
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('lock my key')
    await page.keyboard.press('Enter')
    await seen(page.getByRole('heading', { name: /^Welcome back, / }))
    expect(await page.getByText('typed before').isVisible()).toBe(false)
    await page.getByLabel('Passphrase').fill('correct horse battery')
    await page.keyboard.press('Enter')
    await seen(page.locator('.view-line').getByText('typed before'), RUN_LIMIT_MS)
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))
  })

  it('takes what is typed right after the palette was asked for, before a frame is drawn', LIMIT, async () => {
    const { page } = await open()
    await makeTool(page, 'Quick fingers')
    await pasteScript(page, 'SCRIPT = 1\n')
    await page.evaluate(() => void (window.requestAnimationFrame = () => 0))
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('catalogue')
    const field = await seen(page.getByPlaceholder('Find a place or something to do'))
    expect(await field.inputValue()).toBe('catalogue')
    // The focus goes back to where it was, and what is typed goes there again.
    await page.keyboard.press('Escape')
    await gone(page.getByRole('dialog', { name: 'Find or do anything' }))
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null)).toBe(true)
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('catalogue')
    await page.keyboard.press('Enter')
    await seen(heading(page, 'Catalogue'))
  })

  it('finds a run again after a reload, and goes on with its log', LIMIT, async () => {
    const { page } = await open()
    await makeTool(page, 'Long')
    const lines = ['import time', '', '', 'def run_tool(input_dir, output_dir):']
    const body = ['    for step in range(600):', '        print(f"step {step}")', '        time.sleep(0.2)']
    await pasteScript(page, [...lines, ...body, ''].join('\n'))
    await startRun(page)
    await seen(log(page).getByText('step 2', { exact: true }), RUN_LIMIT_MS)
    await page.reload()
    await seen(button(page, 'Cancel'), RUN_LIMIT_MS)
    const stepsSeen = async () =>
      Math.max(
        -1,
        ...(
          await log(page)
            .getByText(/^step \d+$/)
            .allInnerTexts()
        ).map((text) => Number(text.slice(5))),
      )
    const before = await stepsSeen()
    await expect.poll(stepsSeen, { timeout: 60_000 }).toBeGreaterThan(before)
    await button(page, 'Cancel').click()
    await runEnds(page, 'Cancelled')
  })
})
