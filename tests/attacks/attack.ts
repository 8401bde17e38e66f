import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import { findEngine, withinMs } from '../../src-main/adapters/docker/engine.ts'
import type { Runner, RunnerJob, RunnerOutcome } from '../../src-main/app/runner-port.ts'
import { normaliseResult, readResult } from '../../src-main/domain/result-contract.ts'
import type { NormalisedResult } from '../../src-main/domain/result-contract.ts'
import { failed, failure } from '../../src-main/domain/result.ts'
import type { Result } from '../../src-main/domain/result.ts'
import { runOutcome } from '../../src-main/domain/run-outcome.ts'
import type { RunOutcome } from '../../src-main/domain/run-outcome.ts'
import type { RunLimits } from '../../src-main/domain/run.ts'
import { dockerHost, runnerImage, runnerImageFolder, workContainers } from '../support/docker.ts'
import { needs } from '../support/needs.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'
import type { Observed } from '../support/runner-job.ts'

/**
 * Scripts that must not get out, each against the real engine. What holds for all of them is asserted here: an outcome
 * in bounded time, bounded memory of the app, nothing left behind, and an ordinary run right after that succeeds.
 */

const docker = await needs('docker')
export const canAttack = docker.available

/** RN-7: on top of the limit and the grace, for the engine to start and to tell. */
const SLACK_MS = 5_000
/** A slow machine is no attack: this only bounds liveness. */
const SLOWNESS = Number(process.env['SCRIPTORIUM_SLOWNESS'] ?? 1)
export const TEST_LIMIT_MS = 90_000
const MEMORY_SAMPLE_MS = 10

/**
 * What V8 collects late grows the process once and is used again: freed buffers of a stream may add up to 64 MiB before
 * it looks at them. Growth therefore counts after one run that wrote more than that.
 */
const WARM_UP =
  "import sys\ndef run_tool(input_dir, output_dir):\n    for _ in range(1_000): sys.stdout.write('x' * 100_000)\n"

const ORDINARY =
  "def run_tool(input_dir, output_dir):\n    open(output_dir + '/a.txt', 'w').write('a')\n    return 'ordinary'\n"

export const MEBIBYTE = 1024 * 1024
export const limits: RunLimits = { ...makeJob('').limits, timeout_ms: 10_000 }

export interface Attacked extends Observed {
  outcome: RunnerOutcome
  /** The script's result as it was sent. */
  result: Record<string, unknown>
  /** What the script told about its attempts: `denied …` or `ALLOWED …` by name. */
  attempts: { [name: string]: string }
  /** What the app makes of it. */
  judged: RunOutcome
  shown: NormalisedResult | null
}

let runner: Runner
const workspaceId = newId()

/** To be called once in a file, before its attacks. */
export function useRunner(): void {
  beforeAll(async () => {
    if (!canAttack) return
    runner = createDockerRunner({
      dockerHost,
      image: runnerImage,
      runnerImageFolder,
      warmContainers: 1,
    })
    await ordinaryRun()
    const { observer } = makeObserver(false)
    const job = makeJob(WARM_UP, { workspaceId, limits: { ...limits, timeout_ms: 60_000 } })
    valueOf(await runner.run(job, observer, new AbortController().signal))
  }, TEST_LIMIT_MS)
  afterAll(async () => {
    await runner?.close()
  }, TEST_LIMIT_MS)
}

/** A numbered item of the list, or a variant of it. */
export function attackTest(title: string, body: () => Promise<void>, limitMs = TEST_LIMIT_MS): void {
  it.skipIf(!canAttack)(title, body, limitMs)
}

export async function attack(script: string | string[], changes: Partial<RunnerJob> = {}): Promise<Attacked> {
  const source = typeof script === 'string' ? script : script.join('\n')
  const job = makeJob(source, { workspaceId, limits, ...changes })
  const { observer, observed } = makeObserver(false)
  const startBytes = process.memoryUsage.rss()
  let mostBytes = startBytes
  const sampling = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), MEMORY_SAMPLE_MS)
  const beganAt = performance.now()
  const outcome = valueOf(await runner.run(job, observer, new AbortController().signal))
  const tookMs = performance.now() - beganAt
  clearInterval(sampling)

  expect(tookMs, 'RN-7: bounded time').toBeLessThan((job.limits.timeout_ms + job.killGraceMs + SLACK_MS) * SLOWNESS)
  await expectNothingLeft()
  await ordinaryRun()
  const said = saidBy(outcome)
  const result = said === null ? {} : resultOrEmpty(outcome)
  return {
    ...observed(),
    outcome,
    result,
    attempts: (result['state'] ?? {}) as { [name: string]: string },
    judged: runOutcome(outcome, said ?? failed(failure('INTERNAL_ERROR', 'runner_contract_violation', 'no result'))),
    shown: said?.ok === true ? said.value : null,
  }
}

async function ordinaryRun(): Promise<void> {
  const { observer, observed } = makeObserver()
  const job = makeJob(ORDINARY, { workspaceId, limits: { ...limits, timeout_ms: 60_000 } })
  const outcome = valueOf(await runner.run(job, observer, new AbortController().signal))
  expect(resultOf(outcome)['status'], 'an ordinary run right after').toBe('succeeded')
  expect([...observed().artifacts.keys()]).toEqual(['a.txt'])
}

/** No container at work and no volume of ours; temporary files are never made. */
async function expectNothingLeft(): Promise<void> {
  await expect
    .poll(() => workContainers(workspaceId), { timeout: 20_000, message: 'RN-7: nothing is left' })
    .toEqual([])
  const { engine } = findEngine(dockerHost)
  const filters = JSON.stringify({ label: ['org.scriptorium.workspace'] })
  const { Volumes: volumes } = await withinMs(10_000, () => engine!.docker.listVolumes({ filters } as object))
  expect(volumes ?? []).toEqual([])
}

/** As the app reads it (RC-2); null when there is nothing to read. */
function saidBy(outcome: RunnerOutcome): Result<NormalisedResult> | null {
  if (outcome.result.state !== 'present') return null
  const read = readResult(outcome.result.bytes)
  return read.ok ? { ok: true, value: normaliseResult(read.value, { allowVegaLite: false, secretValues: [] }) } : read
}

function resultOrEmpty(outcome: RunnerOutcome): Record<string, unknown> {
  try {
    return resultOf(outcome)
  } catch {
    return {}
  }
}

/** The beginning of a script that tries things: `attempt(name, function)` records whether it was denied. */
export const ATTEMPTS = [
  'import ctypes, errno, os, platform, signal, socket, subprocess, sys, threading, time',
  'report = {}',
  'libc = ctypes.CDLL(None, use_errno=True)',
  'def attempt(name, work):',
  '    try: report[name] = "ALLOWED " + repr(work())[:200]',
  '    except BaseException as error: report[name] = "denied " + type(error).__name__ + " " + str(error)[:200]',
  'IS_ARM = platform.machine() == "aarch64"',
  'def system_call(x86, arm, *arguments):',
  '    answer = libc.syscall(arm if IS_ARM else x86, *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])',
  '    if answer == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))',
  '    return answer',
]
export const REPORT = ["    return {'outputs': [], 'state': report}"]

export function expectAllDenied(attempts: { [name: string]: string }, count: number): void {
  const allowed = Object.entries(attempts).filter(([, text]) => !text.startsWith('denied'))
  expect(allowed).toEqual([])
  expect(Object.keys(attempts).length).toBe(count)
}
