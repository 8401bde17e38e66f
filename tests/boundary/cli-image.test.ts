import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { openCommandLine } from './command-process.ts'

/** The command line's part in what a workspace's scripts run in: the image, and what a version needs of it. */

const docker = await needs('docker')
const { folder, run, json, done, remove } = openCommandLine()
const LIMIT_MS = 120_000
const NEEDED = ['pandas', 'SciPy']

beforeAll(async () => {
  writeFileSync(join(folder, 'script.py'), 'def run_tool(a, b):\n    return "<p>done</p>"\n')
  writeFileSync(join(folder, 'needs.json'), JSON.stringify({ packages: NEEDED }))
  await done('init', '--member', 'ada')
  await done('member', 'add', 'Bo', '--role', 'admin')
  await done('tool', 'create', 'table', '--title', 'Table')
  await done('version', 'save', 'table', 'script.py')
  expect(await done('version', 'show', 'table@1')).toMatchObject({ needs: null })
  await done('version', 'save', 'table', 'script.py', '--runtime', 'needs.json')
  await done('version', 'submit', 'table@2')
  await done('version', 'publish', 'table@2')
  await done('tool', 'publish', 'table')
}, LIMIT_MS)
afterAll(remove)

describe('what a version needs', { timeout: LIMIT_MS }, () => {
  it('VR-2 is told with what the runner lacks, of a version and of a tool', async () => {
    for (const words of [
      ['version', 'show', 'table@active'],
      ['version', 'show', 'table@active', '--source'],
      ['tool', 'show', 'table'],
    ]) {
      const { needs: told } = (await done(...words)) as unknown as {
        needs: { packages: string[]; runner: string; missing: string[] }
      }
      expect(told.packages).toEqual(NEEDED)
      if (docker.available) expect(told.runner).toBe('docker')
      expect(told.missing).toEqual(told.runner === 'docker' ? ['SciPy'] : NEEDED)
    }
    expect((await run('tool', 'show', 'table')).stdout).toMatch(/needs: +pandas, SciPy\n\w+ lacks: +.*SciPy\n/)
  })
})

describe('image accept', { timeout: LIMIT_MS }, () => {
  it('is refused to an admin', async () => {
    const { code, envelope } = await json('--as', 'Bo', 'image', 'accept')
    expect([code, envelope.error.code]).toEqual([3, 'FORBIDDEN'])
  })

  it.skipIf(!docker.available)('pins what is here, and image status says so', async () => {
    const { image_id: here } = await done('image', 'status')
    expect(await done('image', 'accept')).toEqual({ id: here, image_id: here, previous_image_id: null })
    expect(await done('settings', 'get', 'runner_image_id')).toMatchObject({ value: here })
    expect(await done('image', 'status')).toMatchObject({ pinned_image_id: here, is_pinned: true })
    expect((await run('image', 'accept')).stdout).toContain('Nothing changed')
    await done('settings', 'set', 'runner_image_id', 'null')
    expect(await done('image', 'status')).toMatchObject({ pinned_image_id: null, is_pinned: false })
  })
})
