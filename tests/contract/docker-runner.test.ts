import { afterEach, describe, expect, it } from 'vitest'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import type { Runner } from '../../src-main/app/runner-port.ts'
import {
  dockerAvailable,
  dockerHost,
  runnerImage,
  runnerImageFolder,
  waitingContainers,
  workContainers,
} from '../support/docker.ts'
import { startEngineProxy } from '../support/engine-proxy.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'
import { runnerContract } from './runner-suite.ts'

const skipReason = await dockerAvailable()
const TEST_TIMEOUT_MS = 60_000

const runnerAt = (host: string | undefined): Runner =>
  createDockerRunner({ dockerHost: host, image: runnerImage, runnerImageFolder, warmContainers: 0 })

/** Devices can't be made in a container; attack 22 asserts that. */
const otherEntries = {
  script: [
    'import socket',
    "os.mkfifo('pipe')",
    'bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)',
    "bound.bind('socket')",
    "pathlib.Path('twin').write_text('one file')",
    "os.link('twin', 'inner/twin')",
    "os.link('/work/memory.json', 'memory')",
  ],
  refused: {
    pipe: 'special_file',
    socket: 'special_file',
    twin: 'hard_link',
    'inner/twin': 'hard_link',
    memory: 'hard_link',
  },
}

runnerContract('docker', async () => runnerAt(dockerHost), {
  skipReason,
  leftovers: workContainers,
  floodBytes: Number(process.env['SCRIPTORIUM_FLOOD_BYTES'] ?? 20_000_000),
  otherEntries,
  testTimeoutMs: TEST_TIMEOUT_MS,
})

{
  const options = { dockerHost, image: runnerImage, runnerImageFolder, warmContainers: 1 }
  const runner = createDockerRunner(options)
  const workspaceId = newId()
  runnerContract('docker with waiting containers', async () => runner, {
    skipReason,
    leftovers: workContainers,
    floodBytes: 20_000_000,
    otherEntries,
    testTimeoutMs: TEST_TIMEOUT_MS,
    workspaceId,
    async beforeJob(job) {
      runner.prepare?.(workspaceId, job.limits)
      await expect.poll(() => waitingContainers(workspaceId), { timeout: 20_000 }).toHaveLength(1)
    },
  })
}

const never = new AbortController().signal
const limits = makeJob('').limits
const HANG = "import time\ndef run_tool(a, b):\n    print('in', flush=True)\n    time.sleep(600)\n"

describe.skipIf(skipReason !== null)('The docker runner on a real engine', { timeout: TEST_TIMEOUT_MS }, () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
  })

  async function run(script: string, changes = {}) {
    const job = makeJob(script, changes)
    const { observer, observed } = makeObserver()
    const outcome = valueOf(await runnerAt(dockerHost).run(job, observer, never))
    await expect.poll(() => workContainers(job.workspaceId), { timeout: 10_000 }).toEqual([])
    return { outcome, result: resultOf(outcome), ...observed() }
  }

  it('RN-2, EV-1: records what is in force, from the kernel as well as from the engine', async () => {
    const { outcome } = await run('def run_tool(a, b):\n    return ""\n', { limits: { ...limits, pids: 99 } })
    const { effective } = outcome.info
    expect(effective).toMatchObject({
      memory_bytes: limits.memory_bytes,
      memory_and_swap_bytes: limits.memory_bytes,
      cpus: 1,
      pids: 99,
      network: 'none',
      read_only_root: true,
      ipc: 'private',
      user: '65532:65532',
      seccomp_profile_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      kernel: { uid: 65532, cap_eff: '0000000000000000', no_new_privs: 1, seccomp: 2 },
    })
    expect(JSON.stringify(effective)).not.toContain('lowerdir')
  })

  it('attack 7: a memory bomb fails and OOM is flagged', async () => {
    const script = 'def run_tool(a, b):\n    blocks = []\n    while True: blocks.append(bytearray(10_000_000))\n'
    const { outcome } = await run(script, { limits: { ...limits, memory_bytes: 128 * 1024 * 1024 } })
    expect(outcome).toMatchObject({ ended: 'killed_by_signal', signal: 9, oom: true, result: { state: 'missing' } })
  })

  it('attack 8: OOM in a child only: flag and exit code are both right', async () => {
    const script = [
      'import os',
      'def run_tool(a, b):',
      '    child = os.fork()',
      '    if child == 0:',
      '        blocks = []',
      '        while True: blocks.append(bytearray(10_000_000))',
      '    os.waitpid(child, 0)',
      "    return 'survived'",
    ].join('\n')
    const { outcome, result } = await run(script, { limits: { ...limits, memory_bytes: 128 * 1024 * 1024 } })
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0, oom: true })
    expect(result['status']).toBe('succeeded')
  })

  it('attack 37, 38, 5: ignoring every signal, killing everybody and a fork bomb end at the deadline', async () => {
    const ignore = [
      'import os, signal, time',
      'def run_tool(a, b):',
      '    for number in range(1, 65):',
      '        try: signal.signal(number, signal.SIG_IGN)',
      '        except (OSError, ValueError): pass',
      '    for target in (1, -1):',
      '        for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGINT):',
      '            try: os.kill(target, number)',
      '            except OSError: pass',
      '    while True:',
      '        try: os.fork()',
      '        except OSError: time.sleep(0.01)',
    ].join('\n')
    const { outcome } = await run(ignore, { limits: { ...limits, timeout_ms: 2_000, pids: 64 } })
    expect(outcome.ended).toBe('timed_out')
  })

  it('RN-11: inputs that do not fit into /work are a limit that was exceeded', async () => {
    const files = [{ name: 'big', bytes: new Uint8Array(2_000_000) }]
    const { outcome } = await run('x', { files, limits: { ...limits, work_bytes: 1_000_000 } })
    expect(outcome.failureHint).toBe('limit_exceeded')
  })

  it('RN-7: an observer that throws still leaves nothing behind', async () => {
    const job = makeJob("def run_tool(a, b):\n    open(b + '/x', 'w').write('x')\n    return ''\n")
    const { observer } = makeObserver()
    const refuse = (): Promise<void> => Promise.reject(new Error('disk full'))
    observer.artifact = () => ({ write: refuse, finish: refuse, discard: async () => {} })
    await expect(runnerAt(dockerHost).run(job, observer, never)).rejects.toThrow('disk full')
    await expect.poll(() => workContainers(job.workspaceId), { timeout: 10_000 }).toEqual([])
  })

  it('RN-7: closing the runner ends its runs and leaves nothing behind', async () => {
    const runner = runnerAt(dockerHost)
    const job = makeJob(HANG)
    const { observer, observed } = makeObserver()
    const running = runner.run(job, observer, never)
    await expect.poll(() => observed().stdout, { timeout: 20_000 }).toContain('in')
    await runner.close()
    expect(valueOf(await running).ended).toBe('cancelled')
    await expect.poll(() => workContainers(job.workspaceId), { timeout: 10_000 }).toEqual([])
    expect(await runner.run(job, observer, never)).toMatchObject({ ok: false })
  })

  for (const way of ['die', 'hang'] as const) {
    it(`RN-5, RN-7: an engine that ${way}s in the middle of a run; what is left is reaped later`, async () => {
      const target = findEngine(dockerHost).engine!.socketPath
      const proxy = await startEngineProxy(target)
      cleanups.push(proxy.close)
      const job = makeJob(HANG, { limits: { ...limits, timeout_ms: 3_000 } })
      const { observer, observed } = makeObserver()
      const running = runnerAt(proxy.dockerHost).run(job, observer, never)
      await expect.poll(() => observed().stdout, { timeout: 20_000 }).toContain('in')
      proxy[way]()
      const ended = await running
      if (way === 'die') expect(ended).toMatchObject({ ok: false, failure: { reason: 'interrupted' } })
      else expect(valueOf(ended)).toMatchObject({ ended: 'timed_out', result: { state: 'missing' } })

      const runner = runnerAt(dockerHost)
      expect(await runner.reap(job.workspaceId, (runId) => runId === job.runId)).toEqual({ ok: true, value: [] })
      expect(await runner.reap(newId(), () => false)).toEqual({ ok: true, value: [] })
      expect(await runner.reap(job.workspaceId, () => false)).toEqual({ ok: true, value: [job.runId] })
      await expect.poll(() => workContainers(job.workspaceId), { timeout: 10_000 }).toEqual([])
    })
  }
})
