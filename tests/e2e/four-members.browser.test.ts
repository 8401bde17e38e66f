import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import {
  actAs,
  actingAs,
  button,
  chooseSample,
  focusCode,
  goTo,
  gone,
  heading,
  keepPicturesOfFailures,
  pasteScript,
  row,
  runEnds,
  save,
  seen,
  startRun,
  RUN_LIMIT_MS,
} from '../support/page.ts'
import { closeBrowser, openApp, type App } from '../support/window.ts'

/** One tool's way from a suggestion to a rollback, through the hands of four members of four roles. */

const chromium = await needs('chromium')
const LIMIT = { timeout: 240_000 }
const version = (answer: string): string => `def run_tool(input_dir, output_dir):
    return {"outputs": [{"kind": "notice", "level": "info", "message": "${answer}"}]}
`

describe.skipIf(!chromium.available)('Four members', () => {
  let app: App
  let page: Page
  let superuser: string

  keepPicturesOfFailures(() => app?.page)
  beforeAll(async () => {
    app = await openApp()
    page = app.page
    await seen(heading(page, 'Tools'))
    superuser = await actingAs(page)
    const beside = app.beside()
    for (const [name, role] of [
      ['Ada', 'admin'],
      ['Conrad', 'contributor'],
      ['Uma', 'user'],
    ] as const) {
      await beside.must(null, 'members.add', { name, role })
    }
    await beside.close()
    await page.reload()
    await seen(heading(page, 'Tools'))
  }, 300_000)
  afterAll(async () => {
    await app?.close()
    await closeBrowser()
  }, 120_000)

  /** Sends what the editor shows to review, by whoever acts. */
  async function submit(note: string): Promise<void> {
    await button(page, 'Submit').click()
    const dialog = await seen(page.getByRole('dialog', { name: 'Submit to review' }))
    await dialog.getByLabel('Note to the reviewer').fill(note)
    await button(dialog, 'Submit').click()
    await seen(page.getByText('In review'))
  }

  async function openReview(): Promise<void> {
    await goTo(page, 'Reviews')
    await row(page, 'Versions in review', 'Seating plan').getByRole('link').click()
    await seen(heading(page, 'Seating plan'))
  }

  async function publish(): Promise<void> {
    await button(page, 'Approve and publish').click()
    await button(await seen(page.getByRole('dialog', { name: 'Approve and publish' })), 'Publish').click()
    await seen(page.getByText(/is active now/))
  }

  it('a contributor suggests a tool', LIMIT, async () => {
    await actAs(page, 'Conrad')
    await goTo(page, 'Suggestions')
    await button(page, 'Suggest a tool').first().click()
    const dialog = await seen(page.getByRole('dialog', { name: 'Suggest a tool' }))
    await dialog.getByLabel('Title').fill('Seating plan')
    await dialog.getByLabel('Description').fill('From a list of names to who sits where.')
    await button(dialog, 'Suggest it').click()
    await gone(dialog)
    await seen(row(page, 'Suggestions', 'Seating plan'))
  })

  it('an admin accepts it with a reason, and a tool is made of it', LIMIT, async () => {
    await actAs(page, 'Ada')
    await goTo(page, 'Suggestions')
    await row(page, 'Suggestions', 'Seating plan').getByRole('button', { name: 'Seating plan' }).click()
    const dialog = await seen(page.getByRole('dialog', { name: 'Seating plan' }))
    await dialog.getByLabel('Rationale').fill('Every class needs one.')
    await button(dialog, 'Accept').click()
    await gone(dialog)
  })

  it('its suggester, now its maintainer, writes it and submits it', LIMIT, async () => {
    await actAs(page, 'Conrad')
    await seen(heading(page, 'Tools'))
    await page.getByRole('link', { name: 'Seating plan' }).click()
    await seen(page.locator('.monaco-editor .view-line'))
    await focusCode(page)
    await pasteScript(page, version('Everybody stands'))
    await save(page, 'First try')
    await submit('It works for my class.')
  })

  it('the admin comments, asks for changes, and finds the message kept while looking something up', LIMIT, async () => {
    await actAs(page, 'Ada')
    await openReview()
    await page.getByRole('tab', { name: 'Comments' }).click()
    await page.getByLabel('Comment on the version').fill('Nobody sits yet.')
    await button(page, 'Comment').click()
    await seen(page.getByRole('list', { name: 'Comments' }).getByText('Nobody sits yet.'))

    await button(page, 'Request changes').click()
    const dialog = page.getByRole('dialog', { name: 'Request changes' })
    await (await seen(dialog)).getByLabel('What should change').fill('Please let them sit.')
    await button(dialog, 'Not yet').click()
    await gone(dialog)
    await button(page, 'Request changes').click()
    expect(await (await seen(dialog)).getByLabel('What should change').inputValue()).toBe('Please let them sit.')
    await button(dialog, 'Request changes').click()
    await seen(heading(page, 'Reviews'))
  })

  it('the maintainer reads why, corrects it and submits it again', LIMIT, async () => {
    await actAs(page, 'Conrad')
    await goTo(page, 'Tools')
    await page.getByRole('link', { name: 'Seating plan' }).click()
    await page.getByRole('link', { name: 'History' }).click()
    await seen(page.getByText('Please let them sit.'))
    await page.getByRole('link', { name: 'Open the editor' }).click()
    await seen(page.locator('.view-line').getByText('Everybody stands'))
    await focusCode(page)
    await pasteScript(page, version('Everybody sits'))
    await save(page, 'They sit')
    await submit('They sit now.')
  })

  it('the admin publishes it and puts it into the catalogue', LIMIT, async () => {
    await actAs(page, 'Ada')
    await openReview()
    await publish()
    await button(page, 'Publish the tool').click()
    await gone(button(page, 'Publish the tool'))
  })

  it('a user runs it', LIMIT, async () => {
    await runAsUser('Everybody sits')
  })

  it('a later version gets through that should not have', LIMIT, async () => {
    await actAs(page, 'Conrad')
    await goTo(page, 'Tools')
    await page.getByRole('link', { name: 'Seating plan' }).click()
    await seen(button(page, 'Start a new draft from this'))
    // What can't be changed isn't offered as if it could.
    await seen(page.getByText('run_tool', { exact: true }))
    expect(await page.getByLabel('Entrypoint').count()).toBe(0)
    await button(page, 'Start a new draft from this').click()
    await seen(page.locator('.monaco-editor .view-line'))
    await pasteScript(page, version('Everybody fell off'))
    await save(page, 'Tidied up')
    await submit('Only tidied up.')
    await goTo(page, 'Tools')
    await page.getByRole('link', { name: 'Seating plan' }).click()
    await seen(page.getByText(/^Another version is in review/))
    await actAs(page, 'Ada')
    await openReview()
    await publish()
    await runAsUser('Everybody fell off')
  })

  it('the superuser rolls it back with a reason', LIMIT, async () => {
    await actAs(page, superuser)
    await goTo(page, 'Tools')
    await button(page, 'Actions for Seating plan').click()
    await page.getByRole('menuitem', { name: 'Version history' }).click()
    const sound = row(page, 'Versions of Seating plan', 'They sit').filter({ hasText: 'Archived' })
    await sound
      .first()
      .getByRole('button', { name: /^Actions for version/ })
      .click()
    await page.getByRole('menuitem', { name: 'Roll back to this…' }).click()
    const dialog = await seen(page.getByRole('dialog', { name: /^Roll back to v/ }))
    await dialog.getByLabel('Reason').fill('People fell off their chairs.')
    await button(dialog, 'Roll back').click()
    await gone(dialog)
    await runAsUser('Everybody sits')
  })

  it('and the history of it all is there, and holds', LIMIT, async () => {
    await actAs(page, superuser)
    await goTo(page, 'Audit')
    await seen(row(page, 'Events', 'People fell off their chairs.').or(row(page, 'Events', 'rolled')))
    await button(page, 'Verify the history').click()
    await seen(page.getByText(/^The history is whole: \d+ events verified$/), RUN_LIMIT_MS)
    const beside = app.beside()
    const decisions = await beside.must(null, 'versions.decisions', { tool: 'seating-plan' })
    expect(decisions.items.map(({ by_name, verdict }) => `${by_name}: ${verdict}`).toReversed()).toEqual([
      'Conrad: submitted',
      'Ada: changes_requested',
      'Conrad: submitted',
      'Ada: published',
      'Conrad: submitted',
      'Ada: published',
      `${superuser}: rolled_back`,
    ])
  })

  async function runAsUser(answer: string): Promise<void> {
    await actAs(page, 'Uma')
    await goTo(page, 'Catalogue')
    await page.getByRole('link', { name: 'Seating plan' }).click()
    await seen(heading(page, 'Seating plan'))
    await chooseSample(page, 'names.txt', 'Ada\nBlaise\n')
    await startRun(page)
    await runEnds(page, 'Succeeded')
    await seen(page.getByText(answer, { exact: true }))
  }
})
