import { describe, expect, it } from 'vitest'
import { diffRuns, onlyParts, runDiffSchema, type ComparedRun, type RunDiff } from '../../src-main/domain/run-diff.ts'
import type { RecordedRun } from '../../src-main/domain/run.ts'
import { idNumber, sha256 } from '../support/core-history.ts'

/** EV-7: what changed between two runs, each with a severity, and an overall one. */

const log = { bytes: 0, sha256: sha256(''), kept_sha256: null, truncated: false }
const record: RecordedRun = {
  id: idNumber(1),
  version_id: idNumber(2),
  manifest_hash: sha256('content'),
  context: 'sandbox',
  requested_by: idNumber(3),
  status: 'succeeded',
  reason: null,
  record_status: 'OK',
  started_at: '2026-01-01T00:00:00.000Z',
  finished_at: '2026-01-01T00:00:01.000Z',
  duration_ms: 1000,
  error_summary: null,
  location: null,
  exit_code: 0,
  signal: null,
  oom: false,
  action_id: null,
  parent_run_id: null,
  runner: { kind: 'docker', version: '20.10', image_id: 'sha256:a', isolation: 'container', effective: { pids: 256 } },
  limits: { timeout_ms: 1, memory_bytes: 2, cpus: 1, pids: 4, work_bytes: 5, tmp_bytes: 6 },
  inputs: [{ name: 'a.csv', bytes: 1, sha256: sha256('a') }],
  artifacts: [{ artifact_id: '1', path: 'output/a.txt', bytes: 1, sha256: sha256('b') }],
  decision: {
    risk_level: 'GREEN',
    score: 0,
    block_reason: null,
    warnings: [],
    details: {},
    policy_id: 'p',
    policy_version: 1,
    compared_with: null,
  },
  stdout: log,
  stderr: log,
  result_sha256: sha256('r'),
  values: { title: 'T' },
}
const result: ComparedRun['result'] = { outputs: [], next_actions: [], state: null }
const diff = (changes: Partial<RecordedRun>, otherResult = result): RunDiff =>
  runDiffSchema.parse(diffRuns({ record, result }, { record: { ...record, ...changes }, result: otherResult }))
const told = (changes: Partial<RecordedRun>): string[] =>
  diff(changes).changes.map(({ part, severity }) => `${part} ${severity}`)

/** As the engine tells it, which puts the mounts of a container in any order. */
const withMounts = (...targets: string[]): Partial<RecordedRun> => ({
  runner: record.runner && {
    ...record.runner,
    effective: { kernel: { no_new_privs: true, mounts: targets.map((target) => ({ target, type: 'tmpfs' })) } },
  },
})

describe('EV-7', () => {
  it('compares which mounts were there, not in which order the engine made them', () => {
    const [before, after] = [withMounts('/work', '/tmp'), withMounts('/tmp', '/work')]
    const between = (a: Partial<RecordedRun>, b: Partial<RecordedRun>) =>
      diffRuns({ record: { ...record, ...a }, result }, { record: { ...record, ...b }, result }).changes
    expect(between(before, after)).toEqual([])
    expect(between(before, withMounts('/work', '/home'))).toMatchObject([{ part: 'runner', severity: 'WARNING' }])
  })

  it('knows a file by its name, also where every object has something of that name', () => {
    const artifacts = ['constructor', '__proto__'].map((path) => ({
      artifact_id: path,
      path,
      bytes: 1,
      sha256: sha256(path),
    }))
    const { changes } = diff({ artifacts: [...record.artifacts, ...artifacts] })
    expect(changes.map(({ message, before, after }) => [message, before, after])).toEqual([
      ['__proto__ is new.', null, sha256('__proto__')],
      ['constructor is new.', null, sha256('constructor')],
    ])
  })

  it('finds nothing between a run and one that says the same', () => {
    expect(diff({})).toEqual({ severity: null, changes: [] })
    expect(
      told({
        id: idNumber(9),
        requested_by: idNumber(8),
        started_at: '2026-02-01T00:00:00.000Z',
        parent_run_id: idNumber(1),
      }),
    ).toEqual([])
  })

  const runner = record.runner ?? null
  const CASES: [string, Partial<RecordedRun>, string[]][] = [
    ['another content', { manifest_hash: sha256('else') }, ['version CRITICAL']],
    ['the same content as another version', { version_id: idNumber(7) }, ['version INFO']],
    ['another input', { inputs: [{ name: 'a.csv', bytes: 1, sha256: sha256('c') }] }, ['inputs CRITICAL']],
    ['an input of another name', { inputs: [{ name: 'b.csv', bytes: 1, sha256: sha256('a') }] }, ['inputs CRITICAL']],
    ['other values', { values: { title: 'U' } }, ['values WARNING']],
    ['other limits', { limits: { ...record.limits, pids: 5 } }, ['limits WARNING']],
    ['another image', { runner: runner && { ...runner, image_id: 'sha256:b' } }, ['runner WARNING']],
    ['other limits in force', { runner: runner && { ...runner, effective: { pids: 255 } } }, ['runner WARNING']],
    ['no runner', { runner: null }, ['runner WARNING', 'runner WARNING']],
    ['another decision', { decision: record.decision && { ...record.decision, score: 5 } }, ['decision WARNING']],
    ['no decision', { decision: null }, ['decision WARNING']],
    [
      'another end',
      { status: 'failed', reason: 'exit', exit_code: 1, error_summary: 'It failed.' },
      ['outcome CRITICAL', 'outcome WARNING'],
    ],
    ['no artifact', { artifacts: [] }, ['artifacts CRITICAL']],
    [
      'other logs',
      { stdout: { ...log, sha256: sha256('x') }, stderr: { ...log, sha256: sha256('y') } },
      ['logs INFO', 'logs INFO'],
    ],
    ['a little slower', { duration_ms: 1900 }, []],
    ['much slower', { duration_ms: 2100 }, ['timings INFO']],
    ['much slower, of next to nothing', { duration_ms: 400 }, []],
  ]
  it.each(CASES)('%s', (_what, changes, expected) => {
    expect(told(changes)).toEqual(expected)
    const worst = ['CRITICAL', 'WARNING', 'INFO'].find((severity) => expected.some((line) => line.endsWith(severity)))
    expect(diff(changes).severity).toBe(worst ?? null)
  })

  it('shows outputs where both are kept, else their hashes', () => {
    const other = { ...result, outputs: [{ kind: 'notice' as const, level: 'info' as const, message: 'm' }] }
    const changes = { result_sha256: sha256('s') }
    expect(diff(changes, other).changes).toMatchObject([
      { part: 'outputs', severity: 'CRITICAL', before: result, after: other },
    ])
    expect(
      diffRuns({ record, result: null }, { record: { ...record, ...changes }, result: null }).changes,
    ).toMatchObject([{ before: { sha256: record.result_sha256 }, after: { sha256: sha256('s') } }])
  })

  it('shows nothing for a run that never had outputs', () => {
    const blocked: ComparedRun = { record: { ...record, result_sha256: null }, result: null }
    expect(diffRuns(blocked, { record, result }).changes).toMatchObject([
      { part: 'outputs', before: null, after: result },
    ])
  })

  it('says of each artifact whether it is new, gone or changed', () => {
    const file = (name: string, content: string) => ({
      artifact_id: name,
      path: name,
      bytes: 1,
      sha256: sha256(content),
    })
    const before = { ...record, artifacts: [file('a', '1'), file('b', '1')] }
    const after = { ...record, artifacts: [file('b', '2'), file('c', '1')] }
    expect(
      diffRuns({ record: before, result }, { record: after, result }).changes.map(({ message }) => message),
    ).toEqual(['a is gone.', 'b has another content.', 'c is new.'])
  })

  it('RN-10 can be narrowed to some parts, with the severity of those', () => {
    const whole = diff({ manifest_hash: sha256('else'), duration_ms: 9000 })
    expect(onlyParts(whole, ['timings'])).toMatchObject({ severity: 'INFO', changes: [{ part: 'timings' }] })
    expect(onlyParts(whole, ['logs'])).toEqual({ severity: null, changes: [] })
  })
})
