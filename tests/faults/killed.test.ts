import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { countFrom, openTestCore, openWorkspace, temporaryFolder, whatIsWrongIn } from '../support/core.ts'
import { startCore } from '../support/core-process.ts'
import { dockerAvailable, workContainers } from '../support/docker.ts'
import { leftChildren } from '../support/embedded.ts'
import { content } from '../support/members.ts'

/** Processes that die by `kill -9` in the middle: what was acknowledged stays, what was begun is closed. */

const KILLS = countFrom('SCRIPTORIUM_KILLS', 5)
const noDocker = await dockerAvailable()

describe('a process killed while it saves', () => {
  test(`TR-1 every save that was acknowledged is there after ${KILLS} kills, and the history is sound`, async () => {
    const opened = await openWorkspace()
    await opened.root.must('tools.create', { slug: 'busy', title: 'Busy' })
    await opened.close()
    const kept: { id: string; source: string }[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const core = startCore({ dataDir: opened.dataDir })
      expect(await core.opened).toMatchObject({ opened: true })
      // All questions are written at once; the kill comes at another place of the burst each time.
      const enough = 3 + kill * 7
      let acknowledged = 0
      const burst = Array.from({ length: 60 }, async (_, index) => {
        const source = `# ${kill} ${index}\n${'x'.repeat(5000)}`
        const saved = await core.call('Root', 'versions.save', {
          ...content,
          source_code: source,
          tool: 'busy',
          expected_parent_version_id: null,
        })
        if (!saved.ok) throw new Error(saved.error.message)
        kept.push({ id: saved.data.id, source })
        acknowledged += 1
        if (acknowledged === enough) core.child.kill('SIGKILL')
      })
      const ends = await Promise.allSettled(burst)
      await core.kill()
      expect(ends.filter((end) => end.status === 'rejected').length, 'the kill came in the middle').toBeGreaterThan(0)
      expect(whatIsWrongIn(opened.dataDir)).toBeNull()
    }
    const after = await openTestCore({ dataDir: opened.dataDir })
    const root = after.as('Root')
    for (const { id, source } of kept) {
      const version = await root.must('versions.get', { version: id })
      expect(version.source_code).toBe(source)
      expect(version.content_hash).toBe(createHash('sha256').update(`run_tool\n${source}`).digest('hex'))
    }
    const { checks } = await root.must('system.doctor', {})
    expect(checks.filter((check) => !check.ok && check.severity === 'error')).toEqual([])
    await root.must('versions.save', { ...content, tool: 'busy', expected_parent_version_id: null })
  })

  test(`RN-12 a new folder whose first process dies at whatever moment can be opened (${KILLS} kills)`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const dataDir = path.join(temporaryFolder(), 'data')
      const core = startCore({ dataDir, asWindow: true })
      // The first seconds are loading; the folder is made within some hundredths of one. Look for its file, then kill.
      await fileAppears(dataDir, kill)
      await core.kill()
      const after = await openTestCore({ dataDir, asWindow: true })
      await after.as().must('tools.list', {})
      await after.close()
      expect(whatIsWrongIn(dataDir)).toBeNull()
    }
  })
})

const runners = [
  { runner: 'embedded' as const, skip: false, left: leftChildren },
  { runner: 'docker' as const, skip: noDocker !== null, left: workContainers },
]

describe.each(runners)('a process killed while $runner runs a script', ({ runner, skip, left }) => {
  const waits =
    'import time\n\ndef run_tool(input_dir, output_dir):\n    print("begun", flush=True)\n    time.sleep(600)\n'

  test.skipIf(skip)(
    'RN-5 the run is closed as interrupted at the next start, and nothing of it is left',
    async () => {
      const opened = await openWorkspace()
      const { workspace } = await opened.root.must('system.status', {})
      await opened.root.must('tools.create', { slug: 'waits', title: 'Waits' })
      const { id: version } = await opened.root.must('versions.save', {
        ...content,
        source_code: waits,
        tool: 'waits',
        expected_parent_version_id: null,
      })
      await opened.close()

      const core = startCore({ dataDir: opened.dataDir })
      await core.opened
      const { id: run } = await core.must('Root', 'runs.sandbox', { version, runner, values: {} })
      await untilThere(() => left(workspace?.id ?? ''))
      await core.kill()

      const after = await openTestCore({ dataDir: opened.dataDir })
      const ended = await after.as('Root').must('runs.wait', { run })
      expect(ended).toMatchObject({
        status: 'failed',
        reason: 'interrupted',
        record_status: 'ERROR',
        requested_by: opened.root.session.memberId,
      })
      expect(ended.error_summary).not.toBeNull()
      await after.close()
      expect(await left(workspace?.id ?? '')).toEqual([])
      expect(whatIsWrongIn(opened.dataDir)).toBeNull()
    },
    120_000,
  )
})

/** The n-th kill comes when the folder has got so far: a database file, a filled one, an owner, then a little later. */
async function fileAppears(dataDir: string, kill: number): Promise<void> {
  const file = path.join(dataDir, 'scriptorium.sqlite')
  const stages = [
    () => existsSync(file),
    () => existsSync(`${file}-wal`),
    () => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 30_000,
    () => existsSync(path.join(dataDir, 'backups')),
    () => existsSync(path.join(dataDir, 'owners')),
  ]
  const reached = stages[kill % stages.length] ?? (() => true)
  for (let look = 0; look < 60_000 && !reached(); look += 1) await new Promise((resolve) => setTimeout(resolve, 1))
  if (!reached()) throw new Error(`stage ${kill} was never reached`)
}

async function untilThere(look: () => Promise<string[]>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await look()).length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the script never began')
}
