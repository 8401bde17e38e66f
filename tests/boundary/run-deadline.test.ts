import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { seeThrough, type SessionHolder } from '../../src-main/adapters/runner-session/see-through.ts'
import type { OpenSession } from '../../src-main/adapters/runner-session/session.ts'
import { executeRun } from '../../src-main/app/runs/execute-run.ts'
import type { RunPlan } from '../../src-main/app/runs/plan-run.ts'
import type { Context } from '../../src-main/app/context.ts'
import type { Runner, RunnerJob } from '../../src-main/app/runner-port.ts'
import type { Json } from '../../src-main/domain/result.ts'
import type { Run } from '../../src-main/domain/run.ts'
import { makeJob, makeObserver } from '../support/runner-job.ts'

/** RN-3, RN-7: how long a run may go on after its time, whatever it does. */

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const limits = { ...makeJob('').limits, timeout_ms: 5_000 }

/** A sandbox that does what it is told to by nobody: it is handed the job, perhaps says that the script ended, and no more. */
function deafHolder(exitsAfterMs: number | null): { holder: SessionHolder; told: [string, number][] } {
  const told: [string, number][] = []
  const tell = (what: string) => (): void => void told.push([what, performance.now()])
  const dropped = Promise.withResolvers<never>()
  const give: OpenSession['give'] = (_job, _observer, options) => {
    options?.onGo?.()
    if (exitsAfterMs !== null) setTimeout(() => options?.onExit?.(), exitsAfterMs)
    return dropped.promise
  }
  const session = { give } as Partial<OpenSession> as OpenSession
  const ended = new Promise(() => {})
  return { holder: { session, ended, kill: tell('killed'), disconnect: tell('dropped') }, told }
}

async function toldOf(exitsAfterMs: number | null, killGraceMs: number): Promise<[string, number][]> {
  const { holder, told } = deafHolder(exitsAfterMs)
  const startMs = performance.now()
  const job = makeJob('', { limits, killGraceMs })
  void seeThrough(holder, job, makeObserver().observer, new AbortController().signal)
  await vi.advanceTimersByTimeAsync(120_000)
  return told.map(([what, atMs]) => [what, Math.round(atMs - startMs)])
}

describe('a run’s time', () => {
  test.each([1_000, 30_000])('RN-7 a script that doesn’t end is killed, and given up %i ms later', async (graceMs) => {
    expect(await toldOf(null, graceMs)).toEqual([
      ['killed', 5_000],
      ['dropped', 5_000 + graceMs],
    ])
  })

  test.each([1_000, 30_000])('RN-3 its files may be collected for %i ms after its time', async (graceMs) => {
    expect(await toldOf(4_000, graceMs)).toEqual([
      ['killed', 5_000 + graceMs],
      ['dropped', 5_000 + 2 * graceMs],
    ])
  })

  test.each([
    [{}, 10_000],
    [{ kill_grace_s: 3 }, 3_000],
  ])('RN-3 the grace is a setting: %j', async (changed, killGraceMs) => {
    let given: RunnerJob | null = null
    const runner = {
      kind: 'embedded',
      run(job: RunnerJob) {
        given = job
        return Promise.resolve({
          ok: false,
          failure: { code: 'SERVICE_UNAVAILABLE', reason: 'gone', message: 'Gone.' },
        })
      },
    } as unknown as Runner
    const plan = {
      content: { source_code: '', entrypoint: 'run_tool' },
      secretValues: [],
      limits,
    } as unknown as RunPlan
    await executeRun(
      contextWith(changed),
      plan,
      { id: 'run' } as Partial<Run> as Run,
      runner,
      new AbortController().signal,
    )
    expect(given).toMatchObject({ killGraceMs })
  })
})

/** What carrying out a run that no runner takes needs of the app. */
function contextWith(changed: { [key: string]: Json }): Context {
  const hash = { update: () => {}, digest: () => '' }
  return {
    store: {
      state: { workspace: () => null, setting: (key: string) => changed[key] },
      reads: { settings: () => Object.entries(changed).map(([key, value]) => ({ key, value })) },
    },
    clock: { now: () => 0, monotonicMs: () => 0 },
    hashBytes: () => hash,
    publish: () => {},
  } as unknown as Context
}
