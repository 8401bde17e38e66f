import { describe, expect, it } from 'vitest'
import { appPerTest } from '../support/app-per-test.ts'
import { needs } from '../support/needs.ts'
import { button, goTo, gone, makeTool, seen } from '../support/page.ts'

/** What people see, before anything is run, of what a script needs and what the workspace demands. */

const chromium = await needs('chromium')
const docker = await needs('docker')
const LIMIT = { timeout: 300_000 }

describe.skipIf(!chromium.available)('Before a run', () => {
  const open = appPerTest()

  it('VR-2 author and member are told by name what the runner lacks', LIMIT, async () => {
    const opened = await open({ dockerHost: null })
    const { page } = opened
    await makeTool(page, 'Needy')
    const field = page.getByLabel('Needs')
    await field.fill('python3-docx, !')
    await seen(page.getByText('Not the names of packages'))
    await field.fill('python3-docx  yaml')
    await seen(page.getByText('The embedded Python lacks python3-docx, yaml'))

    // What was typed and not saved is kept, and what is saved is what was typed.
    await field.blur()
    await seen(page.getByText('Unsaved, kept on this device'))
    await page.reload()
    await seen(page.getByText(/Your unsaved work from .* was restored/))
    expect(await field.inputValue()).toBe('python3-docx  yaml')
    await button(page, 'Save').click()
    await seen(page.getByText('All saved', { exact: true }))
    const beside = opened.beside()
    const head = await beside.must(null, 'versions.get', { version: 'needy@head' })
    expect(head.runtime).toEqual({ packages: ['python3-docx', 'yaml'] })

    await beside.must(null, 'versions.submit', { version: head.id })
    await beside.must(null, 'versions.publish', { version: head.id, expected_active_version_id: null })
    await beside.must(null, 'tools.publish', { tool: 'needy' })
    await goTo(page, 'Catalogue')
    await page.getByRole('link', { name: 'Needy' }).click()
    await seen(page.getByText('The embedded Python lacks python3-docx, yaml'))
  })

  it.skipIf(!docker.available)('a superuser accepts an image with both ids before their eyes', LIMIT, async () => {
    const opened = await open({ dockerHost: process.env['DOCKER_HOST'] })
    const { page } = opened
    const beside = opened.beside()
    const { image_id: here } = await beside.must(null, 'image.status', {})
    const absent = `sha256:${'0'.repeat(64)}`
    await beside.must(null, 'settings.set', { key: 'runner_image_id', value: absent })
    await goTo(page, 'Settings')
    await seen(page.getByText(/is not on this device\. Import it/))
    await button(page, 'Accept this image').click()
    const dialog = await seen(page.getByRole('dialog', { name: 'Accept this image for the workspace?' }))
    await seen(dialog.getByText(absent))
    await seen(dialog.getByText(here ?? ''))
    await button(dialog, 'Accept').click()
    await gone(dialog)
    await seen(page.getByText('This is the workspace’s image.'))
    const { items } = await beside.must(null, 'settings.list', {})
    expect(items.find(({ key }) => key === 'runner_image_id')?.value).toBe(here)
  })
})
