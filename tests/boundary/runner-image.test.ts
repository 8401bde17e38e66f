import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createImageStore } from '../../src-main/adapters/docker/image-store.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { countEvents, rawDatabase, temporaryFolder, type Caller } from '../support/core.ts'
import { dockerHost, labelledContainers, runnerImageFolder } from '../support/docker.ts'
import { writeLightImage } from '../support/light-image.ts'
import { makeDraft, makeTool, openStaffed, type Staffed } from '../support/members.ts'
import { needs } from '../support/needs.ts'
import { newId, valueOf } from '../support/runner-job.ts'
import { makeSecondImage, type SecondImage } from '../support/second-image.ts'

/** The image that a workspace has pinned, and the runtime that it asks for, through the door and on a real engine. */

const docker = await needs('docker')
const LIMIT_MS = 120_000
const ABSENT = `sha256:${'0'.repeat(64)}`

describe.skipIf(!docker.available)('The runner image of a workspace', { timeout: LIMIT_MS }, () => {
  let staff: Staffed
  let second: SecondImage
  /** The id of what `scriptorium-runner:1` stands for here. */
  let own = ''
  let version = ''
  let files: { named: string; unnamed: string }

  beforeAll(async () => {
    staff = await openStaffed()
    second = await makeSecondImage()
    own = (await staff.root.must('image.status', {})).image_id ?? ''
    version = (await makeDraft(staff.root, (await makeTool(staff.root)).slug)).id
    const folder = temporaryFolder()
    files = { named: path.join(folder, 'named.tar'), unnamed: path.join(folder, 'unnamed.tar') }
    await writeLightImage(files)
  }, LIMIT_MS)
  afterAll(() => second?.remove())
  beforeEach(async () => {
    await set('runner_image_id', null)
    await set('sandbox_runtime', 'default')
  })

  const set = (
    key: 'runner_image_id' | 'sandbox_runtime' | 'production_requires_docker',
    value: string | boolean | null,
  ) => staff.root.must('settings.set', { key, value })
  const begin = (runner: 'docker' | null = 'docker') => staff.root.call('runs.sandbox', { version, runner })
  const events = (): number => countEvents(rawDatabase(staff.dataDir))
  async function run(): Promise<{ id: string; imageId: string | null }> {
    const begun = await staff.root.must('runs.sandbox', { version, runner: 'docker' })
    const ended = await staff.root.must('runs.wait', { run: begun.id })
    expect(ended).toMatchObject({ view: 'full', status: 'succeeded' })
    return { id: begun.id, imageId: 'runner' in ended ? (ended.runner?.image_id ?? null) : null }
  }

  describe('accepting', () => {
    test('RB-1 pins what is here, by one event, and is for a superuser', async () => {
      for (const caller of [staff.user, staff.contributor, staff.admin]) {
        expect(await caller.refused('image.accept', {})).toMatchObject({ code: 'FORBIDDEN' })
      }
      const before = events()
      const accepted = await staff.superuser.must('image.accept', { image_id: own })
      expect(accepted).toEqual({ image_id: own, previous_image_id: null })
      expect(events()).toBe(before + 1)
      expect(await staff.admin.must('image.status', {})).toMatchObject({
        pinned_image_id: own,
        pinned_present: true,
        is_pinned: true,
      })
      expect(await staff.superuser.must('image.accept', {})).toEqual({ image_id: own, previous_image_id: own })
      expect(events()).toBe(before + 1)
    })

    test('an image that has moved since it was looked at is a conflict', async () => {
      const before = events()
      expect(await staff.superuser.refused('image.accept', { image_id: second.id })).toMatchObject({
        code: 'CONFLICT',
        reason: 'image_moved',
        details: { image_id: own },
      })
      expect(events()).toBe(before)
    })

    test('a setting that is no image’s id is refused', async () => {
      for (const value of ['scriptorium-runner:1', 'sha256:abc', own.toUpperCase(), 1, true]) {
        expect(await staff.root.refused('settings.set', { key: 'runner_image_id', value })).toMatchObject({
          code: 'VALIDATION_ERROR',
        })
      }
      expect(await staff.root.refused('settings.set', { key: 'sandbox_runtime', value: 'kata' })).toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    })
  })

  describe('importing', () => {
    const load = (by: Caller) => by.must('image.import', { job_id: newId(), path: files.named })

    test('the first image that a superuser brings is pinned, by one event', async () => {
      const before = events()
      expect(await load(staff.superuser)).toMatchObject({ image_id: own, pinned_image_id: own, is_pinned: true })
      expect(events()).toBe(before + 1)
      expect(await load(staff.superuser)).toMatchObject({ is_pinned: true })
      expect(events()).toBe(before + 1)
    })

    test('an admin’s is used here and pinned by nobody', async () => {
      const before = events()
      const arrived = await load(staff.admin)
      expect(arrived).toMatchObject({ image_id: own, pinned_image_id: null, is_pinned: false })
      expect(arrived.message).toContain('image accept')
      expect(events()).toBe(before)
    })

    test('another than the pinned one is said not to be it, whoever brings it', async () => {
      await set('runner_image_id', second.id)
      const before = events()
      const arrived = await load(staff.superuser)
      expect(arrived).toMatchObject({ image_id: own, pinned_image_id: second.id, is_pinned: false })
      expect(arrived.message).toContain('superuser accepts')
      expect(events()).toBe(before)
    })

    test('an image that comes without a name gets the one that it goes by', async () => {
      const name = `scriptorium-test:${newId()}`
      const store = createImageStore({ dockerHost, image: name, runnerImageFolder })
      const never = new AbortController().signal
      try {
        expect(valueOf(await store.importFrom(files.unnamed, () => {}, never)).id).toBe(own)
      } finally {
        await findEngine(dockerHost).engine!.docker.getImage(name).remove()
      }
    })
  })

  describe('running', () => {
    test('EV-1, EV-8 runs use the pinned image, and a run of another one can’t be repeated', async () => {
      await set('runner_image_id', second.id)
      const first = await run()
      expect(first.imageId).toBe(second.id)
      expect(await staff.root.must('image.status', {})).toMatchObject({
        image_id: own,
        is_pinned: false,
        pinned_present: true,
        message: expect.stringContaining('superuser may accept'),
      })
      expect(await staff.root.must('runs.reverify', { run: first.id })).toMatchObject({ verdict: 'MATCH' })
      await staff.root.must('image.accept', {})
      expect((await run()).imageId).toBe(own)
      expect(await staff.root.must('runs.reverify', { run: first.id })).toMatchObject({
        verdict: 'UNREPRODUCIBLE',
        reason: expect.stringContaining('superuser'),
      })
    })

    test('a device without the pinned image refuses, and says what to do', async () => {
      await set('runner_image_id', ABSENT)
      const refused = await begin()
      expect(refused).toMatchObject({
        ok: false,
        error: {
          code: 'SERVICE_UNAVAILABLE',
          reason: 'image_not_pinned',
          message: expect.stringMatching(/image import/),
        },
      })
      const { runners, preferred } = await staff.user.must('runners.status', {})
      expect(runners.find(({ kind }) => kind === 'docker')).toMatchObject({
        available: false,
        reason: 'image_not_pinned',
      })
      expect(preferred).not.toBe('docker')
      expect(await staff.root.must('image.status', {})).toMatchObject({ pinned_present: false, is_pinned: false })
      // As soon as it is accepted, runs go on: what the engine said before doesn't count.
      await staff.root.must('image.accept', {})
      expect((await run()).imageId).toBe(own)
    })

    test('a runtime that is not installed is refused before there is a container', async () => {
      await set('sandbox_runtime', 'runsc')
      expect(await begin()).toMatchObject({
        ok: false,
        error: { code: 'SERVICE_UNAVAILABLE', reason: 'runtime_missing' },
      })
      const { runners } = await staff.user.must('runners.status', {})
      const told = runners.find(({ kind }) => kind === 'docker')
      expect(told).toMatchObject({ available: false, reason: 'runtime_missing' })
      expect(told?.runtimes).toContain('runc')
      expect(told?.runtimes).not.toContain('runsc')
      const { workspace } = await staff.root.must('system.status', {})
      await expect.poll(() => labelledContainers(workspace?.id ?? ''), { timeout: 20_000 }).toEqual([])
    })
  })

  test('VR-2 each runner tells which of the needed packages it lacks, by whichever name', async () => {
    const packages = ['PIL', 'python3-docx', 'pyyaml', 'SciPy']
    const told = await staff.user.must('runners.missing', { packages })
    expect(told.preferred).toBe('docker')
    expect(told.runners).toMatchObject([
      { kind: 'docker', available: true, missing: ['SciPy'] },
      { kind: 'embedded', missing: packages },
    ])
    await set('runner_image_id', ABSENT)
    const without = await staff.user.must('runners.missing', { packages })
    expect(without.runners[0]).toMatchObject({ kind: 'docker', available: false, missing: null })
  })
})
