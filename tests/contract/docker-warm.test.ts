import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import type { DockerRunnerOptions } from '../../src-main/adapters/docker/docker-runner.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { createEngineWatch } from '../../src-main/adapters/docker/engine-watch.ts'
import { readSeccompProfile } from '../../src-main/adapters/docker/seccomp.ts'
import { createWarmPool } from '../../src-main/adapters/docker/warm-pool.ts'
import type { Runner } from '../../src-main/app/runner-port.ts'
import type { RunLimits } from '../../src-main/domain/run.ts'
import {
  dockerAvailable,
  dockerHost,
  labelledContainers,
  runnerImage,
  runnerImageFolder,
  waitingContainers,
  workContainers,
} from '../support/docker.ts'
import { startEngineProxy } from '../support/engine-proxy.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'

/** Containers that wait for a job: used once, replaced, dropped when they are of no use, and never left behind. */

const skipReason = await dockerAvailable()
const TEST_TIMEOUT_MS = 60_000
const HELLO = "def run_tool(a, b):\n    return '<p>hello</p>'\n"
const never = new AbortController().signal
const limits = makeJob('').limits

describe.skipIf(skipReason !== null)('Waiting containers', { timeout: TEST_TIMEOUT_MS }, () => {
  const cleanUps: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })

  function open(changes: Partial<DockerRunnerOptions> = {}): { runner: Runner; workspaceId: string } {
    const options = {
      dockerHost,
      image: runnerImage,
      runnerImageFolder,
      warmContainers: 2,
      ...changes,
    }
    const runner = createDockerRunner(options)
    cleanUps.push(() => runner.close())
    return { runner, workspaceId: newId() }
  }
  const used = new Set<string>()
  /** By their names, without those that have been used and are on their way out. */
  const waiting = async (workspaceId: string, count: number): Promise<string[]> => {
    const unused = async () =>
      (await waitingContainers(workspaceId)).map((name) => name.slice(1)).filter((name) => !used.has(name))
    await expect.poll(unused, { timeout: 30_000 }).toHaveLength(count)
    // What the engine shows as running has yet to say hello.
    await pause(300)
    return unused()
  }
  async function run(
    runner: Runner,
    workspaceId: string,
    script = HELLO,
    changes: Partial<RunLimits> = {},
  ): Promise<string> {
    const job = makeJob(script, { workspaceId, limits: { ...limits, ...changes } })
    const outcome = valueOf(await runner.run(job, makeObserver().observer, never))
    expect(resultOf(outcome)['status']).toBe('succeeded')
    expect(outcome.info.effective).toMatchObject({
      kernel: { cap_eff: '0000000000000000', seccomp: 2 },
      network: 'none',
    })
    const container = String(outcome.info.effective['container'])
    used.add(container)
    return container
  }

  it('are filled by the hint, used once each and replaced; closing removes all', async () => {
    const { runner, workspaceId } = open()
    runner.prepare?.(workspaceId, limits)
    const first = await waiting(workspaceId, 2)
    const taken = [await run(runner, workspaceId), await run(runner, workspaceId)]
    expect(new Set(taken).size).toBe(2)
    expect(first.sort()).toEqual(taken.sort())
    await waiting(workspaceId, 2)
    await expect.poll(() => workContainers(workspaceId), { timeout: 10_000 }).toEqual([])
    await runner.close()
    expect(await labelledContainers(workspaceId)).toEqual([])
  })

  it('that a job took while they were still being made are replaced, too', async () => {
    const { runner, workspaceId } = open()
    runner.prepare?.(workspaceId, limits)
    expect(await run(runner, workspaceId)).toContain('waiting')
    await waiting(workspaceId, 2)
  })

  it('are replaced also when takes follow each other quicker than they could be put off', async () => {
    const { engine } = findEngine(dockerHost)
    const profile = valueOf(await readSeccompProfile(runnerImageFolder))
    const watch = createEngineWatch(true)
    cleanUps.push(async () => watch.close())
    const pool = createWarmPool({
      size: 1,
      watch,
      idleMs: 60_000,
      runOverheadMs: 10_000,
      dispose: (sandbox) => void sandbox.dispose(),
    })
    cleanUps.push(() => pool.close())
    const workspaceId = newId()
    const recipe = { engine: engine!, image: runnerImage, profile, runtime: null, workspaceId, limits, preload: '' }
    pool.expect(recipe)
    let takes = 0
    const takeOne = async (): Promise<void> => {
      for (; takes < 100; takes += 1) {
        const taken = await pool.take(recipe, never)
        if (taken !== null) return void (await taken.sandbox.dispose())
        await pause(100)
      }
    }
    await takeOne()
    await takeOne()
    await takeOne()
    expect(takes).toBeLessThan(100)
  })

  it('RN-7: closing while they are being made leaves none', async () => {
    for (const delayMs of [0, 30, 150]) {
      const { runner, workspaceId } = open()
      runner.prepare?.(workspaceId, limits)
      await pause(delayMs)
      await runner.close()
      expect(await labelledContainers(workspaceId)).toEqual([])
    }
  })

  it('carry a deadline and the workspace', async () => {
    const { runner, workspaceId } = open({ warmContainers: 1 })
    runner.prepare?.(workspaceId, limits)
    await waiting(workspaceId, 1)
    const filters = JSON.stringify({ label: [`org.scriptorium.workspace=${workspaceId}`] })
    const [found] = await findEngine(dockerHost).engine!.docker.listContainers({ all: true, filters })
    const deadlineMs = Date.parse(found!.Labels['org.scriptorium.deadline'] ?? '')
    expect(deadlineMs).toBeGreaterThan(Date.now() + 10 * 60_000)
    expect(deadlineMs).toBeLessThan(Date.now() + 30 * 60_000)
  })

  it('of other limits are not used, and are dropped', async () => {
    const { runner, workspaceId } = open({ warmContainers: 1 })
    runner.prepare?.(workspaceId, limits)
    const [old] = await waiting(workspaceId, 1)
    await run(runner, workspaceId, HELLO, { pids: 99 })
    const [replacement] = await waiting(workspaceId, 1)
    expect(replacement).not.toBe(old)
    expect(await run(runner, workspaceId, HELLO, { pids: 99 })).toBe(replacement)
    // A lower timeout is no other limit of the container's.
    const [third] = await waiting(workspaceId, 1)
    expect(await run(runner, workspaceId, HELLO, { pids: 99, timeout_ms: 5_000 })).toBe(third)
  })

  it('of another image are not used: a name that is given to another image counts from the next run on', async () => {
    const { docker } = findEngine(dockerHost).engine!
    const tag = newId()
    const name = `scriptorium-test:${tag}`
    await docker.getImage(runnerImage).tag({ repo: 'scriptorium-test', tag })
    cleanUps.push(() => docker.getImage(name).remove({ force: true }))
    const { runner, workspaceId } = open({ image: name, warmContainers: 1 })
    runner.prepare?.(workspaceId, limits)
    const [old] = await waiting(workspaceId, 1)
    const before = await runner.status()
    const container = await docker.createContainer({ Image: runnerImage })
    const committed = (await container.commit({ repo: 'scriptorium-test', tag })) as { Id: string }
    await container.remove({ force: true })
    await pause(300)
    const after = await runner.status()
    expect(after).toMatchObject({ available: true, image_id: committed.Id })
    expect(before).not.toEqual(after)
    expect(await run(runner, workspaceId)).not.toBe(old)
    await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).not.toContain(`/${old}`)
  })

  it('that are found dead are dropped, and the next or a new one is used', async () => {
    const { runner, workspaceId } = open({ warmContainers: 2 })
    runner.prepare?.(workspaceId, limits)
    const [first, second] = await waiting(workspaceId, 2)
    const { docker } = findEngine(dockerHost).engine!
    await docker.getContainer(first!).kill()
    expect(await run(runner, workspaceId)).toBe(second)
    const names = await waiting(workspaceId, 2)
    await Promise.all(names.map((name) => docker.getContainer(name).remove({ force: true })))
    await run(runner, workspaceId)
    await expect.poll(() => workContainers(workspaceId), { timeout: 10_000 }).toEqual([])
  })

  it('are let go after a time without a run', async () => {
    const { runner, workspaceId } = open({ warmContainers: 1, warmIdleMs: 3_000 })
    runner.prepare?.(workspaceId, limits)
    await waiting(workspaceId, 1)
    await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
    await run(runner, workspaceId)
  })

  it('have pandas in memory for scripts that import it', async () => {
    const script =
      "import sys\nloaded = 'pandas' in sys.modules\nimport pandas\ndef run_tool(a, b):\n    print(loaded)\n    return ''\n"
    const { runner, workspaceId } = open({ warmContainers: 1 })
    await run(runner, workspaceId, script)
    await waiting(workspaceId, 1)
    await pause(2_000)
    const { observer, observed } = makeObserver()
    valueOf(await runner.run(makeJob(script, { workspaceId }), observer, never))
    expect(observed().stdout).toBe('True\n')
  })

  it('RN-5: the reaper leaves those of a living process alone and removes those of a dead one', async () => {
    const { runner, workspaceId } = open({ warmContainers: 1 })
    runner.prepare?.(workspaceId, limits)
    const names = await waiting(workspaceId, 1)
    const other = open({ warmContainers: 0 }).runner
    expect(await other.reap(workspaceId, () => false)).toMatchObject({ ok: true })
    expect(await waitingContainers(workspaceId)).toEqual(names.map((name) => `/${name}`))
  })

  for (const way of ['die', 'hang'] as const) {
    it(`RN-1: an engine that ${way}s does not hang whoever takes one; when it is back the runner goes on`, async () => {
      const proxy = await startEngineProxy(findEngine(dockerHost).engine!.socketPath)
      cleanUps.push(proxy.close)
      const { runner, workspaceId } = open({ dockerHost: proxy.dockerHost, warmContainers: 1 })
      runner.prepare?.(workspaceId, limits)
      await waiting(workspaceId, 1)
      proxy[way]()
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), 5_000)
      const beganAt = performance.now()
      const ended = await runner.run(makeJob(HELLO, { workspaceId }), makeObserver().observer, controller.signal)
      clearTimeout(timer)
      expect(performance.now() - beganAt).toBeLessThan(20_000)
      if (ended.ok) expect(ended.value.ended).toBe('cancelled')
      else expect(['engine_unavailable', 'interrupted']).toContain(ended.failure.reason)
      await proxy.revive()
      await expect.poll(async () => (await runner.status()).available, { timeout: 40_000 }).toBe(true)
      await run(runner, workspaceId)
      await runner.close()
      const reaped = await open({ warmContainers: 0 }).runner.reap(workspaceId, () => false)
      expect(reaped.ok).toBe(true)
      await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
    })
  }
})
