import { spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { markedProcesses } from '../../src-main/adapters/embedded/reap.ts'
import { openTestCore, openWorkspace } from '../support/core.ts'
import { embeddedFiles, leftChildren, makeEmbeddedRunner } from '../support/embedded.ts'
import { makeJob, makeObserver, newId } from '../support/runner-job.ts'

const TEST_LIMIT_MS = 120_000

describe('when the embedded runner can not be trusted or is gone', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scriptorium-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function runOnce(changes: Parameters<typeof makeEmbeddedRunner>[0]) {
    const runner = makeEmbeddedRunner(changes)
    const { observer, observed } = makeObserver()
    const status = await runner.status()
    const job = makeJob("def run_tool(a, b):\n    print('ran')\n    return ''\n")
    const result = await runner.run(job, observer, new AbortController().signal)
    await runner.close()
    return { status, result, observed: observed() }
  }

  it.skipIf(process.platform === 'win32')(
    'RN-1: without the permission model nothing runs',
    async () => {
      const stripped = join(folder, 'node-without-permission')
      const filter = 'case "$word" in --permission|--allow-fs-read=*) ;; *) set -- "$@" "$word" ;; esac'
      const lines = ['#!/bin/sh', 'for word in "$@"; do shift', filter, 'done', `exec '${embeddedFiles.nodePath}' "$@"`]
      await writeFile(stripped, lines.join('\n'), { mode: 0o755 })
      const { status, result, observed } = await runOnce({ nodePath: stripped })
      expect(status).toMatchObject({ available: false, reason: 'permission_model_missing' })
      expect(result).toMatchObject({
        ok: false,
        failure: { code: 'SERVICE_UNAVAILABLE', reason: 'engine_unavailable' },
      })
      expect(observed.stdout).toBe('')
    },
    TEST_LIMIT_MS,
  )

  it('says that parts are missing', async () => {
    const { status, result } = await runOnce({ pyodidePath: join(folder, 'nowhere') })
    expect(status).toMatchObject({ available: false, reason: 'engine_missing' })
    expect(result.ok).toBe(false)
  })

  it(
    'a child that speaks nonsense is a failure and is ended',
    async () => {
      const liar = join(folder, 'liar.mjs')
      const speak = "process.stdout.write('nonsense'); setInterval(() => {}, 1000)"
      await writeFile(liar, `if (!process.argv.includes('--check')) { ${speak} }`)
      await writeFile(join(folder, 'start.py'), '')
      const { result } = await runOnce({ childPath: liar })
      expect(result).toMatchObject({ ok: false, failure: { reason: 'engine_unavailable' } })
    },
    TEST_LIMIT_MS,
  )

  it('RN-5: what starts and runs nothing looks for what dead apps left without starting the runner', async () => {
    const started: unknown[] = []
    const notice = (message: unknown): void => void started.push(message)
    subscribe('child_process', notice)
    try {
      const { dataDir, close } = await openWorkspace()
      await close()
      await (await openTestCore({ dataDir })).close()
      // And it would be noticed.
      const before = started.length
      await makeEmbeddedRunner().status()
      expect([before, started.length]).toEqual([0, 1])
    } finally {
      unsubscribe('child_process', notice)
    }
  })

  const title = 'RN-5: what a dead app left ends by itself while it sleeps, and is reaped while it works'
  it.skipIf(process.platform === 'win32')(
    title,
    async () => {
      const workspaceId = newId()
      const bodies = { sleeps: 'import time; time.sleep(600)', works: 'while True: pass' }
      const jobs = Object.values(bodies).map((body) => makeJob(`def run_tool(a, b):\n    ${body}\n`, { workspaceId }))
      const source = `
      import { makeEmbeddedRunner } from ${JSON.stringify(new URL('../support/embedded.ts', import.meta.url).href)}
      const runner = makeEmbeddedRunner()
      let begun = 0
      const phase = (name) => { if (name === 'running' && ++begun === 2) console.log('both') }
      const observer = { phase, output() {}, async artifact() {} }
      for (const job of ${JSON.stringify(jobs)}) runner.run(job, observer, new AbortController().signal)`
      const app = spawn(embeddedFiles.nodePath, ['--input-type=module', '-e', source], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise((resolve) => app.stdout.once('data', resolve))
      expect(await leftChildren(workspaceId)).toHaveLength(2)
      app.kill('SIGKILL')

      const [sleeper, worker] = jobs.map(({ runId }) => runId)
      const runIdsLeft = async (): Promise<string[]> =>
        (await markedProcesses()).map(({ runId }) => runId).filter((id) => id !== '')
      await expect.poll(runIdsLeft, { timeout: 20_000 }).not.toContain(sleeper)
      const runner = makeEmbeddedRunner()
      expect(await runner.reap(workspaceId, () => true), 'the living are left alone').toEqual({ ok: true, value: [] })
      expect(await runner.reap(newId(), () => false), 'other workspaces too').toEqual({ ok: true, value: [] })
      expect(await runner.reap(workspaceId, () => false)).toEqual({ ok: true, value: [worker] })
      expect(await leftChildren(workspaceId)).toEqual([])
    },
    TEST_LIMIT_MS,
  )
})
