import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Role } from '../../src-main/domain/member.ts'
import {
  countEvents,
  countFrom,
  openWorkspace,
  rawDatabase,
  storeOver,
  whatIsWrong,
  type Caller,
} from '../support/core.ts'
import { differenceFromModel, newModel, plan, stepArbitrary, type Step } from '../support/model.ts'

/**
 * Random members do random things, against a small model: what must be done is done by exactly one event, what must be
 * refused is refused with its code and changes nothing, and at the end the tables are what the events give.
 */

const SEQUENCES = countFrom('SCRIPTORIUM_MODEL_SEQUENCES', 60)
const STEPS = countFrom('SCRIPTORIUM_MODEL_STEPS', 40)
const SEED = countFrom('SCRIPTORIUM_SEED', 20_261_120)

const cast: Role[] = ['superuser', 'superuser', 'admin', 'admin', 'contributor', 'contributor', 'user']
const tally = { done: 0, refused: 0, unchanged: 0, actions: new Set<string>() }

async function play(steps: Step[]): Promise<void> {
  const { root, as, dataDir, close } = await openWorkspace()
  const members: { id: string; caller: Caller }[] = [{ id: root.session.memberId ?? '', caller: root }]
  for (const [index, role] of cast.slice(1).entries()) {
    const { id } = await root.must('members.add', { name: `Member ${index}`, role })
    members.push({ id, caller: as(id) })
  }
  const model = newModel([...cast])
  const database = rawDatabase(dataDir)
  const severalActive = database.prepare(
    `SELECT tool_id FROM versions WHERE state = 'active' GROUP BY tool_id HAVING count(*) > 1`,
  )
  const lastEvent = database.prepare('SELECT id FROM events ORDER BY rowid DESC LIMIT 1')
  const isKept = database.prepare('SELECT 1 FROM order_entries WHERE event_id = ?')
  const acknowledged: string[] = []
  try {
    for (const [serial, step] of steps.entries()) {
      const planned = plan(
        model,
        step,
        members.map((member) => member.id),
        serial,
      )
      if (planned === null) continue
      const { by, channel, input, expected } = planned
      const before = countEvents(database)
      const answer = await (members[by]?.caller ?? root).raw(channel, input)
      const said = answer.ok
        ? (answer.data as { unchanged?: boolean }).unchanged === true
          ? 'unchanged'
          : null
        : answer.error.code
      expect([serial, step.action, by, said]).toEqual([serial, step.action, by, expected])
      expect([serial, countEvents(database) - before]).toEqual([serial, expected === null ? 1 : 0])
      if (answer.ok && expected === null) {
        planned.done(answer.data as never)
        acknowledged.push((lastEvent.get() as { id: string }).id)
        tally.actions.add(step.action)
      }
      tally[expected === null ? 'done' : expected === 'unchanged' ? 'unchanged' : 'refused'] += 1
      expect([serial, severalActive.all()]).toEqual([serial, []])
      expect([serial, differenceFromModel(model, database)]).toEqual([serial, null])
    }
    expect(acknowledged.filter((id) => isKept.get(id) === undefined)).toEqual([])
    expect(whatIsWrong(storeOver(database))).toBeNull()
  } finally {
    database.close()
    await close()
  }
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

test(`VR-1..8, TL-1, RB-1, RB-4, RB-5, TR-1 ${SEQUENCES} sequences of ${STEPS} steps agree with the model (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: STEPS, maxLength: STEPS, size: 'max' }), (steps) =>
      play([...opening, ...steps]),
    ),
    { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
  )
  // A model that only ever refuses, or never does, would prove little.
  const total = tally.done + tally.refused + tally.unchanged
  expect(tally.done).toBeGreaterThan(total / 10)
  expect(tally.refused).toBeGreaterThan(total / 10)
  expect(tally.actions.size).toBeGreaterThan(14)
}, 600_000)
