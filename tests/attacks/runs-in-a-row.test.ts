import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { MARK_HOST } from '../../src-main/adapters/embedded/child-process.ts'
import { listProcesses } from '../../src-main/adapters/embedded/process-facts.ts'
import { BACKUPS_FOLDER } from '../../src-main/adapters/sqlite/database.ts'
import type { RunnerKind } from '../../src-main/domain/run.ts'
import { countFrom, openTestCore, openWorkspace, temporaryFolder, whatIsWrongIn } from '../support/core.ts'
import type { Caller, TestCore } from '../support/core.ts'
import { labelledContainers, volumes, waitingContainers } from '../support/docker.ts'
import { attackTest, canAttack, TEST_LIMIT_MS } from './attack.ts'

/**
 * RN-7 over a long day: runs in a row through the app as a window opens it, with sandboxes that wait ready. When the
 * last has ended there is no container, volume, process, file or descriptor more than after the first.
 */

const RUNS = countFrom('SCRIPTORIUM_RUNS_IN_A_ROW', 30)
const EMBEDDED_RUNS = countFrom('SCRIPTORIUM_EMBEDDED_RUNS_IN_A_ROW', 3)
/** A hang is found by the limits of each run; these only bound the sum on a slow machine. */
const RUN_LIMIT_MS = 5_000
const EMBEDDED_RUN_LIMIT_MS = 20_000
const SETTLE_MS = 20_000

describe(canAttack ? 'Runs in a row' : 'Runs in a row (need docker)', () => {
  let opened: TestCore
  let root: Caller
  let workspaceId = ''
  let version = ''
  let temporary = ''
  beforeAll(async () => {
    if (!canAttack) return
    temporary = temporaryFolder()
    process.env['TMPDIR'] = temporary
    const before = await openWorkspace()
    await before.close()
    opened = await openTestCore({ dataDir: before.dataDir, asWindow: true })
    root = opened.as()
    workspaceId = (await root.must('system.status', {})).workspace?.id ?? ''
    const tool = await root.must('tools.create', { slug: 'in-a-row', title: 'In a row' })
    const source_code = "def run_tool(a, b):\n    open(b + '/a', 'w').write('same')\n    return 'done'\n"
    version = (await root.must('versions.save', { tool: tool.id, source_code, expected_parent_version_id: null })).id
  }, TEST_LIMIT_MS)
  afterAll(async () => {
    await opened?.close()
  }, TEST_LIMIT_MS)

  /** Answers with the name of its container, where it had one. */
  async function runOnce(runner: RunnerKind): Promise<string> {
    const begun = await root.must('runs.sandbox', { version, runner })
    const ended = await root.must('runs.wait', { run: begun.id })
    expect(ended).toMatchObject({ status: 'succeeded', artifacts: [{ path: 'a' }] })
    return 'runner' in ended ? String(ended.runner?.effective['container'] ?? '') : ''
  }
  /** What may be left of runs in this process and its folders; a window also makes its daily backup. */
  const left = async () => ({
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
    children: (await listProcesses()).filter(({ parentPid }) => parentPid === process.pid).length,
    files: (readdirSync(opened.dataDir, { recursive: true }) as string[])
      .filter((name) => !name.startsWith(`${BACKUPS_FOLDER}${path.sep}`))
      .sort(),
    temporary: readdirSync(temporary, { recursive: true }),
  })
  const expectNoMoreThan = async (before: Awaited<ReturnType<typeof left>>): Promise<void> => {
    // A connection to the engine or a look at a file may be under way.
    await expect
      .poll(async () => (await left()).descriptors - before.descriptors, { timeout: SETTLE_MS })
      .toBeLessThanOrEqual(2)
    // The first look may still have seen the built-in runner being tried out.
    await expect
      .poll(async () => (await left()).children - before.children, { timeout: SETTLE_MS })
      .toBeLessThanOrEqual(0)
    const after = await left()
    expect(after.files).toEqual(before.files)
    expect(after.temporary).toEqual([])
  }

  attackTest(
    `RN-7: ${RUNS} runs in a row, in containers that waited or not, leave nothing`,
    async () => {
      const volumesBefore = await volumes()
      /** Two wait for the next run, and nothing else is there. */
      const settled = async (): Promise<void> => {
        await expect.poll(() => waitingContainers(workspaceId), { timeout: SETTLE_MS }).toHaveLength(2)
        await expect.poll(() => labelledContainers(workspaceId), { timeout: SETTLE_MS }).toHaveLength(2)
      }
      await runOnce('docker')
      await settled()
      const before = await left()
      const used: string[] = []
      // Who comes before the next container is ready gets one made; which way it goes is the machine's business.
      while (used.length < RUNS) used.push(await runOnce('docker'))
      expect(used.some((name) => name.includes('waiting'))).toBe(true)
      expect(new Set(used).size, 'nobody used any of them before').toBe(used.length)
      await settled()
      await expectNoMoreThan(before)
      expect(await volumes()).toEqual(volumesBefore)
    },
    TEST_LIMIT_MS + RUNS * RUN_LIMIT_MS,
  )

  attackTest(
    `RN-7: ${EMBEDDED_RUNS} runs in a row through the built-in runner leave nothing`,
    async () => {
      await runOnce('embedded')
      await runOnce('embedded')
      const before = await left()
      for (let count = 0; count < EMBEDDED_RUNS; count += 1) await runOnce('embedded')
      await expectNoMoreThan(before)
    },
    TEST_LIMIT_MS + EMBEDDED_RUNS * EMBEDDED_RUN_LIMIT_MS,
  )

  attackTest('RN-7: closing removes what waits', async () => {
    await opened.close()
    expect(await labelledContainers(workspaceId)).toEqual([])
    await expect.poll(async () => (await listProcesses()).filter(({ words }) => isOurs(words))).toEqual([])
    expect(whatIsWrongIn(opened.dataDir)).toBeNull()
  })

  const isOurs = (words: string[]): boolean => words.includes(`${MARK_HOST}${process.pid}`)
})
