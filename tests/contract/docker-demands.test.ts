import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { containerOptions } from '../../src-main/adapters/docker/container.ts'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { NO_DEMANDS } from '../../src-main/app/runner-port.ts'
import type { Runner, SandboxDemands } from '../../src-main/app/runner-port.ts'
import {
  dockerAvailable,
  dockerHost,
  labelledContainers,
  runnerImage,
  runnerImageFolder,
  waitingContainers,
} from '../support/docker.ts'
import { startEngineProxy } from '../support/engine-proxy.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'
import { makeSecondImage, type SecondImage } from '../support/second-image.ts'

/** RN-2, EV-1: what a workspace demands of its sandboxes, and what is refused where the engine doesn't have it. */

const skipReason = await dockerAvailable()
const TEST_TIMEOUT_MS = 60_000
const HELLO = "def run_tool(a, b):\n    return '<p>hello</p>'\n"
const never = new AbortController().signal
const limits = makeJob('').limits
const ABSENT = `sha256:${'0'.repeat(64)}`
const withImage = (imageId: string): SandboxDemands => ({ imageId, runtime: null })
const inRuntime = (runtime: string): SandboxDemands => ({ imageId: null, runtime })

it('hands the runtime to the engine as an option of the container, and none where none was asked for', () => {
  const spec = { image: 'x', seccompProfile: '{}', limits, workspaceId: 'w', runId: 'r', deadline: new Date(0) }
  expect(containerOptions({ ...spec, runtime: 'runsc' }).HostConfig).toMatchObject({
    Runtime: 'runsc',
    SecurityOpt: ['no-new-privileges', 'seccomp={}'],
  })
  expect(containerOptions({ ...spec, runtime: null }).HostConfig).not.toHaveProperty('Runtime')
})

describe.skipIf(skipReason !== null)('What a job demands of its sandbox', { timeout: TEST_TIMEOUT_MS }, () => {
  const cleanUps: (() => Promise<unknown>)[] = []
  let second: SecondImage
  beforeAll(async () => {
    second = await makeSecondImage()
  })
  afterAll(() => second?.remove())
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })

  function open(changes: { dockerHost?: string; image?: string; warmContainers?: number } = {}): Runner {
    const options = { dockerHost, image: runnerImage, runnerImageFolder, warmContainers: 0 }
    const runner = createDockerRunner({ ...options, ...changes })
    cleanUps.push(() => runner.close())
    return runner
  }

  describe('an image by its id', () => {
    it('EV-1: it is used and recorded, whatever the name stands for', async () => {
      const runner = open()
      expect(await runner.status(withImage(second.id))).toMatchObject({ available: true, image_id: second.id })
      const job = makeJob(HELLO, { demands: withImage(second.id) })
      const outcome = valueOf(await runner.run(job, makeObserver().observer, never))
      expect(resultOf(outcome)['status']).toBe('succeeded')
      expect(outcome.info.image_id).toBe(second.id)
      const undemanding = valueOf(await runner.run(makeJob(HELLO), makeObserver().observer, never))
      expect(undemanding.info.image_id).not.toBe(second.id)
    })

    it('that the engine does not have is refused, in words that say what to do', async () => {
      const runner = open()
      const status = await runner.status(withImage(ABSENT))
      expect(status).toMatchObject({ available: false, reason: 'image_not_pinned' })
      expect(status.available ? '' : status.message).toMatch(/image import.*superuser accepts.*image accept/)
      const job = makeJob(HELLO, { demands: withImage(ABSENT) })
      const refused = await runner.run(job, makeObserver().observer, never)
      expect(refused).toMatchObject({ ok: false, failure: { code: 'SERVICE_UNAVAILABLE', reason: 'image_missing' } })
      expect(await labelledContainers(job.workspaceId)).toEqual([])
    })

    it('where there is no runner image at all, only importing helps', async () => {
      const runner = open({ image: `scriptorium-test:${newId()}` })
      const status = await runner.status(withImage(ABSENT))
      expect(status).toMatchObject({ available: false, reason: 'image_missing' })
      expect(status.available ? '' : status.message).not.toContain('accept')
      // The demanded one is enough, under whichever name.
      expect(await runner.status(withImage(second.id))).toMatchObject({ available: true, image_id: second.id })
    })

    it('RN-1: stays what the engine is listened to about when somebody looks for what runs left', async () => {
      const proxy = await startEngineProxy(findEngine(dockerHost).engine!.socketPath)
      cleanUps.push(proxy.close)
      const runner = open({ dockerHost: proxy.dockerHost, warmContainers: 1 })
      const known = await runner.status(withImage(second.id))
      expect(known).toMatchObject({ available: true, image_id: second.id })
      expect(await runner.reap(newId(), () => true)).toEqual({ ok: true, value: [] })
      // What is known is answered at once; what had to be asked for would not be answered.
      proxy.hang()
      expect(await runner.status(withImage(second.id))).toEqual(known)
    })

    it('belongs to what waiting containers were made with: another one empties the pool', async () => {
      const runner = open({ warmContainers: 1 })
      const workspaceId = newId()
      runner.prepare?.(workspaceId, limits, NO_DEMANDS)
      await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).toHaveLength(1)
      const [old] = await waitingContainers(workspaceId)
      runner.prepare?.(workspaceId, limits, withImage(second.id))
      await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).not.toContain(old)
      await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).toHaveLength(1)
      // What another caller asks about the name is no reason to drop those of the id.
      const [waiting] = await waitingContainers(workspaceId)
      await runner.status()
      const job = makeJob(HELLO, { workspaceId, demands: withImage(second.id) })
      const outcome = valueOf(await runner.run(job, makeObserver().observer, never))
      expect(outcome.info.image_id).toBe(second.id)
      expect(`/${String(outcome.info.effective['container'])}`).toBe(waiting)
    })
  })

  describe('a runtime', () => {
    it('that is installed is used, recorded and told', async () => {
      const runner = open()
      const status = await runner.status(inRuntime('runc'))
      expect(status).toMatchObject({ available: true, runtimes: expect.arrayContaining(['runc']) })
      expect(status.available ? status.isolation : '').toContain('runtime runc')
      const job = makeJob(HELLO, { demands: inRuntime('runc') })
      const { info } = valueOf(await runner.run(job, makeObserver().observer, never))
      expect(info.isolation).toContain('runtime runc')
      expect(info.effective).toMatchObject({ runtime: 'runc' })
    })

    it('that is not installed is refused before there is a container', async () => {
      const runner = open()
      const status = await runner.status(inRuntime('runsc'))
      expect(status).toMatchObject({
        available: false,
        reason: 'runtime_missing',
        runtimes: expect.not.arrayContaining(['runsc']),
      })
      const job = makeJob(HELLO, { demands: inRuntime('runsc') })
      const { observer, observed } = makeObserver()
      const refused = await runner.run(job, observer, never)
      expect(refused).toMatchObject({
        ok: false,
        failure: {
          code: 'SERVICE_UNAVAILABLE',
          reason: 'runtime_missing',
          message: expect.stringContaining('sandbox_runtime'),
        },
      })
      expect(observed().phases).toEqual(['preparing'])
      expect(await labelledContainers(job.workspaceId)).toEqual([])
    })

    it('empties the pool as well, also where it is not installed', async () => {
      const runner = open({ warmContainers: 1 })
      const workspaceId = newId()
      runner.prepare?.(workspaceId, limits)
      await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).toHaveLength(1)
      runner.prepare?.(workspaceId, limits, inRuntime('runsc'))
      await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
    })
  })

  for (const way of ['die', 'hang'] as const) {
    it(`RN-1: an engine that ${way}s is told in time, whatever is demanded`, async () => {
      const proxy = await startEngineProxy(findEngine(dockerHost).engine!.socketPath)
      cleanUps.push(proxy.close)
      const runner = open({ dockerHost: proxy.dockerHost })
      proxy[way]()
      for (const demands of [withImage(ABSENT), inRuntime('runsc')]) {
        const beganAt = performance.now()
        expect(await runner.status(demands)).toMatchObject({ available: false })
        expect(performance.now() - beganAt).toBeLessThan(3_500)
      }
      const refused = await runner.run(makeJob(HELLO, { demands: inRuntime('runsc') }), makeObserver().observer, never)
      expect(refused).toMatchObject({ ok: false, failure: { reason: 'engine_unavailable' } })
    })
  }
})
