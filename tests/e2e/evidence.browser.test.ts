import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerHost } from '../support/docker.ts'
import { needs } from '../support/needs.ts'
import {
  actAs,
  actingAs,
  button,
  goTo,
  gone,
  heading,
  keepPicturesOfFailures,
  log,
  pasteScript,
  runEnds,
  save,
  seen,
  startRun,
  visit,
} from '../support/page.ts'
import { closeBrowser, openApp, root, type App } from '../support/window.ts'

/** One script's life as evidence: refused, let through by a superuser, corrected, compared, and taken elsewhere. */

const [chromium, docker] = await Promise.all([needs('chromium'), needs('docker')])
const LIMIT = { timeout: 240_000 }

const RED = readFileSync(path.join(root, 'tests', 'domain', 'decision-corpus', 'red-ctypes.py'), 'utf8')
const ALMOST_RED = `${RED}\n# One line more is another content.\n`
const GREEN = `from pathlib import Path


def run_tool(input_dir, output_dir):
    Path(output_dir, "answer.txt").write_text("forty-two", encoding="utf-8")
    print("asked nobody")
    return "<p>42</p>"
`
const REASON = 'The number is needed once, and no library tells it.'

const cases = [
  { runner: 'embedded', missing: chromium.reason },
  { runner: 'docker', missing: chromium.reason || docker.reason },
]

describe.each(cases)('A script as evidence, with the runner $runner', ({ runner, missing }) => {
  describe.skipIf(missing !== '')(missing === '' ? 'from RED to a pack' : `needs more: ${missing}`, () => {
    let app: App
    let page: Page
    let superuser: string
    let blocked: string

    keepPicturesOfFailures(() => app?.page)
    beforeAll(async () => {
      app = await openApp({ dockerHost: runner === 'docker' ? dockerHost : null })
      page = app.page
      await seen(heading(page, 'Tools'))
      superuser = await actingAs(page)
      const beside = app.beside()
      await beside.must(null, 'members.add', { name: 'Ada', role: 'admin' })
      const { id } = await beside.must(null, 'members.add', { name: 'Conrad', role: 'contributor' })
      await beside.must(null, 'tools.create', { slug: 'process-number', title: 'Process number' })
      await beside.must(null, 'tools.setMaintainers', { tool: 'process-number', add: [id] })
      await beside.close()
      await page.reload()
      await seen(heading(page, 'Tools'))
    }, 300_000)
    afterAll(async () => {
      await app?.close()
      await closeBrowser()
    }, 120_000)

    const tab = (name: string): Locator => page.getByRole('tab', { name: new RegExp(`^${name}`) })
    const region = (name: string): Locator => page.getByRole('region', { name, exact: true })
    const advisory = (list: Locator, text: string): Locator => list.getByRole('listitem').filter({ hasText: text })

    async function openEditor(): Promise<void> {
      await goTo(page, 'Tools')
      await page.getByRole('link', { name: 'Process number' }).click()
      await seen(page.locator('.monaco-editor .view-line'))
    }

    async function openReview(): Promise<Locator> {
      await goTo(page, 'Advisories')
      await button(advisory(page.getByRole('list', { name: 'Waiting' }), REASON), 'Review').click()
      return seen(page.getByRole('dialog', { name: 'Review: override request' }))
    }

    it('is judged RED by a rule that is named, with its line and what to do (EV-2)', LIMIT, async () => {
      await actAs(page, 'Conrad')
      await openEditor()
      await pasteScript(page, RED)
      await save(page, 'Asks the system')
      await tab('Risk').click()
      const decision = await seen(region('Risk decision'))
      await seen(decision.getByText('High risk'))
      await seen(decision.getByText('It can’t run or be published as it is.'))
      const hit = decision.getByRole('listitem').filter({ hasText: 'SCR-NATIVE' })
      await seen(hit.getByText('It reaches past Python into native memory or system calls.'))
      await seen(hit.getByText('Use a Python library that does this for you.'))
      await button(hit, 'Line 1').click()
      await seen(page.locator('.monaco-editor .line-numbers.active-line-number').getByText('1', { exact: true }))
    })

    it('is blocked: nothing runs, and the record says why (EV-3, EV-4)', LIMIT, async () => {
      await tab('Try it').click()
      await startRun(page)
      await runEnds(page, 'Blocked')
      await seen(page.getByText(/^Nothing was run\. Change what the rules object to/))
      await seen(region('Risk decision').getByText('SCR-NATIVE'))
      expect([await log(page).count(), await region('Result').count()]).toEqual([0, 0])

      const beside = app.beside()
      const { items } = await beside.must(null, 'runs.list', { tool: 'process-number' })
      expect(items).toHaveLength(1)
      blocked = items[0]?.id ?? ''
      const record = await beside.must(null, 'runs.get', { run: blocked })
      await beside.close()
      expect(record).toMatchObject({ record_status: 'BLOCKED', status: 'failed', reason: 'blocked', exit_code: null })
      expect(record).toMatchObject({ runner: null, outputs: [], artifacts: [], stdout: '' })
    })

    it('is explained in plain words, for a person to approve (AD-2, AD-3)', LIMIT, async () => {
      await page.getByRole('link', { name: 'Record of this run' }).click()
      await seen(heading(page, 'Process number'))
      const explanations = region('Explanations and advice')
      await button(explanations, 'Explain').click()
      const explained = advisory(explanations, 'This run was blocked before it began.')
      await seen(explained.getByText(/It reaches past Python into native memory .*\(SCR-NATIVE, line \d.*80 points\)/))
      await seen(explained.getByText(/What to change: Use a Python library/))
      expect(await explained.getByText('system:').count()).toBe(0)
    })

    it('has an override asked for by its author, with a reason', LIMIT, async () => {
      await button(page, 'Ask for an override').click()
      const form = await seen(page.getByRole('form', { name: 'Ask for an override' }))
      const reason = form.getByLabel('Why it should run all the same')
      await reason.fill('Because')
      await seen(form.getByText('3 more to go'))
      expect(await button(form, 'Ask').isDisabled()).toBe(true)
      await reason.fill(REASON)
      await button(form, 'Ask').click()
      await seen(region('Override').getByText('An override was asked for; a superuser decides'))
    })

    it('is let through by a superuser only, where the workspace allows it (RB, EV-3)', LIMIT, async () => {
      await actAs(page, 'Ada')
      let dialog = await openReview()
      await seen(dialog.getByText(/^Only a superuser can approve/))
      expect(await button(dialog, 'Approve the override').isDisabled()).toBe(true)
      await button(dialog, 'Not yet').click()
      await gone(dialog)
      // Who didn't run it isn't told to ask for what they can't ask for.
      await visit(page, `runs/${blocked}`)
      await seen(page.getByText('Change what the rules object to. Whoever ran it may ask for an override.'))

      await actAs(page, superuser)
      dialog = await openReview()
      await seen(dialog.getByText(/are switched off/))
      expect(await button(dialog, 'Approve the override').isDisabled()).toBe(true)
      await dialog.getByRole('link', { name: 'Open Settings' }).click()
      await seen(heading(page, 'Settings'))
      const allowing = page.getByRole('switch', { name: 'Overrides of high risk' })
      // What is pressed is drawn over the switch itself.
      await page.getByText('Overrides of high risk', { exact: true }).click()
      await expect.poll(() => allowing.isChecked()).toBe(true)

      dialog = await openReview()
      await dialog.getByLabel('Notes').fill('Once, and it only reads.')
      await button(dialog, 'Approve the override').click()
      await gone(dialog)
      await page.getByText('Decided', { exact: true }).click()
      const decided = advisory(page.getByRole('list', { name: 'Decided' }), REASON)
      await seen(decided.getByText(`Approved by ${superuser}`))
    })

    it('then runs as it is, and nothing else does (EV-3)', LIMIT, async () => {
      await actAs(page, 'Conrad')
      await openEditor()
      await startRun(page)
      await runEnds(page, 'Succeeded')
      await seen(region('Risk decision').getByText(/^The rules refuse it; it ran because an override was approved/))
      await seen(region('Result'))

      await pasteScript(page, ALMOST_RED)
      await save(page, 'A remark')
      await startRun(page)
      await runEnds(page, 'Blocked')
    })

    it('is GREEN once it is corrected, and a policy approves what explains it (AD-3, AD-4)', LIMIT, async () => {
      await pasteScript(page, GREEN)
      await save(page, 'Knows the answer')
      await tab('Risk').click()
      await seen(region('Risk decision').getByText('Nothing in the script asks for caution.'))
      await tab('Try it').click()
      await startRun(page)
      await runEnds(page, 'Succeeded')
      await seen(log(page).getByText('asked nobody'))
      await page.getByRole('link', { name: 'Record of this run' }).click()
      const explanations = region('Explanations and advice')
      await button(explanations, 'Explain').click()
      const automatic = explanations.getByText(/^Approved automatically by this workspace’s policy, as system:auto_exp/)
      await seen(automatic.filter({ hasText: 'system:auto_explanation_green' }))

      await actAs(page, superuser)
      await goTo(page, 'Advisories')
      await page.getByText('Decided', { exact: true }).click()
      await page.getByRole('combobox', { name: 'Policy' }).click()
      await page.getByRole('option', { name: 'By policy B (low risk)' }).click()
      const decided = page.getByRole('list', { name: 'Decided' }).getByRole('listitem')
      await gone(decided.filter({ hasText: REASON }))
      expect(await decided.allInnerTexts()).toEqual([expect.stringContaining('This run was allowed: nothing in the')])
    })

    it('is compared with what it was, by how much that matters (EV-7)', LIMIT, async () => {
      await actAs(page, 'Conrad')
      await goTo(page, 'My runs')
      const runs = page.getByRole('table', { name: 'My runs' }).getByRole('row')
      expect(await button(page, 'Choose two to compare').isDisabled()).toBe(true)
      await runs.filter({ hasText: 'v3' }).getByRole('checkbox').check()
      await runs.filter({ hasText: 'v1' }).filter({ hasText: 'Blocked' }).getByRole('checkbox').check()
      await button(page, 'Compare the two').click()
      await seen(heading(page, 'Compare two runs'))
      expect(await (await seen(region('First run'))).innerText()).toMatch(/v1[^]*Blocked[^]*High risk/)
      expect(await region('Second run').innerText()).toMatch(/v3[^]*Succeeded[^]*Low risk/)
      for (const [part, said] of [
        ['Version', 'Critical They ran different content.'],
        ['Risk decision', 'Warning The risk decision differs.'],
        ['Outcome', 'Critical They ended differently.'],
        ['Files it wrote', 'Critical answer.txt is new.'],
        ['Logs', 'For information Standard output differs.'],
      ] as const) {
        expect((await region(part).innerText()).replaceAll(/\s+/g, ' ')).toContain(said)
      }
    })

    it('is taken elsewhere as a pack that holds together, and holds no changed byte', LIMIT, async () => {
      await region('Second run').getByRole('link', { name: 'Process number' }).click()
      await seen(page.getByText('asked nobody'))
      await button(page, 'More for this run').click()
      await page.getByRole('menuitem', { name: 'Export evidence pack…' }).click()
      const dialog = await seen(page.getByRole('dialog', { name: 'Export evidence pack' }))
      const pack = path.join(app.folder, 'evidence.jsonl')
      await dialog.getByLabel('File', { exact: true }).fill(pack)
      await button(dialog, 'Export').click()
      await seen(dialog.getByText(/^Evidence pack written/))
      const told = await dialog.getByLabel(/^Root fingerprint/).innerText()
      await button(dialog, 'Done').click()
      await gone(dialog)

      const accepted = await verify(pack, told)
      expect(accepted).toMatchObject({ code: 0, stderr: '' })
      expect(accepted.stdout).toContain('everything holds together')
      expect(accepted.stdout).toMatch(/run [0-9a-f-]{36}: succeeded, GREEN/)
      expect(accepted.stdout).toContain('/artifact/answer.txt')
      expect(await verify(pack, 'f'.repeat(64))).toMatchObject({ code: 1 })

      const bytes = readFileSync(pack)
      const at = Math.floor(bytes.length / 2)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(pack, bytes)
      expect(await verify(pack, told)).toMatchObject({ code: 1, stderr: expect.stringMatching(/\S/) })
    })
  })
})

/** As whoever was given the pack does it: one file of plain JavaScript, with Node alone, far from the app. */
function verify(pack: string, fingerprint: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const verifier = path.join(root, 'bin', 'verify-evidence.mjs')
  return new Promise((resolve) => {
    execFile(process.execPath, [verifier, pack, '--root', fingerprint], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr }),
    )
  })
}
