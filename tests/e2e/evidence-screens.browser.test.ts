import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { appPerTest } from '../support/app-per-test.ts'
import { needs } from '../support/needs.ts'
import { button, goTo, seen } from '../support/page.ts'
import type { App } from '../support/window.ts'

/** What the screens show of evidence: places of a risk, packs, whose advisories these are, and what is stored. */

const chromium = await needs('chromium')
const LIMIT = { timeout: 300_000 }
const CALM = `def run_tool(input_dir, output_dir):\n    return "one"\n${'# filler\n'.repeat(60)}`
const RED = `import ctypes\n${'# filler\n'.repeat(60)}import subprocess\n\ndef run_tool(a, b):\n    return "two"\n`

describe.skipIf(!chromium.available)('Evidence on the screens', () => {
  const open = appPerTest()

  it('leads from a risk to its line, out into a pack, and from an advisory to its run', LIMIT, async () => {
    const opened = await open({ dockerHost: null })
    const { page, folder } = opened
    const { version, run, later } = await reviewOfRed(opened)
    const to = (route: string) => page.goto(`${new URL(page.url()).origin}/#/${route}`)

    await to(`reviews/${version}`)
    await seen(page.locator('.modified-in-monaco-diff-editor .view-line'))
    await button(page, 'Line 62').click()
    await expect.poll(() => focusedLine(page)).toBe('62')

    await to(`runs/compare/${run}/${later}`)
    const limits = await seen(page.getByRole('region', { name: 'Limits' }))
    expect((await limits.innerText()).replaceAll(/\s+/g, ' ')).toContain('timeout 1 min 1 min 30 s')

    await to(`runs/${run}`)
    // What never began has no files to run on once more, and nothing is said of it.
    await seen(page.getByText('Verifying hashes the kept files again.', { exact: true }))
    await button(page, 'More for this run').click()
    await page.getByRole('menuitem', { name: 'Export evidence pack…' }).click()
    const dialog = await seen(page.getByRole('dialog', { name: 'Export evidence pack' }))
    const file = path.join(folder, 'run.pack')
    await dialog.getByLabel('File', { exact: true }).fill(file)
    await button(dialog, 'Export').click()
    await seen(dialog.getByText(file))
    expect(existsSync(file)).toBe(true)
    const beside = opened.beside()
    const { root } = await beside.must(null, 'audit.verify', {})
    await beside.close()
    await seen(dialog.getByText(root ?? '', { exact: true }))
    await button(dialog, 'Done').click()

    await goTo(page, 'Advisories')
    await page.getByRole('link', { name: 'Much feared' }).first().click()
    await expect.poll(() => page.url()).toContain(`/runs/${run}`)

    await goTo(page, 'Integrity')
    for (const label of ['Kept files of runs', 'Database', 'Backups', 'Over size', 'Kept after a prune'])
      await seen(page.getByText(label, { exact: true }))
  })

  async function reviewOfRed(opened: App): Promise<{ version: string; run: string; later: string }> {
    const beside = opened.beside()
    await beside.must(null, 'tools.create', { slug: 'feared', title: 'Much feared' })
    const submit = async (source_code: string) => {
      const input = { tool: 'feared', source_code, expected_parent_version_id: null }
      const { id } = await beside.must(null, 'versions.save', input)
      return (await beside.must(null, 'versions.submit', { version: id })).id
    }
    const calm = await submit(CALM)
    await beside.must(null, 'versions.publish', { version: calm, expected_active_version_id: null })
    const version = await submit(RED)
    const run = (await beside.must(null, 'runs.sandbox', { version, values: {} })).id
    await beside.must(null, 'advisories.attach', { run, kind: 'override_request', text: 'Needed until Friday.' })
    await beside.must(null, 'settings.set', { key: 'sandbox_timeout_s', value: 90 })
    const later = (await beside.must(null, 'runs.sandbox', { version, values: {} })).id
    await beside.close()
    return { version, run, later }
  }

  function focusedLine(page: Page): Promise<string | undefined> {
    return page.evaluate(() => {
      const editor = document.activeElement?.closest('.modified-in-monaco-diff-editor')
      return editor?.querySelector('.line-numbers.active-line-number')?.textContent ?? undefined
    })
  }
})
