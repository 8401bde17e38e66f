import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, expect } from 'vitest'

/** What a person does in the window, in their words. Each waits for what they would wait for, and no longer. */

const FAILURES = path.join(import.meta.dirname, '..', '..', '.cache', 'failures')

/** For what takes a moment, on a machine that has other things to do. */
export const PATIENCE_MS = 60_000
/** For what a script does. */
export const RUN_LIMIT_MS = 120_000

export async function seen(what: Locator, limitMs = PATIENCE_MS): Promise<Locator> {
  await what.first().waitFor({ state: 'visible', timeout: limitMs })
  return what.first()
}

export async function gone(what: Locator, limitMs = PATIENCE_MS): Promise<void> {
  await expect.poll(() => what.count(), { timeout: limitMs, message: `${String(what)} goes away` }).toBe(0)
}

export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true })
}

export function heading(page: Page, name: string | RegExp): Locator {
  return page.getByRole('heading', { level: 1, name, exact: true })
}

/** Goes to an address within the app, as a link from elsewhere would. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => void (location.hash = hash), `#/${path}`)
}

/** Tells of a place by its link in the navigation. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: new RegExp(`^${place}`) })
    .click()
  await seen(heading(page, place))
}

const memberMenu = (page: Page): Locator => page.getByRole('button', { name: /Acting as/ })

/** The name of whoever acts now. */
export async function actingAs(page: Page): Promise<string> {
  return /Acting as\s+(.*)/.exec(await memberMenu(page).innerText())?.[1]?.trim() ?? ''
}

export async function actAs(page: Page, name: string): Promise<void> {
  await memberMenu(page).click()
  await page.getByRole('menuitem', { name }).click()
  await seen(memberMenu(page).filter({ hasText: name }))
}

export async function addMember(page: Page, name: string, role: string): Promise<void> {
  await goTo(page, 'Members')
  await button(page, 'Add a member').click()
  const dialog = await seen(page.getByRole('dialog', { name: 'Add a member' }))
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('radio', { name: new RegExp(`^${role}`) }).check()
  await button(dialog, 'Add').click()
  await seen(page.getByRole('table', { name: 'Members' }).getByText(name, { exact: true }))
}

export async function makeTool(page: Page, title: string): Promise<void> {
  await goTo(page, 'Tools')
  await button(page, 'New tool').click()
  const dialog = await seen(page.getByRole('dialog', { name: 'New tool' }))
  await dialog.getByLabel('Title').fill(title)
  await button(dialog, 'Make the tool').click()
  await seen(heading(page, title))
  await seen(page.locator('.monaco-editor .view-line'))
}

/** The row of a list that a link stands for. */
export function row(page: Page, list: string, name: string): Locator {
  return page.getByRole('table', { name: list }).getByRole('row').filter({ hasText: name })
}

/** The text of an editor as it is shown, where it is short enough to be shown as a whole. */
export async function focusCode(page: Page): Promise<void> {
  await page.locator('.monaco-editor .view-lines').first().click()
}

/**
 * Types a script as a person does, key by key, with the editor's own indentation and brackets at work; what the editor
 * indented by itself is typed over.
 */
export async function typeScript(page: Page, source: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await typeLines(page, source.trimEnd().split('\n'))
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.press('Delete')
}

export async function typeLines(page: Page, lines: readonly string[]): Promise<void> {
  for (const [index, line] of lines.entries()) {
    if (index > 0) await page.keyboard.press('Enter')
    if (line === '') continue
    await page.keyboard.press('Shift+Home')
    await page.keyboard.type(line)
  }
}

/** Everything at once, as from the clipboard: for scripts whose typing isn't what is tried. */
export async function pasteScript(page: Page, source: string): Promise<void> {
  await focusCode(page)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('Delete')
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, source)
}

export async function save(page: Page, summary?: string): Promise<void> {
  if (summary !== undefined) await page.getByLabel('What changed').fill(summary)
  await button(page, 'Save').click()
  await seen(page.getByText('All saved', { exact: true }))
}

export async function chooseFiles(page: Page, files: string[]): Promise<void> {
  const choose = page.getByRole('button', { name: /^Choose (a file|files)…$/ }).first()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: PATIENCE_MS }), choose.click()])
  await chooser.setFiles(files)
  for (const file of files) await seen(page.getByText(path.basename(file), { exact: true }))
}

/** Drops a file where files are asked for, as from the desktop. */
export async function dropFile(page: Page, file: string): Promise<void> {
  const name = path.basename(file)
  const content = await readFile(file, 'utf8')
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const files = new DataTransfer()
      files.items.add(new File([text], fileName))
      return files
    },
    [name, content] as const,
  )
  const target = page
    .getByRole('group')
    .filter({ has: page.getByRole('button', { name: /^Choose/ }) })
    .first()
  await target.dispatchEvent('dragover', { dataTransfer: transfer })
  await target.dispatchEvent('drop', { dataTransfer: transfer })
  await seen(page.getByText(name, { exact: true }))
}

/** The button of the run panel, not the editor's. */
export async function startRun(page: Page): Promise<void> {
  await button(page.getByRole('form', { name: 'Run' }), 'Run').click()
}

export async function runEnds(page: Page, how: string | RegExp): Promise<void> {
  const ended = page.getByRole('status').getByText(how, { exact: typeof how === 'string' })
  await seen(ended, RUN_LIMIT_MS)
}

export function log(page: Page): Locator {
  return page.getByRole('log', { name: 'What the script wrote' })
}

/** Presses Tab until the focus is on what is looked for, as somebody without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp, role?: string, most = 80): Promise<void> {
  const passed: string[] = []
  for (let pressed = 0; pressed < most; pressed++) {
    await page.keyboard.press('Tab')
    const focused = await describeFocus(page)
    passed.push(`${focused.role} ${focused.name}`)
    const matches = typeof name === 'string' ? focused.name === name : name.test(focused.name)
    if (matches && (role === undefined || focused.role === role)) return
  }
  throw new Error(`the Tab key never reached ${role ?? ''} ${String(name)}; it passed ${passed.join(', ')}`)
}

/** Role and name of what has the focus, near enough for the elements that this app has. */
async function describeFocus(page: Page): Promise<{ role: string; name: string }> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return { role: '', name: '' }
    const labelledBy = element.getAttribute('aria-labelledby')
    const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null
    const name =
      element.getAttribute('aria-label') ??
      (labelledBy === null ? null : document.getElementById(labelledBy)?.textContent) ??
      labels?.[0]?.textContent ??
      element.textContent
    const tags: Record<string, string> = { A: 'link', BUTTON: 'button', INPUT: 'textbox', TEXTAREA: 'textbox' }
    const role = element.getAttribute('role') ?? tags[element.tagName] ?? element.tagName.toLowerCase()
    return {
      role,
      name: (name ?? '')
        .replace(/\s*\*$/, '')
        .trim()
        .slice(0, 60),
    }
  })
}

/** Saves a file that is offered, and answers with its content. */
export async function saveOffered(page: Page, offer: Locator): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE_MS }), offer.click()])
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
}

/** What was on the screen when a test failed is worth more than its message: `.cache/failures` has a picture of it. */
export function keepPicturesOfFailures(pageNow: () => Page | undefined): void {
  afterEach(async ({ task }) => {
    const page = pageNow()
    if (task.result?.state !== 'fail' || page === undefined || page.isClosed()) return
    const name = `${path.basename(task.file.name)} ${task.name}`.replaceAll(/[^\w.-]+/g, '-').slice(0, 120)
    await page.screenshot({ path: path.join(FAILURES, `${name}.png`) }).catch(() => {})
  })
}

/** A file that is made up on the spot. */
export async function chooseSample(page: Page, name: string, content: string): Promise<void> {
  const choose = page.getByRole('button', { name: /^Choose (a file|files)…$/ }).first()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: PATIENCE_MS }), choose.click()])
  await chooser.setFiles([{ name, mimeType: 'text/plain', buffer: Buffer.from(content) }])
  await seen(page.getByText(name, { exact: true }))
}
