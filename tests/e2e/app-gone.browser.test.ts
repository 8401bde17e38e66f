import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { appPerTest } from '../support/app-per-test.ts'
import { needs } from '../support/needs.ts'
import { button, goTo, seen } from '../support/page.ts'
import type { App } from '../support/window.ts'
import { UNREACHABLE } from '../support/window-watch.ts'

/** The app's process ends while the page fetches something from it: the page says so, and nothing in it breaks. */

const chromium = await needs('chromium')
const LIMIT = { timeout: 300_000 }
const LOST = 'Connection to the app lost, trying again.'
const SOURCE = 'import os\n\n\ndef run_tool(input_dir, output_dir):\n    return "one"\n'

describe.skipIf(!chromium.available)('When the app is gone', () => {
  const open = appPerTest()

  /** A tool with one active version and one in review; the page is where it starts, with no editor fetched yet. */
  async function openShelf(): Promise<{ app: App; page: Page; version: string }> {
    const opened = await open({ dockerHost: null })
    const beside = opened.beside()
    await beside.must(null, 'tools.create', { slug: 'left', title: 'Left alone' })
    const save = async (source_code: string) => {
      const { id } = await beside.must(null, 'versions.save', {
        tool: 'left',
        source_code,
        expected_parent_version_id: null,
      })
      return (await beside.must(null, 'versions.submit', { version: id })).id
    }
    const first = await save(SOURCE)
    await beside.must(null, 'versions.publish', { version: first, expected_active_version_id: null })
    const version = await save(SOURCE.replace('one', 'two'))
    await beside.close()
    await goTo(opened.page, 'Tools')
    await seen(opened.page.getByRole('link', { name: 'Left alone' }))
    return { app: opened, page: opened.page, version }
  }

  /** Ends the process when the page asks for a part, before it is answered. */
  async function endAt({ app: opened, page }: { app: App; page: Page }, part: RegExp): Promise<void> {
    opened.watcher.allow(UNREACHABLE)
    let ending: Promise<void> | null = null
    await page.context().route(part, async (route) => {
      ending ??= opened.kill()
      await ending
      await route.continue().catch(() => {})
    })
  }

  async function saysSo(page: Page): Promise<void> {
    await seen(page.getByText(LOST))
    // Whatever fails late has failed by the time that it has tried to come back twice.
    for (const _ of [1, 2]) await page.waitForRequest(/\/events$/, { timeout: 60_000 })
    await seen(page.getByText(LOST))
    expect(await page.getByText(/stopped working|could not be fetched/).count()).toBe(0)
  }

  it.each([
    ['the screen', /\/assets\/screen-[^/]*\.js/],
    ['the editor', /\/assets\/code-editor-view-/],
    ['what the editor is made of', /\/assets\/use-line-notes-[^/]*\.js/],
    ['the linter', /\/assets\/linter\.worker-/],
    ['what the linter is made of', /\.wasm/],
    ['what is opened', /\/call\/editor\.open/],
  ])('while the editor fetches %s', LIMIT, async (_what, part) => {
    const shelf = await openShelf()
    await endAt(shelf, part)
    await shelf.page.getByRole('link', { name: 'Left alone' }).click()
    await saysSo(shelf.page)
  })

  it.each([
    ['the screen', /\/assets\/screen-[^/]*\.js/],
    ['the difference', /\/assets\/code-diff-view-/],
    ['the editor’s worker', /\/assets\/editor\.worker-/],
    ['the comments', /\/call\/versions\.comments/],
  ])('while a review fetches %s', LIMIT, async (_what, part) => {
    const shelf = await openShelf()
    await endAt(shelf, part)
    await shelf.page.goto(`${new URL(shelf.page.url()).origin}/#/reviews/${shelf.version}`)
    await saysSo(shelf.page)
  })

  it(
    'a part that is not given, though the app is there, is no bug of the screen and can be asked for anew',
    LIMIT,
    async () => {
      const { app: opened, page } = await openShelf()
      opened.watcher.allow(/net::ERR_FAILED|code-editor-view/)
      await page.context().route(/\/assets\/code-editor-view-/, (route) => route.abort(), { times: 1 })
      await page.getByRole('link', { name: 'Left alone' }).click()
      await seen(page.getByText('A part of this screen could not be fetched'))
      await button(page, 'Load the page again').click()
      await seen(page.locator('.monaco-editor .view-line'))
    },
  )
})
