import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import {
  actAs,
  actingAs,
  button,
  focusCode,
  gone,
  heading,
  keepPicturesOfFailures,
  seen,
  visit,
} from '../support/page.ts'
import { closeBrowser, openApp, type App } from '../support/window.ts'

/** Looking something up and coming back: nothing typed is lost, the place in a list is kept, and everything is in reach. */

const chromium = await needs('chromium')
const LIMIT = { timeout: 180_000 }
const MANY = 30
const FORM = [
  { kind: 'string', name: 'who', label: 'Whom it is for' },
  { kind: 'string', name: 'code', label: 'Access code', secret: true },
] as const

describe.skipIf(!chromium.available)('Coming back', () => {
  let app: App
  let page: Page
  let superuser: string
  let ids: { inReview: string; runOfGrace: string }

  keepPicturesOfFailures(() => app?.page)
  beforeAll(async () => {
    app = await openApp()
    page = app.page
    await seen(heading(page, 'Tools'))
    superuser = await actingAs(page)
    ids = await fill(app)
  }, 300_000)
  afterAll(async () => {
    await app?.close()
    await closeBrowser()
  }, 120_000)

  const dialog = (name: string) => page.getByRole('dialog', { name })
  const marked = () => page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]').allInnerTexts()

  it('reaches every one of many members in the menu', LIMIT, async () => {
    await page.setViewportSize({ width: 1024, height: 700 })
    const last = `Pupil ${MANY}`
    await actAs(page, last)
    expect(await actingAs(page)).toBe(last)
    await actAs(page, superuser)
  })

  it('keeps every column of a list within it, on a small screen as well', LIMIT, async () => {
    await page.setViewportSize({ width: 1024, height: 700 })
    const places = [
      'tools',
      'tools/letter/history',
      'runs/all',
      'runs',
      'suggestions',
      'members',
      'keys',
      'audit',
      'backups',
    ]
    const outside: string[] = []
    for (const place of places) {
      await visit(page, place)
      await seen(page.getByRole('table').or(page.getByRole('heading', { level: 2 })))
      for (const cell of await cellsOutside(page)) outside.push(`${place}: ${cell}`)
    }
    expect(outside).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('marks the place in the navigation that a run belongs to', LIMIT, async () => {
    await visit(page, `runs/${ids.runOfGrace}`)
    await seen(page.getByRole('link', { name: 'All runs' }).nth(1))
    await expect.poll(marked).toEqual(['All runs'])
    // Also where one comes from one's own runs, by an address that somebody sent.
    await visit(page, 'runs')
    await seen(heading(page, 'My runs'))
    await visit(page, `runs/${ids.runOfGrace}`)
    await seen(page.getByText('On record'))
    await expect.poll(marked).toEqual(['All runs'])
    await actAs(page, 'Grace')
    await visit(page, `runs/${ids.runOfGrace}`)
    await expect.poll(marked).toEqual(['My runs'])
    await actAs(page, superuser)
  })

  it('shows where one is in a navigation that is longer than the window', LIMIT, async () => {
    await page.setViewportSize({ width: 1024, height: 600 })
    const here = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]')
    for (const [place, label] of [
      ['settings', 'Settings'],
      ['catalogue', 'Catalogue'],
    ] as const) {
      await visit(page, place)
      await expect.poll(marked).toEqual([label])
      await expect.poll(() => here.evaluate(isWhollyShown)).toBe(true)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('tells the list of members from what waits to be decided about some of them', LIMIT, async () => {
    const beside = app.beside()
    const { items } = await beside.must(null, 'members.list', {})
    const pupil = items.find(({ name }) => name === 'Pupil 3')?.id ?? ''
    const { id } = await beside.must('Linus', 'members.nominate', {
      member_id: pupil,
      role: 'contributor',
      reason: 'Able.',
    })
    await visit(page, 'members')
    await seen(page.getByRole('heading', { level: 2, name: 'Nominations' }))
    await seen(page.getByRole('region', { name: 'Everybody' }).getByRole('table', { name: 'Members' }))
    await beside.must(null, 'members.decideNomination', { nomination_id: id, approve: false, reason: 'Next year.' })
    await beside.close()
  })

  it('shows on a narrow window what a reviewer is told, and no empty places', LIMIT, async () => {
    await page.setViewportSize({ width: 420, height: 800 })
    await visit(page, 'reviews')
    await seen(page.getByText('For the autumn.'))
    await visit(page, 'tools')
    await seen(page.getByRole('table', { name: 'Tools' }))
    const empty = page.getByRole('table', { name: 'Tools' }).locator('[role="cell"]:visible', { hasNotText: /./ })
    expect(await empty.filter({ hasNot: page.getByRole('button') }).count()).toBe(0)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('comes back to the same row of a long list, from its link and by the back button', LIMIT, async () => {
    await visit(page, 'tools')
    const list = page.locator('main')
    const row = page.getByRole('link', { name: `Shelf tool ${MANY - 2}`, exact: true })
    await seen(row)
    await row.scrollIntoViewIfNeeded()
    const before = await list.evaluate((main) => main.scrollTop)
    expect(before).toBeGreaterThan(200)
    for (const back of [() => page.goBack(), () => page.getByRole('link', { name: 'Back to the tools' }).click()]) {
      await row.click()
      await seen(heading(page, `Shelf tool ${MANY - 2}`))
      await back()
      await seen(row)
      await expect.poll(() => list.evaluate((main) => main.scrollTop)).toBe(before)
      expect(await row.evaluate((link) => link === document.activeElement)).toBe(true)
    }
    // Whoever goes there anew starts at the top.
    await visit(page, 'catalogue')
    await seen(heading(page, 'Catalogue'))
    await visit(page, 'tools')
    await seen(row)
    expect(await list.evaluate((main) => main.scrollTop)).toBe(0)
  })

  it('keeps what was filled in for a run, but no secret', LIMIT, async () => {
    await visit(page, 'catalogue/letter')
    await page.getByLabel('Whom it is for').fill('The Hoppers')
    await page.getByLabel('Access code').fill('hush')
    await visit(page, 'catalogue')
    await seen(heading(page, 'Catalogue'))
    await visit(page, 'catalogue/letter')
    await expect.poll(() => page.getByLabel('Whom it is for').inputValue()).toBe('The Hoppers')
    expect(await page.getByLabel('Access code').inputValue()).toBe('')
  })

  it('brings back unsaved work that was discarded', LIMIT, async () => {
    const code = page.locator('.monaco-editor .view-lines').first()
    await visit(page, 'tools/letter')
    await focusCode(page)
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.type('# A word\n')
    await seen(page.getByText('Unsaved, kept on this device'))
    await visit(page, 'catalogue')
    await seen(heading(page, 'Catalogue'))
    await visit(page, 'tools/letter')
    await button(page, 'Discard it').click()
    await expect.poll(() => code.innerText()).not.toContain('word')
    await button(page, 'Bring mine back').click()
    await expect.poll(() => code.innerText()).toContain('word')
    await seen(page.getByText('Unsaved, kept on this device'))
  })

  it('keeps a reason whose dialog was closed, until it is sent', LIMIT, async () => {
    await visit(page, 'members')
    const ending = dialog('End the membership of Pupil 1')
    const open = () => button(page, 'End the membership of Pupil 1').click()
    await open()
    await ending.getByLabel('Reason').fill('Moved away in June.')
    await page.keyboard.press('Escape')
    await gone(ending)
    await open()
    expect(await ending.getByLabel('Reason').inputValue()).toBe('Moved away in June.')
    await button(ending, 'End the membership').click()
    await gone(ending)
    await button(page, 'End the membership of Pupil 2').click()
    expect(await dialog('End the membership of Pupil 2').getByLabel('Reason').inputValue()).toBe('')
    await page.keyboard.press('Escape')
  })

  it('shows what one reviewer typed to no other', LIMIT, async () => {
    await visit(page, `reviews/${ids.inReview}`)
    const asking = dialog('Request changes')
    const message = asking.getByLabel('What should change')
    await button(page, 'Request changes').click()
    await message.fill('Not for others yet.')
    await page.keyboard.press('Escape')
    await gone(asking)
    await button(page, 'Request changes').click()
    expect(await message.inputValue()).toBe('Not for others yet.')
    await page.keyboard.press('Escape')

    await actAs(page, 'Linus')
    await visit(page, `reviews/${ids.inReview}`)
    await button(page, 'Request changes').click()
    expect(await message.inputValue()).toBe('')
    await page.keyboard.press('Escape')
    await actAs(page, superuser)
  })
})

/** Many of everything that is listed, a tool with a form and a version in review, and a run of somebody else. */
async function fill(app: App): Promise<{ inReview: string; runOfGrace: string }> {
  const beside = app.beside()
  await beside.must(null, 'members.add', { name: 'Grace', role: 'contributor' })
  await beside.must(null, 'members.add', { name: 'Linus', role: 'admin' })
  for (let index = 1; index <= MANY; index++) {
    await beside.must(null, 'members.add', { name: `Pupil ${index}`, role: 'user' })
    await beside.must(null, 'tools.create', { slug: `shelf-${index}`, title: `Shelf tool ${index}` })
  }
  await beside.must(null, 'suggestions.submit', {
    title: 'Invoice splitter',
    description: 'One file for each class.',
    professions: ['Teacher', 'Secretary'],
    categories: [],
  })
  const { items } = await beside.must(null, 'members.list', {})
  const grace = items.find(({ name }) => name === 'Grace')
  await beside.must(null, 'tools.create', { slug: 'letter', title: 'Letter' })
  await beside.must(null, 'tools.setMaintainers', { tool: 'letter', add: [grace?.id ?? ''] })
  const content = { tool: 'letter', input_schema: [...FORM], expected_parent_version_id: null }
  const source_code = 'def run_tool(input_dir, output_dir):\n    return "<p>A letter</p>"\n'
  const first = await beside.must('Grace', 'versions.save', { ...content, source_code })
  await beside.must('Grace', 'versions.submit', { version: first.id })
  await beside.must('Linus', 'versions.publish', { version: first.id, expected_active_version_id: null })
  await beside.must('Linus', 'tools.publish', { tool: 'letter' })
  const second = await beside.must('Grace', 'versions.save', { ...content, source_code: `${source_code}# Again\n` })
  await beside.must('Grace', 'versions.submit', { version: second.id, review_note: 'For the autumn.' })
  // What the rules refuse needs no engine to be a run.
  const risky = 'import os\n\n\ndef run_tool(input_dir, output_dir):\n    os.fork()\n'
  const third = await beside.must('Grace', 'versions.save', { ...content, source_code: risky })
  const run = await beside.must('Grace', 'runs.sandbox', { version: third.id })
  await beside.must('Grace', 'runs.wait', { run: run.id })
  await beside.close()
  return { inReview: second.id, runOfGrace: run.id }
}

/** Within what its scroller shows of it. */
function isWhollyShown(element: Element): boolean {
  const scroller = element.closest('nav')?.getBoundingClientRect()
  const { top, bottom } = element.getBoundingClientRect()
  return scroller !== undefined && top >= scroller.top && bottom <= scroller.bottom
}

/** Cells and heads of lists that reach over the list's edge, or are squeezed to a letter a line. */
function cellsOutside(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[role="table"]')].flatMap((table) => {
      const edge = table.getBoundingClientRect().right
      const cells = [...table.querySelectorAll('[role="cell"], [role="columnheader"]')]
      return cells
        .filter((cell) => cell.textContent !== '' && getComputedStyle(cell).display !== 'none')
        .filter((cell) => cell.getBoundingClientRect().right > edge + 1 || isSqueezed(cell))
        .slice(0, 3)
        .map((cell) => `${table.getAttribute('aria-label')}: ${cell.textContent}`)

      function isSqueezed(cell: Element): boolean {
        const { width, height } = cell.getBoundingClientRect()
        return cell.getAttribute('role') === 'columnheader' && width > 0 && height > 60
      }
    }),
  )
}
