import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCommandLine } from './command-process.ts'

/**
 * Folders that can't be made where somebody wants them. A process each: what never comes back is killed with the test.
 */

const { folder, json, done, remove } = openCommandLine()

beforeAll(async () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('loop', join(folder, 'loop'))
  await done('init', '--member', 'ada')
})
afterAll(remove)

const places: [what: string, place: string][] = [
  ['a file', 'file'],
  ['below a file', 'file/below'],
  ['below a link to itself', 'loop/below'],
  ['a name that is too long', 'n'.repeat(300)],
  ['a path that is too long', 'deep/'.repeat(2000)],
]
// It takes no folder, and says that the one above isn't there.
if (existsSync('/proc/self')) places.push(['below /proc', '/proc/none/below'])

describe('a data folder that can’t be made', () => {
  it.each(places)('is refused, with what to do: %s', async (_what, place) => {
    const { code, envelope } = await json('--data-dir', place, 'member', 'list')
    expect([code, envelope]).toMatchObject([
      3,
      {
        error: { code: 'SERVICE_UNAVAILABLE', reason: 'not_a_folder', message: expect.stringContaining('--data-dir') },
      },
    ])
  })
})

describe('a file to write whose folder can’t be made', () => {
  it.each(places)('is refused, naming the path and not the data folder: %s', async (_what, place) => {
    const out = join(place, 'out')
    for (const words of [
      ['audit', 'export', '--out', out],
      ['backup', '--out', out],
    ]) {
      const { code, envelope } = await json(...words)
      expect([words, code, envelope]).toMatchObject([
        words,
        3,
        { error: { code: 'VALIDATION_ERROR', details: { field: 'path' }, message: expect.stringMatching(/^path: /) } },
      ])
      expect(envelope.error.message).not.toContain('--data-dir')
    }
    expect(existsSync(join(folder, 'deep'))).toBe(false)
  })

  it('is written where folders are only missing', async () => {
    await done('audit', 'export', '--out', 'some/new/folders/history')
    await done('backup', '--out', 'other/new/folders/backup')
    expect(readdirSync(join(folder, 'some/new/folders'))).toEqual(['history'])
    expect(readdirSync(join(folder, 'other/new/folders'))).toEqual(['backup'])
  })
})
