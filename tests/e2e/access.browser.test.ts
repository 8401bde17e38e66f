import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import {
  button,
  chooseSample,
  heading,
  keepPicturesOfFailures,
  runEnds,
  seen,
  startRun,
  visit,
} from '../support/page.ts'
import { closeBrowser, openApp, type App } from '../support/window.ts'

/** Every screen and dialog, in light and dark and on a narrow window: readable, named, and never wider than it. */

const chromium = await needs('chromium')
const SERIOUS = new Set(['serious', 'critical'])
const NARROW = { width: 420, height: 800 }
const WIDE = { width: 1280, height: 800 }

interface Place {
  name: string
  /** After the `#`. */
  path: string
  /** What tells that it is there. */
  ready: (page: Page) => Promise<unknown>
}

describe.skipIf(!chromium.available)('Every screen', () => {
  let app: App
  let page: Page
  let places: Place[]
  let dialogs: (Place & { open: (page: Page) => Promise<void> })[]

  keepPicturesOfFailures(() => app?.page)
  beforeAll(async () => {
    app = await openApp()
    page = app.page
    await seen(heading(page, 'Tools'))
    const ids = await fill(app)
    const title = (name: string | RegExp) => (shown: Page) => seen(heading(shown, name))
    const code = (shown: Page) => seen(shown.locator('.monaco-editor .view-line'))
    places = [
      { name: 'tools', path: 'tools', ready: title('Tools') },
      { name: 'editor', path: 'tools/seating', ready: code },
      { name: 'editor of an active version', path: 'tools/csv-summary', ready: code },
      { name: 'version history', path: 'tools/seating/history', ready: title('Seating plan') },
      { name: 'reviews', path: 'reviews', ready: (shown) => seen(shown.getByRole('link', { name: 'Seating plan' })) },
      { name: 'review', path: `reviews/${ids.inReview}`, ready: (shown) => seen(shown.locator('.line-insert')) },
      {
        name: 'catalogue',
        path: 'catalogue',
        ready: (shown) => seen(shown.getByRole('link', { name: 'Text cleaner' })),
      },
      { name: 'a tool to run', path: 'catalogue/csv-summary', ready: title('CSV summary') },
      { name: 'a tool to run, with choices', path: 'catalogue/text-cleaner', ready: title('Text cleaner') },
      { name: 'my runs', path: 'runs', ready: (shown) => seen(shown.getByText('Failed', { exact: true })) },
      {
        name: 'a run with results',
        path: `runs/${ids.succeeded}`,
        ready: (shown) => seen(shown.getByText('First rows')),
      },
      { name: 'a run that failed', path: `runs/${ids.failed}`, ready: (shown) => seen(shown.getByText('On record')) },
      { name: 'all runs', path: 'runs/all', ready: title('All runs') },
      {
        name: 'two runs',
        path: `runs/compare/${ids.succeeded}/${ids.failed}`,
        ready: (shown) => seen(firstHeading(shown)),
      },
      { name: 'suggestions', path: 'suggestions', ready: title('Suggestions') },
      { name: 'advisories', path: 'advisories', ready: title('Advisories') },
      { name: 'integrity', path: 'integrity', ready: title('Integrity') },
      { name: 'keys', path: 'keys', ready: title(/Keys/) },
      { name: 'audit', path: 'audit', ready: title('Audit') },
      { name: 'backups', path: 'backups', ready: title('Backups') },
      { name: 'members', path: 'members', ready: (shown) => seen(shown.getByText('Grace', { exact: true })) },
      { name: 'settings', path: 'settings', ready: (shown) => seen(shown.getByRole('heading', { name: 'Runners' })) },
      { name: 'nothing', path: 'nowhere', ready: title('Not found') },
    ]
    const dialog = (name: string) => (shown: Page) => seen(shown.getByRole('dialog', { name }))
    const place = (name: string) => places.find((each) => each.name === name) as Place
    const opening = (name: string, at: string, open: (shown: Page) => Promise<void>, ready = dialog(name)) => ({
      ...place(at),
      name,
      open,
      ready,
    })
    dialogs = [
      opening('New tool', 'tools', (shown) => button(shown, 'New tool').click()),
      opening('Keyboard', 'tools', (shown) => shown.keyboard.press('?')),
      opening('Find or do anything', 'tools', (shown) => shown.keyboard.press('ControlOrMeta+K')),
      opening(
        'a menu',
        'tools',
        (shown) => button(shown, 'Actions for CSV summary').click(),
        (shown) => seen(shown.getByRole('menuitem', { name: 'Edit details…' })),
      ),
      opening('Save these inputs', 'a tool to run', (shown) => button(shown, 'Save inputs…').click()),
      opening('Approve and publish', 'review', (shown) => button(shown, 'Approve and publish').click()),
      opening('Request changes', 'review', (shown) => button(shown, 'Request changes').click()),
      opening('Withdraw from review', 'review', (shown) => button(shown, 'Withdraw').click()),
      opening('Add a member', 'members', (shown) => button(shown, 'Add a member').click()),
      opening(
        'whom to act as',
        'members',
        (shown) => shown.getByRole('button', { name: /Acting as/ }).click(),
        (shown) => seen(shown.getByRole('menuitem', { name: 'Grace' })),
      ),
      opening(
        'runners',
        'catalogue',
        (shown) => button(shown, 'Embedded Python in use').click(),
        (shown) => seen(button(shown, 'Check again')),
      ),
    ]
  }, 300_000)
  afterAll(async () => {
    await app?.close()
    await closeBrowser()
  }, 120_000)

  it.each(['light', 'dark'] as const)(
    'can be read and operated by everybody, %s',
    { timeout: 600_000 },
    async (colorScheme) => {
      await page.setViewportSize(WIDE)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const found: string[] = []
      for (const place of places) {
        await visit(page, place.path)
        await place.ready(page)
        found.push(...(await violations(page, place.name)))
      }
      for (const place of dialogs) {
        await visit(page, place.path)
        await places.find(({ path }) => path === place.path)?.ready(page)
        await place.open(page)
        await place.ready(page)
        found.push(...(await violations(page, place.name)))
        await page.keyboard.press('Escape')
      }
      expect(found).toEqual([])
    },
  )

  it('fits a narrow window without scrolling sideways', { timeout: 300_000 }, async () => {
    await page.setViewportSize(NARROW)
    await page.emulateMedia({ colorScheme: 'light' })
    const tooWide: string[] = []
    for (const place of places) {
      await visit(page, place.path)
      await place.ready(page).catch(() => tooWide.push(`${place.name}: never ready`))
      tooWide.push(...(await sideways(page)).map((what) => `${place.name}: ${what}`))
    }
    expect(tooWide).toEqual([])
    await button(page, 'Open navigation').click()
    await seen(page.getByRole('dialog').getByRole('link', { name: 'Catalogue' }))
    expect(await violations(page, 'navigation')).toEqual([])
    await page.keyboard.press('Escape')
  })

  it('has one first heading and a title of its own', { timeout: 300_000 }, async () => {
    await page.setViewportSize(WIDE)
    const titles = new Map<string, string>()
    for (const place of places) {
      await visit(page, place.path)
      await place.ready(page)
      expect([place.name, await page.getByRole('heading', { level: 1 }).count()]).toEqual([place.name, 1])
      titles.set(place.name, await page.title())
    }
    for (const [name, title] of titles)
      expect([name, title]).toEqual([name, expect.stringMatching(/.+ · Scriptorium$/)])
  })
})

const firstHeading = (page: Page) => page.getByRole('heading', { level: 1 })

/** Data for every screen: a version in review that differs from the active one, a run that went well and one that didn't. */
async function fill(app: App): Promise<{ inReview: string; succeeded: string; failed: string }> {
  const beside = app.beside()
  await beside.must(null, 'members.add', { name: 'Grace', role: 'admin' })
  await beside.must(null, 'members.add', { name: 'Uma', role: 'user' })
  await beside.must(null, 'tools.create', {
    slug: 'seating',
    title: 'Seating plan',
    summary: 'Who sits where.',
    tags: ['school'],
  })
  // Of everything that has a colour of its own something is removed and something added.
  const source = '# By name.\ndef run_tool(input_dir, output_dir):\n    rows = 3\n    return f"<p>{rows} rows</p>"\n'
  const changed =
    '# By row.\ndef run_tool(input_dir, output_dir):\n    for row in range(4):\n        print("row", row)\n    return "<p>4</p>"\n'
  const first = await beside.must(null, 'versions.save', {
    tool: 'seating',
    source_code: source,
    expected_parent_version_id: null,
    change_summary: `First version, ${'with everything that was asked for, '.repeat(5)}and more`,
  })
  await beside.must(null, 'versions.submit', { version: first.id })
  await beside.must(null, 'versions.publish', { version: first.id, expected_active_version_id: null })
  const second = await beside.must(null, 'versions.save', {
    tool: 'seating',
    source_code: changed,
    expected_parent_version_id: null,
    change_summary: 'By row',
    usage_instructions: '## How\n\n1. Choose a *list*\n2. Run',
  })
  await beside.must(null, 'versions.submit', { version: second.id, review_note: 'Tried with class 7b.' })
  await beside.close()

  const { page } = app
  const runOf = () => page.evaluate(() => sessionStorage.getItem('scriptorium.run.tool.csv-summary') ?? '')
  await visit(page, 'catalogue/csv-summary')
  await chooseSample(page, 'amounts.csv', 'name,amount\nAda,3\nBlaise,4\n')
  await startRun(page)
  await runEnds(page, 'Succeeded')
  const succeeded = await runOf()
  await button(page, 'Remove amounts.csv').click()
  await chooseSample(page, 'empty.csv', '\n')
  await startRun(page)
  await seen(page.getByText('empty.csv is empty.'))
  return { inReview: second.id, succeeded, failed: await runOf() }
}

async function violations(page: Page, where: string): Promise<string[]> {
  // What a script has made is not ours to judge.
  const { violations: found } = await new AxeBuilder({ page }).exclude('iframe').setLegacyMode().analyze()
  return found
    .filter(({ impact }) => SERIOUS.has(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) =>
        [where, id, html.slice(0, 160), failureSummary?.split('\n')[1]].join(': '),
      ),
    )
}

/** What scrolls sideways: the page, or its content. Tables, logs and code may, inside their own frames. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrollers = [document.documentElement, document.body, document.querySelector('main')]
    return scrollers.flatMap((each) => {
      if (each === null || each.scrollWidth <= each.clientWidth + 1) return []
      const right = each.getBoundingClientRect().right
      const wide = [...each.querySelectorAll('*')].filter((inner) => inner.getBoundingClientRect().right > right + 1)
      const names = wide.slice(0, 5).map((inner) => `${inner.tagName.toLowerCase()}.${inner.className}`)
      return [`${each.tagName.toLowerCase()} is ${each.scrollWidth} wide in ${each.clientWidth}: ${names.join(', ')}`]
    })
  })
}
