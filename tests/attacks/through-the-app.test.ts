import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { labelledContainers, workContainers } from '../support/docker.ts'
import { openWorkspace } from '../support/core.ts'
import type { Caller, TestCore } from '../support/core.ts'
import { attackTest, canAttack, TEST_LIMIT_MS } from './attack.ts'

/** The same through the app's only door: what people see of it, how many run at once, and cancelling. */

const CROWD = Number(process.env['SCRIPTORIUM_CROWD'] ?? 100)

describe(canAttack ? 'Through the app' : 'Through the app (needs docker)', () => {
  let opened: TestCore & { root: Caller }
  let workspaceId = ''
  let slugs = 0
  beforeAll(async () => {
    if (!canAttack) return
    opened = await openWorkspace()
    workspaceId = (await opened.root.must('system.status', {})).workspace?.id ?? ''
    await opened.root.must('settings.set', { key: 'sandbox_timeout_s', value: 3 })
    await opened.root.must('settings.set', { key: 'memory_bytes', value: 128 * 1024 * 1024 })
  }, TEST_LIMIT_MS)
  afterAll(async () => {
    await opened?.close()
  }, TEST_LIMIT_MS)

  async function versionOf(...script: string[]): Promise<string> {
    slugs += 1
    const tool = await opened.root.must('tools.create', { slug: `attack-${slugs}`, title: 'Attack' })
    const source_code = script.join('\n')
    return (await opened.root.must('versions.save', { tool: tool.id, source_code, expected_parent_version_id: null }))
      .id
  }
  const begin = (version: string) => opened.root.call('runs.sandbox', { version, runner: 'docker' })
  async function run(...script: string[]) {
    const begun = await opened.root.must('runs.sandbox', { version: await versionOf(...script), runner: 'docker' })
    const ended = await opened.root.must('runs.wait', { run: begun.id })
    await expect
      .poll(() => workContainers(workspaceId), { timeout: 20_000, message: 'RN-7: nothing is left' })
      .toEqual([])
    return ended
  }

  attackTest('7, 5, 28: what members see of a memory bomb, a hang and a forged result', async () => {
    const bomb = await run(
      'def run_tool(a, b):',
      '    blocks = []',
      '    while True: blocks.append(bytearray(8_000_000))',
    )
    expect(bomb).toMatchObject({ status: 'failed', reason: 'oom', oom: true, record_status: 'OK' })
    const hang = await run('def run_tool(a, b):', '    while True: pass')
    expect(hang).toMatchObject({ status: 'timed_out', reason: null })
    const forged = await run(
      'import os',
      'def run_tool(a, b):',
      "    open('/work/result.json', 'w').write('[')",
      '    os._exit(0)',
    )
    expect(forged).toMatchObject({ status: 'failed', reason: 'runner_contract_violation' })
    expect(JSON.stringify([bomb, hang, forged].map(({ error_summary }) => error_summary))).not.toMatch(
      /Traceback|\/work/,
    )
  })

  attackTest('14, 16: a flood is truncated where everybody sees it, and counted', async () => {
    const ended = await run('def run_tool(a, b):', "    for _ in range(50): print('x' * 100_000)", "    return 'done'")
    expect(ended).toMatchObject({ status: 'succeeded', stdout_truncated: true })
    expect(Buffer.byteLength('stdout' in ended ? (ended.stdout ?? '') : '')).toBeLessThanOrEqual(200_000)
    expect('stdout' in ended ? ended.stdout : '').toMatch(/truncated|omitted|left out|…/)
  })

  attackTest('24, 42: hostile names and HTML that calls out are kept as data', async () => {
    const ended = await run(
      'def run_tool(a, b):',
      "    for name in ('ok.txt', 'CON', 'a:b', 'x\\u202ey', 'bad\\nname'): open(b + '/' + name, 'w').write('x')",
      '    return \'<script src="http://example.com/x.js"></script>\'',
    )
    expect(ended.artifacts.map(({ path }) => path)).toEqual(['ok.txt'])
    expect(ended.outputs).toContainEqual(expect.objectContaining({ kind: 'html_sandboxed' }))
    expect(JSON.stringify(ended.outputs)).toContain('not kept')
  })

  attackTest(`43: of ${CROWD} at once the cap runs and the rest is refused at once`, async () => {
    const version = await versionOf('import time', 'def run_tool(a, b):', '    time.sleep(600)')
    const beganAt = performance.now()
    const answers = await Promise.all(Array.from({ length: CROWD }, () => begin(version)))
    expect(performance.now() - beganAt).toBeLessThan(20_000)
    const ids = answers.flatMap((answer) => (answer.ok ? [answer.data.id] : []))
    expect(ids).toHaveLength(2)
    for (const answer of answers)
      if (!answer.ok) expect(answer.error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'runner_busy' })
    for (const id of ids) await opened.root.must('runs.cancel', { run: id })
    for (const id of ids)
      expect(await opened.root.must('runs.wait', { run: id })).toMatchObject({ reason: 'cancelled' })
    await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
  })

  attackTest('43: cancelled in every phase, nothing is left and the next run succeeds', async () => {
    const version = await versionOf(
      'import os, time',
      'def run_tool(a, b):',
      "    for index in range(100): open(b + f'/{index}', 'w').write('x' * 10_000)",
      '    time.sleep(0.3)',
      "    return 'done'",
    )
    const reasons = new Set<string | null>()
    for (const delayMs of [0, 5, 20, 60, 120, 200, 300, 450, 500, 550, 600, 650, 700, 800]) {
      const begun = await begin(version)
      if (!begun.ok) throw new Error(begun.error.message)
      await pause(delayMs)
      await opened.root.call('runs.cancel', { run: begun.data.id })
      const ended = await opened.root.must('runs.wait', { run: begun.data.id })
      expect(['cancelled', null]).toContain(ended.reason)
      reasons.add(ended.reason)
    }
    expect(reasons).toContain('cancelled')
    await expect.poll(() => labelledContainers(workspaceId), { timeout: 20_000 }).toEqual([])
    expect(await run('def run_tool(a, b):', "    return 'fine'")).toMatchObject({ status: 'succeeded' })
  })
})
