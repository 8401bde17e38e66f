import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, expect, it } from 'vitest'
import { success } from '../../src-main/domain/result.ts'
import { runCommandLine } from '../../src-main/shell/cli/command-line.ts'
import { createStandInCore } from '../contract/stand-in-core.ts'

/** What a command does with what it is given by those who start it: streams, variables and files. */

const folder = mkdtempSync(join(tmpdir(), 'scriptorium-surroundings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Given {
  core?: ReturnType<typeof createStandInCore>
  environment?: NodeJS.ProcessEnv
  /** What writing to stdout fails with. */
  stdoutFailsWith?: string
}

async function command(words: string[], given: Given = {}): Promise<{ code: number; stderr: string }> {
  let stderr = ''
  const lost = given.stdoutFailsWith
  const code = await runCommandLine({
    openCore: async () => success(given.core ?? createStandInCore()),
    words,
    environment: given.environment ?? {},
    pageDir: '/nowhere',
    stdin: Readable.from([]),
    stdout: new Writable({
      write: (_piece, _encoding, done) =>
        done(lost === undefined ? null : Object.assign(new Error(`${lost}: write`), { code: lost })),
    }),
    stderr: new Writable({
      write: (piece: Buffer, _encoding, done) => {
        stderr += piece.toString()
        done()
      },
    }),
  })
  return { code, stderr }
}

it.each(['--json', '--jsonl', '--no-color'])(
  'a result that can’t be written, as on a full disk, is no success (%s)',
  async (format) => {
    const { code, stderr } = await command(['settings', 'list', format], { stdoutFailsWith: 'ENOSPC' })
    expect([code, stderr]).toEqual([3, expect.stringContaining('stdout (ENOSPC)')])
  },
)

it('an event that can’t be written makes the result a lost one as well', async () => {
  const core = createStandInCore({
    'tools.list': async () => {
      core.push({ name: 'changed', payload: { keys: [] } } as never)
      await new Promise((resolve) => setImmediate(resolve))
      return { items: [], next: null }
    },
  })
  const { code, stderr } = await command(['call', 'tools.list', '--jsonl'], { core, stdoutFailsWith: 'ENOSPC' })
  expect([code, stderr]).toEqual([3, expect.stringContaining('stdout (ENOSPC)')])
})

it('a reader who has gone away is no failure', async () => {
  expect(await command(['settings', 'list', '--json'], { stdoutFailsWith: 'EPIPE' })).toEqual({ code: 0, stderr: '' })
})

/** A key that is locked until it is opened with the words that are told to `unlocked`. */
function lockedCore(unlocked: string[], protectedBy: string[] = []) {
  return createStandInCore({
    'system.status': () => ({ locked: true, member: { name: 'Ada' } }),
    'session.unlock': (input: unknown) => unlocked.push((input as { passphrase: string }).passphrase),
    'keys.protect': (input: unknown) => {
      protectedBy.push((input as { passphrase: string }).passphrase)
      return { id: 'f', member_name: 'Ada', device_name: 'd', status: 'active', protection: 'passphrase' }
    },
  })
}

it('a passphrase in a file that was named goes before one that lies in the environment', async () => {
  const file = join(folder, 'passphrase')
  writeFileSync(file, 'in the file\n')
  const environment = { SCRIPTORIUM_PASSPHRASE: 'in the environment', SCRIPTORIUM_NEW_PASSPHRASE: 'a new one there' }
  const unlocked: string[] = []
  const protectedBy: string[] = []
  const core = lockedCore(unlocked, protectedBy)
  await command(['settings', 'list'], { core, environment })
  await command(['settings', 'list', '--passphrase-file', file], { core, environment })
  await command(['member', 'passphrase'], { core, environment })
  await command(['member', 'passphrase', '--new-passphrase-file', file], { core, environment })
  expect(unlocked.slice(0, 2)).toEqual(['in the environment', 'in the file'])
  expect(protectedBy).toEqual(['a new one there', 'in the file'])
})

it.each(['0', '-1', 'soon', '1000000', '1.2345'])(
  'a time limit of %s is refused, with what it may be',
  async (limit) => {
    const { code, stderr } = await command(['run', 'tool', 'x', '--timeout', limit])
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--timeout.*more than 0 and less than 1,000,000 seconds/)])
  },
)

it('a file that can’t be read is named, with the problem in words', async () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('loop', join(folder, 'loop'))
  for (const [name, problem] of [
    ['nowhere', 'there is no such file'],
    ['file/below', 'there is no such file'],
    ['loop', 'is not a usable path'],
    ['n'.repeat(300), 'is not a usable path'],
  ] as const) {
    const file = join(folder, name)
    const { code, stderr } = await command(['run', 'tool', 'x', '--values', `@${file}`])
    expect([code, stderr]).toEqual([3, `VALIDATION_ERROR: ${file}: ${problem}\n`])
  }
})
