import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { holdOwnership, sweepOwners } from '../../src-main/adapters/system/process-lock.ts'
import {
  countEvents,
  countFrom,
  openTestCore,
  openWorkspace,
  rawDatabase,
  temporaryFolder,
  whatIsWrongIn,
} from '../support/core.ts'
import { startCore, type CoreProcess } from '../support/core-process.ts'
import { content } from '../support/members.ts'

/** Several processes on one data folder: they race, share a limit, cancel for each other, leave the living alone. */

const RACES = countFrom('SCRIPTORIUM_RACES', 30)
/** Only a bound for a race that hangs, on a slow machine. */
const RACES_LIMIT_MS = 120_000 + RACES * 1_500
const waits = 'import time\n\ndef run_tool(input_dir, output_dir):\n    time.sleep(600)\n'

let dataDir: string
let pair: [CoreProcess, CoreProcess]
let waiting: string

beforeAll(async () => {
  const opened = await openWorkspace()
  dataDir = opened.dataDir
  await opened.root.must('tools.create', { slug: 'raced', title: 'Raced' })
  await opened.root.must('tools.create', { slug: 'waits', title: 'Waits' })
  waiting = (
    await opened.root.must('versions.save', {
      ...content,
      source_code: waits,
      tool: 'waits',
      expected_parent_version_id: null,
    })
  ).id
  await opened.close()
  pair = [startCore({ dataDir }), startCore({ dataDir })]
  for (const core of pair) expect(await core.opened).toMatchObject({ opened: true })
})

afterAll(async () => {
  await Promise.all((pair ?? []).map((core) => core.close()))
})

describe('races', () => {
  test(
    `VR-6 of two processes that publish one version at once, exactly one does (${RACES} times)`,
    async () => {
      const [one, other] = pair
      const database = rawDatabase(dataDir)
      let active: string | null = null
      for (let race = 0; race < RACES; race += 1) {
        const draft = await one.must('Root', 'versions.save', {
          ...content,
          source_code: `# ${race}`,
          tool: 'raced',
          expected_parent_version_id: null,
        })
        await one.must('Root', 'versions.submit', { version: draft.id })
        const before = countEvents(database)
        const publish = (core: CoreProcess) =>
          core.call('Root', 'versions.publish', { version: draft.id, expected_active_version_id: active })
        const answers = await Promise.all(
          race % 2 === 0 ? [publish(one), publish(other)] : [publish(other), publish(one)],
        )
        const done = answers.filter((answer) => answer.ok)
        expect(done).toHaveLength(1)
        for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('CONFLICT')
        expect(countEvents(database)).toBe(before + 1)
        active = done[0]?.ok === true ? done[0].data.new_active_version_id : null
      }
      expect(whatIsWrongIn(dataDir)).toBeNull()
    },
    RACES_LIMIT_MS,
  )

  test(
    `VR-3 of two processes that save over one head at once, exactly one does (${RACES} times)`,
    async () => {
      const [one, other] = pair
      let head = (
        await one.must('Root', 'versions.save', {
          ...content,
          source_code: '# start',
          tool: 'raced',
          expected_parent_version_id: null,
        })
      ).id
      for (let race = 0; race < RACES; race += 1) {
        const save = (core: CoreProcess, by: string) =>
          core.call('Root', 'versions.save', {
            ...content,
            source_code: `# ${race} ${by}`,
            tool: 'raced',
            expected_parent_version_id: head,
          })
        const answers = await Promise.all([save(one, 'one'), save(other, 'other')])
        expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
        for (const answer of answers) {
          if (answer.ok) head = answer.data.id
          else expect(answer.error).toMatchObject({ code: 'CONFLICT', reason: 'head_moved' })
        }
      }
      const numbers = rawDatabase(dataDir)
        .prepare(`SELECT tool_id || ' ' || version_number FROM versions NOT INDEXED`)
        .pluck()
        .all()
      expect(numbers.length).toBeGreaterThan(RACES)
      expect(new Set(numbers).size).toBe(numbers.length)
      expect(whatIsWrongIn(dataDir)).toBeNull()
    },
    RACES_LIMIT_MS,
  )

  test('RN-5 no process that starts is taken for dead by others that start and sweep', async () => {
    const folder = temporaryFolder()
    const cores = Array.from({ length: 3 }, () => startCore({ dataDir: folder }))
    for (const core of cores) expect(await core.opened).toMatchObject({ opened: true })
    const here = holdOwnership(folder, 'here')
    const seen: string[] = []
    sweepOwners(folder, here, (id) => {
      seen.push(id)
      return false
    })
    expect(seen).toHaveLength(cores.length)
    expect(seen.map((id) => here.isAlive(id))).toEqual(cores.map(() => true))
    await Promise.all(cores.map((core) => core.kill()))
    expect(seen.map((id) => here.isAlive(id))).toEqual(cores.map(() => false))
    // Whoever ends in order takes its file away, also while somebody looks at it.
    expect(here.isAlive('ended-in-order')).toBe(false)
    here.release()
  })
})

describe('runs of several processes', () => {
  const start = (core: CoreProcess) =>
    core.call('Root', 'runs.sandbox', { version: waiting, runner: 'embedded', values: {} })
  const begun = async (core: CoreProcess): Promise<string> => {
    const answer = await start(core)
    if (!answer.ok) throw new Error(answer.error.message)
    return answer.data.id
  }

  test('RN-4, RN-5 the limit counts all processes; one cancels another’s run; the living are left alone', async () => {
    const [one, other] = pair
    await one.must('Root', 'settings.set', { key: 'max_concurrency', value: 2 })
    const first = await begun(one)
    const second = await begun(other)
    for (const core of pair) {
      const busy = await start(core)
      expect(busy).toMatchObject({
        ok: false,
        error: { code: 'SERVICE_UNAVAILABLE', reason: 'runner_busy', details: { limit: 2 } },
      })
    }
    // A process that starts now sweeps and closes what dead ones left: these two are alive.
    const third = await openTestCore({ dataDir })
    const root = third.as('Root')
    for (const run of [first, second])
      expect(await root.must('runs.get', { run })).toMatchObject({ status: 'running', reason: null })
    expect(await root.must('runs.cancel', { run: first })).toMatchObject({ id: first, cancelled: true })
    expect(await root.must('runs.wait', { run: first })).toMatchObject({ status: 'failed', reason: 'cancelled' })
    expect(await root.must('runs.get', { run: second })).toMatchObject({ status: 'running' })

    // There is room for one again, and no more than one; what the killed process ran counts no longer.
    const next = await begun(one)
    expect(await start(other)).toMatchObject({ ok: false, error: { reason: 'runner_busy' } })
    await other.kill()
    pair[1] = startCore({ dataDir })
    expect(await pair[1].opened).toMatchObject({ opened: true })
    expect(await root.must('runs.wait', { run: second })).toMatchObject({ status: 'failed', reason: 'interrupted' })
    expect(await root.must('runs.get', { run: next })).toMatchObject({ status: 'running' })
    await root.must('runs.cancel', { run: next })
    expect(await root.must('runs.wait', { run: next })).toMatchObject({ status: 'failed', reason: 'cancelled' })
    await third.close()
    expect(whatIsWrongIn(dataDir)).toBeNull()
  }, 180_000)
})
