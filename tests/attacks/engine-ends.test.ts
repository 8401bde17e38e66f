import { afterEach, describe, expect } from 'vitest'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { openCaller, openTestCore } from '../support/core.ts'
import { dockerHost, labelledContainers, waitingContainers } from '../support/docker.ts'
import { startEngineProxy } from '../support/engine-proxy.ts'
import { attackTest, canAttack } from './attack.ts'

/** The engine is killed and started again while the app has runs in it: each ends, and the app goes on by itself. */

describe(canAttack ? 'An engine that ends' : 'An engine that ends (needs docker)', () => {
  const cleanUps: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })

  for (const asWindow of [false, true]) {
    attackTest(
      `RN-5: runs end as interrupted and the next succeed, ${asWindow ? 'with' : 'without'} waiting containers`,
      async () => {
        const proxy = await startEngineProxy(findEngine(dockerHost).engine!.socketPath)
        cleanUps.push(proxy.close)
        process.env['DOCKER_HOST'] = proxy.dockerHost
        const opened = await openTestCore({ asWindow }).finally(() => {
          if (dockerHost === undefined) delete process.env['DOCKER_HOST']
          else process.env['DOCKER_HOST'] = dockerHost
        })
        cleanUps.push(opened.close)
        const root = openCaller(opened.core)
        if (!asWindow) await root.must('workspace.init', { name: 'Shelf', member: 'Root' })
        const workspaceId = (await root.must('system.status', {})).workspace!.id
        if (asWindow) await expect.poll(() => waitingContainers(workspaceId), { timeout: 30_000 }).toHaveLength(2)

        const tool = await root.must('tools.create', { slug: 'ends', title: 'Ends' })
        const source_code = "import time\ndef run_tool(a, b):\n    time.sleep(0.5)\n    return 'done'\n"
        const hanging = source_code.replace('0.5', '50')
        const slow = await root.must('versions.save', {
          tool: tool.id,
          source_code: hanging,
          expected_parent_version_id: null,
        })
        const quick = await root.must('versions.save', {
          tool: tool.id,
          source_code,
          expected_parent_version_id: slow.id,
        })
        const atWork = new Set<string>()
        opened.core.subscribe(root.session, ({ name, payload }) => {
          if (name === 'run.phase' && payload.phase === 'running') atWork.add(payload.run_id)
        })
        const begin = (version: string) => root.call('runs.sandbox', { version, runner: 'docker' })

        const begun = await Promise.all([begin(slow.id), begin(slow.id)])
        const ids = begun.flatMap((answer) => (answer.ok ? [answer.data.id] : []))
        expect(ids).toHaveLength(2)
        await expect.poll(() => ids.filter((id) => atWork.has(id)), { timeout: 30_000 }).toHaveLength(2)
        proxy.die()
        for (const id of ids) {
          expect(await root.must('runs.wait', { run: id })).toMatchObject({
            status: 'failed',
            reason: 'interrupted',
            record_status: 'ERROR',
          })
        }
        await expect.poll(async () => (await begin(quick.id)).ok, { timeout: 10_000, interval: 500 }).toBe(false)

        await proxy.revive()
        let answer = await begin(quick.id)
        await expect
          .poll(
            async () => {
              if (!answer.ok) answer = await begin(quick.id)
              return answer.ok
            },
            { timeout: 30_000, interval: 200 },
          )
          .toBe(true)
        if (answer.ok)
          expect(await root.must('runs.wait', { run: answer.data.id })).toMatchObject({ status: 'succeeded' })
        await opened.close()
        await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
      },
    )
  }
})
