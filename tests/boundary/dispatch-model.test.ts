import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Role } from '../../src-main/domain/member.ts'
import {
  cleanUpAll,
  countFrom,
  openWorkspace,
  rawDatabase,
  storeOver,
  whatIsWrong,
  type Caller,
} from '../support/core.ts'
import { watchFold } from '../support/fold-watch.ts'
import { differenceFromModel, newModel, type Model } from '../support/model/model.ts'
import { ACTION_COUNT, plan, stepArbitrary, type Action, type Step } from '../support/model/plan.ts'

/**
 * Random members do random things, against a small model. After each step: what must be done was done by exactly one
 * event, what must be refused was refused with its code and changed nothing, no tool has two active versions, the tables
 * are what the events give and what the model says, and no acknowledged event is lost or changed.
 */

const SEQUENCES = countFrom('SCRIPTORIUM_MODEL_SEQUENCES', 60)
const STEPS = countFrom('SCRIPTORIUM_MODEL_STEPS', 40)
const SEED = countFrom('SCRIPTORIUM_SEED', 20_261_120)
/** A failing sequence is made shorter for so long. */
const SHRINK_LIMIT_MS = 60_000

// No engine: no step runs a script, and each core that opens would look for what runs have left in it.
process.env['DOCKER_HOST'] = 'unix:///nowhere'

const cast: Role[] = ['superuser', 'superuser', 'admin', 'admin', 'contributor', 'contributor', 'user']
const tally = { done: 0, refused: 0, unchanged: 0, actions: new Set<Action>() }

async function play(steps: Step[]): Promise<void> {
  const { root, as, dataDir } = await openWorkspace()
  const callers: Caller[] = [root]
  for (const [index, role] of cast.slice(1).entries()) {
    const { id } = await root.must('members.add', { name: `Member ${index}`, role })
    callers.push(as(id))
  }
  const model = await modelOf(root, callers)
  const database = rawDatabase(dataDir)
  const parts = storeOver(database)
  const watch = watchFold(database, parts)
  const severalActive = database.prepare(
    `SELECT tool_id FROM versions NOT INDEXED WHERE state = 'active' GROUP BY tool_id HAVING count(*) > 1`,
  )
  const isKept = database
    .prepare('SELECT count(*) FROM order_entries JOIN events ON id = event_id WHERE id = ?')
    .pluck()
  const lastEvent = database.prepare('SELECT event_id FROM order_entries ORDER BY order_number DESC LIMIT 1').pluck()
  const events = database.prepare('SELECT count(*) FROM events').pluck()
  const acknowledged: string[] = []
  try {
    expect(watch.look().problem).toBeNull()
    for (const [serial, step] of steps.entries()) {
      const planned = plan(model, step, serial)
      if (planned === null) continue
      const { by, channel, input, expected } = planned
      const here = `step ${serial}, ${step.action} by ${by}`
      const before = events.get() as number
      const answer = await (callers[by] ?? root).raw(channel, input)
      const isUnchanged = answer.ok && (answer.data as { unchanged?: boolean }).unchanged === true
      expect(answer.ok ? (isUnchanged ? 'unchanged' : null) : answer.error.code, here).toBe(expected)
      expect((events.get() as number) - before, `${here}: events`).toBe(expected === null ? 1 : 0)
      if (answer.ok && expected === null) {
        planned.done(answer.data as never)
        acknowledged.push(lastEvent.get() as string)
        tally.actions.add(step.action)
      }
      tally[expected === null ? 'done' : expected === 'unchanged' ? 'unchanged' : 'refused'] += 1
      expect(severalActive.all(), `${here}: several active`).toEqual([])
      const { state, problem } = watch.look()
      if (state === null) expect.fail(`${here}: ${problem}`)
      expect(differenceFromModel(model, state), here).toBeNull()
    }
    expect(acknowledged.filter((id) => isKept.get(id) !== 1)).toEqual([])
    expect(whatIsWrong(parts)).toBeNull()
  } finally {
    await cleanUpAll()
  }
}

async function modelOf(root: Caller, callers: Caller[]): Promise<Model> {
  const { items: keys } = await root.must('keys.list', {})
  return newModel(
    callers.map(({ session }, index) => {
      const id = session.memberId ?? ''
      return { id, role: cast[index] ?? 'user', keyId: keys.find((key) => key.member_id === id)?.id ?? '' }
    }),
  )
}

/** The start that most sequences would need many steps to find. */
const opening: Step[] = (['createTool', 'newLine', 'submit', 'publishVersion'] as const).map((action) => ({
  action,
  by: 0,
  tool: 0,
  version: 0,
  other: 1,
  isStale: false,
}))

let firstFailedAtMs: number | null = null

/** After a while all that is tried passes, so that the shortest found so far is what is told. */
async function playWithin(steps: Step[]): Promise<void> {
  if (firstFailedAtMs !== null && performance.now() - firstFailedAtMs > SHRINK_LIMIT_MS) return
  try {
    await play([...opening, ...steps])
  } catch (error) {
    firstFailedAtMs ??= performance.now()
    throw error
  }
}

test(`VR-1..8, TL-1, TL-4, RB-1..5, TR-1, TR-6 ${SEQUENCES} sequences of ${STEPS} steps agree with the model (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: STEPS, maxLength: STEPS, size: 'max' }), playWithin),
    { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
  )
  // A model that only ever refuses, or never does, would prove little.
  const total = tally.done + tally.refused + tally.unchanged
  expect(tally.done).toBeGreaterThan(total / 10)
  expect(tally.refused).toBeGreaterThan(total / 10)
  // All but saving the same, which never makes an event.
  expect(tally.actions.size).toBe(ACTION_COUNT - 1)
}, 3_600_000)
