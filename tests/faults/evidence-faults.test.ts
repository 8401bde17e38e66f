import { cpSync, utimesSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { attachAdvisory, reviewAdvisory } from '../../src-main/app/advisories.ts'
import type { Context } from '../../src-main/app/context.ts'
import type { Session } from '../../src-main/app/core.ts'
import { closeBrokenExplanations, explainRun } from '../../src-main/app/runs/explain-run.ts'
import { storeSandboxInputs } from '../../src-main/app/runs/kept-inputs.ts'
import { pruneRuns } from '../../src-main/app/runs/prune.ts'
import { recordRun } from '../../src-main/app/runs/record-run.ts'
import { recordedRun } from '../../src-main/app/runs/read-runs.ts'
import { patchRunMeta, pinRun } from '../../src-main/app/runs/run-notes.ts'
import { verifyRuns } from '../../src-main/app/runs/verify-runs.ts'
import { DATABASE_FILE } from '../../src-main/adapters/sqlite/database.ts'
import { TABLE_NAMES } from '../../src-main/domain/state.ts'
import { hashesOf, storeOver, temporaryFolder, whatIsWrong } from '../support/core.ts'
import { sha256 } from '../support/core-history.ts'
import { Died, faultyContext } from '../support/faults.ts'
import { makeDraft, makeTool, openStaffed } from '../support/members.ts'
import { newId } from '../support/runner-job.ts'

/** A process that dies at any write of explaining, attaching, recording, checking or pruning leaves what was before, or after. */

let folder: string
let run: string
let advisory: string
let session: Session
const MAX_WRITES = 200

beforeAll(async () => {
  const staff = await openStaffed()
  const { slug } = await makeTool(staff.root)
  const draft = await makeDraft(staff.root, slug, 'import ctypes\ndef run_tool(a, b):\n    return ""\n')
  run = (await staff.root.must('runs.sandbox', { version: draft.id, values: { title: 'T' } })).id
  advisory = (await staff.root.must('advisories.attach', { run, kind: 'suggestion', text: 'Use another module.' })).id
  session = { shell: 'cli', memberId: staff.root.session.memberId }
  await staff.close()
  folder = staff.dataDir
})

interface Copy {
  dataDir: string
  database: Database.Database
}

function copyOf(source: string): Copy {
  const dataDir = temporaryFolder()
  cpSync(source, dataDir, { recursive: true })
  return { dataDir, database: new Database(path.join(dataDir, DATABASE_FILE)) }
}

/** As if its files had been written long ago: young ones are never removed. */
function agedCopyOf(source: string): Copy {
  const copy = copyOf(source)
  for (const name of Object.keys(hashesOf(path.join(copy.dataDir, 'files'))))
    utimesSync(path.join(copy.dataDir, 'files', name), new Date(0), new Date(0))
  return copy
}

/** Everything that people can see of a data folder, without times and the ids that are new each time. */
function stateOf({ dataDir, database }: Copy): string {
  const { store } = storeOver(database)
  const tables = TABLE_NAMES.flatMap((table) =>
    [...store.foldedRows(table)].map((row) => `${table} ${JSON.stringify(row)}`),
  )
  const rest = ['attachments', 'contents', 'live_runs'].flatMap((table) =>
    (database.prepare(`SELECT * FROM ${table}`).all() as object[]).map((row) => `${table} ${JSON.stringify(row)}`),
  )
  const files = Object.entries(hashesOf(path.join(dataDir, 'files'))).filter(([name]) => !name.endsWith('.part'))
  return [...tables, ...rest, ...files.map(String)]
    .join('\n')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"meta_event_id":"[^"]+"/g, '')
}

/** As a run that begins does. */
async function keepInputs(context: Context, runId: string, files: { name: string; bytes: Buffer }[]): Promise<void> {
  const stored = await storeSandboxInputs(context, runId, files)
  if (!stored.ok) throw new Error(stored.failure.message)
  context.store.transaction(() => stored.value.forEach((input) => context.store.attachments.add(input)))
}

const restart = (context: Context): void => closeBrokenExplanations(context)

/**
 * Does `work` on copies of `source`, dying at every write in turn, both before and after it is done; then starts again.
 * Every state that is left is the one before, the one after, or one that `allowed` names.
 */
async function dieEverywhere(
  source: string,
  work: (context: Context) => unknown,
  allowed: (state: string) => boolean = () => false,
): Promise<number> {
  const untouched = copyOf(source)
  const before = stateOf(untouched)
  const whole = faultyContext(untouched.dataDir, untouched.database, 0)
  const done = await work(whole.context)
  expect((done ?? { ok: true }) as object).toMatchObject({ ok: true })
  const after = stateOf(untouched)
  const { writes } = whole.faults
  expect(writes).toBeGreaterThan(0)
  expect(writes).toBeLessThan(MAX_WRITES)
  for (const when of ['before', 'after'] as const) {
    for (let dieAt = 1; dieAt <= writes; dieAt += 1) {
      const copy = copyOf(source)
      const { context } = faultyContext(copy.dataDir, copy.database, dieAt, when)
      await expect((async () => work(context))()).rejects.toThrow(Died)
      restart(faultyContext(copy.dataDir, copy.database, 0).context)
      const left = stateOf(copy)
      expect([dieAt, when, left === before || left === after || allowed(left)]).toEqual([dieAt, when, true])
      expect([dieAt, when, whatIsWrong(storeOver(copy.database))]).toEqual([dieAt, when, null])
      // And whatever was left can be gone on from.
      await work(faultyContext(copy.dataDir, copy.database, 0).context)
      expect([dieAt, when, stateOf(copy) === after]).toEqual([dieAt, when, true])
      copy.database.close()
    }
  }
  untouched.database.close()
  return writes
}

describe('a process that dies at any write', () => {
  test('AD-2 of explaining: NONE, READY, or ERROR with the cause', async () => {
    const closed =
      '"explanation_status":"ERROR","explanation_error":"The app ended while this run was being explained. Explain it again."'
    const isClosed = (state: string): boolean => state.includes(closed) && !state.includes('"kind":"explanation"')
    await dieEverywhere(folder, (context) => explainRun(context, session, { run, request_id: null }), isClosed)
  })

  test('AD-1 of attaching', async () => {
    const id = newId()
    await dieEverywhere(folder, (context) =>
      attachAdvisory(context, session, { id, run, kind: 'note', text: 'A note.', request_id: null }),
    )
  })

  test('AD-1 of reviewing', async () => {
    await dieEverywhere(folder, (context) => {
      const done = reviewAdvisory(context, session, { advisory_id: advisory, approve: true, notes: 'Yes.' })
      // The second time it was reviewed already, which changes nothing.
      return !done.ok && done.failure.reason === 'reviewed' ? undefined : done
    })
  })

  test('EV-1 of pinning and of patching meta', async () => {
    await dieEverywhere(folder, (context) => pinRun(context, session, { run, pinned: true }))
    await dieEverywhere(folder, (context) => patchRunMeta(context, session, { run, set: { ticket: 'A-1' } }))
  })

  test('EV-1, EV-6 of recording a run with its logs, result and files', async () => {
    const id = newId()
    const text = 'printed\n'
    const artifact = { artifact_id: 'a', path: 'output/a.txt', bytes: 1, sha256: sha256('a') }
    const inputs = [{ name: 'in.txt', bytes: 1, sha256: sha256('i') }]
    await dieEverywhere(folder, async (context) => {
      if (context.store.state.run(id) !== null) return
      const first = context.store.state.run(run)
      if (first === null) throw new Error('there is no run')
      const log = { text, bytes: text.length, truncated: false, sha256: sha256(text) }
      const ended = {
        run: {
          ...recordedRun(first),
          id,
          status: 'succeeded' as const,
          reason: null,
          record_status: 'OK' as const,
          artifacts: [artifact],
          inputs,
        },
        stdout: log,
        stderr: log,
        result: { status: 'succeeded' as const, error_summary: null, outputs: [], next_actions: [], state: null },
        finishedAt: '2026-01-01T00:00:00.000Z',
        durationMs: 1,
      }
      const recorded = recordRun(context, ended, { title: 'T' })
      if (!recorded.ok) throw new Error(recorded.failure.message)
    })
  })

  test('RN-9 of keeping inputs: what is named is there, and the next time goes on', async () => {
    const id = newId()
    const files = ['one', 'two'].map((name) => ({ name, bytes: Buffer.from(name) }))
    const isSound = (state: string): boolean =>
      files.every(
        ({ name }) =>
          !state.includes(`"run_id":"${id}","kind":"input","name":"${name}"`) ||
          state.includes(`${sha256(name)},${sha256(name)}`),
      )
    await dieEverywhere(folder, (context) => keepInputs(context, id, files), isSound)
  })

  test('EV-6 of checking: it writes nothing at all', async () => {
    const copy = copyOf(folder)
    const before = stateOf(copy)
    const { context, faults } = faultyContext(copy.dataDir, copy.database, 1)
    expect(
      await verifyRuns(context, session, { run: null, job_id: null }, () => {}, new AbortController().signal),
    ).toMatchObject({ ok: true, value: { ok: true } })
    expect(faults.writes).toBe(0)
    expect(stateOf(copy)).toBe(before)
    copy.database.close()
  })

  test('RN-9 of pruning: names go before files, nothing that is named is gone, and the next time frees the rest', async () => {
    const source = copyOf(folder)
    const { context } = faultyContext(source.dataDir, source.database, 0)
    const names = ['one', 'two', 'three']
    await keepInputs(
      context,
      run,
      names.map((name) => ({ name, bytes: Buffer.from(name) })),
    )
    source.database.prepare(`UPDATE attachments SET created_at = '2020-01-01T00:00:00.000Z'`).run()
    // What a person attached to it cites it.
    source.database.prepare(`UPDATE advisories SET created_by = NULL`).run()
    const untouched = agedCopyOf(source.dataDir)
    const whole = faultyContext(untouched.dataDir, untouched.database, 0)
    expect(await pruneRuns(whole.context, session, { dry_run: false })).toMatchObject({
      ok: true,
      value: { files: 3, freed_bytes: 11 },
    })
    for (let dieAt = 1; dieAt <= whole.faults.writes; dieAt += 1) {
      const copy = agedCopyOf(source.dataDir)
      await expect(
        pruneRuns(faultyContext(copy.dataDir, copy.database, dieAt, 'after').context, session, { dry_run: false }),
      ).rejects.toThrow(Died)
      const kept = faultyContext(copy.dataDir, copy.database, 0).context
      for (const { sha256: hash, releasedAt } of kept.store.attachments.of(run)) {
        if (releasedAt === null) expect([dieAt, await kept.blobs.check(hash)]).toEqual([dieAt, 'whole'])
      }
      const again = await pruneRuns(kept, session, { dry_run: false })
      expect(again.ok && hashesOf(path.join(copy.dataDir, 'files'))).toEqual({})
      copy.database.close()
    }
    untouched.database.close()
    source.database.close()
  })
})
