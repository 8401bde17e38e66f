import { describe, expect, it } from 'vitest'
import {
  advisoryTextProblem,
  approvalNotes,
  automaticApprover,
  EXPLANATION_ENGINE,
  explainDecision,
  generatedAdvisoryId,
  isOverridable,
} from '../../src-main/domain/advisory.ts'
import type { Decision, RiskLevel } from '../../src-main/domain/decision/decision.ts'
import type { EventBody } from '../../src-main/domain/event-bodies.ts'
import { createHistory, idNumber, manifestOf, sha256, type MadeHistory } from '../support/core-history.ts'

const decision = (risk_level: RiskLevel, details: Decision['details'] = {}): Decision => ({
  risk_level,
  score: 10,
  block_reason: risk_level === 'ERROR' ? 'It is not Python.' : null,
  warnings: [],
  details,
  policy_id: 'p',
  policy_version: 1,
  compared_with: null,
})
const detail = (weight: number, lines: number[]): Decision['details'][string] => ({
  weight,
  reason: `Reason ${weight}.`,
  fix: `Fix ${weight}.`,
  count: lines.length,
  places: lines.map((line) => ({ line, column: 1 })),
})

describe('AD-2 the explanation', () => {
  it('begins with what became of the run, and not with what the level alone would mean', () => {
    expect(explainDecision(decision('GREEN'), 'OK')).toMatch(/^This run was allowed: nothing/)
    expect(explainDecision(decision('YELLOW'), 'OK')).toMatch(/^This run was allowed with a warning/)
    expect(explainDecision(decision('YELLOW'), 'BLOCKED')).toMatch(/^This run was blocked/)
    expect(explainDecision(decision('RED'), 'BLOCKED')).toMatch(/^This run was blocked/)
    expect(explainDecision(decision('RED'), 'OK')).toMatch(/^This run was allowed by an approved override/)
    expect(explainDecision(decision('ERROR'), 'BLOCKED')).toContain('It is not Python.')
  })

  it('names the heaviest rule first, where it hit, and what to change; rules without weight only where all is well', () => {
    const details = { A: detail(5, [1]), B: detail(40, [3, 3, 4, 5, 6]), C: detail(0, [2]) }
    const text = explainDecision(decision('YELLOW', details), 'OK')
    expect(text).toContain('Reason 40. (B, line 3, line 4, line 5, 5 times in all; 40 points)\nWhat to change: Fix 40.')
    expect(text.indexOf('(B,')).toBeLessThan(text.indexOf('(A,'))
    expect(text).not.toContain('(C,')
    expect(explainDecision(decision('GREEN', details), 'OK')).toContain('(C,')
  })

  it('is the same each time, under an id that two devices agree on (AD-1)', () => {
    const id = generatedAdvisoryId(idNumber(1), EXPLANATION_ENGINE, sha256)
    expect(generatedAdvisoryId(idNumber(1), { ...EXPLANATION_ENGINE }, sha256)).toBe(id)
    expect(generatedAdvisoryId(idNumber(2), EXPLANATION_ENGINE, sha256)).not.toBe(id)
    expect(generatedAdvisoryId(idNumber(1), { ...EXPLANATION_ENGINE, version: 2 }, sha256)).not.toBe(id)
  })
})

describe('AD-3, AD-4 approval', () => {
  it('follows the policy', () => {
    const by = (policy: 'A' | 'B' | 'C') =>
      (['GREEN', 'YELLOW', 'RED'] as const).map((level) => automaticApprover(policy, decision(level)))
    expect(by('A')).toEqual(['system:auto_explanation_green', 'system:auto_explanation', 'system:auto_explanation'])
    expect(by('B')).toEqual(['system:auto_explanation_green', null, null])
    expect(by('C')).toEqual([null, null, null])
  })

  it('says under which policy, with id and version, or why a person is needed', () => {
    expect(approvalNotes('A', 'system:auto_explanation')).toBe(
      'Approved by policy A (scriptorium-explanation-approval, version 1).',
    )
    expect(approvalNotes('B', null)).toMatch(/^A person is needed: policy B/)
  })
})

describe('EV-3 asking for an override', () => {
  it('takes a reason of 10 to 2,000 characters', () => {
    for (const [length, fits] of [
      [9, false],
      [10, true],
      [2000, true],
      [2001, false],
    ] as const) {
      expect(advisoryTextProblem('override_request', 'x'.repeat(length)) === null).toBe(fits)
    }
    expect(advisoryTextProblem('note', 'x')).toBeNull()
  })

  it('is for runs that the decision blocked', () => {
    const run = { record_status: 'BLOCKED', reason: 'blocked', decision: decision('RED') }
    expect(isOverridable(run)).toBe(true)
    expect(isOverridable({ ...run, decision: decision('ERROR') })).toBe(false)
    expect(isOverridable({ ...run, decision: null })).toBe(false)
    expect(isOverridable({ ...run, reason: 'syntax_error' })).toBe(false)
    expect(isOverridable({ ...run, record_status: 'OK' })).toBe(false)
  })
})

describe('TR-3 what becomes of an event about a run, at any place of the order', () => {
  /** A blocked run of Conrad's. */
  function recorded(level: RiskLevel = 'YELLOW'): { history: MadeHistory; run: string } {
    const history = createHistory()
    history.member('Conrad', 'contributor')
    history.member('Ada', 'admin')
    const toolId = history.tool(['Conrad'])
    const versionId = history.saved('Conrad', toolId)
    const run = history.newId()
    const log = { bytes: 0, sha256: sha256(''), kept_sha256: null, truncated: false }
    const manifest = manifestOf(history.state, versionId)
    history.applied('Conrad', 'run.recorded', {
      tool_id: toolId,
      based_on: { version_id: versionId, manifest_hash: manifest },
      run: {
        id: run,
        version_id: versionId,
        manifest_hash: manifest,
        context: 'sandbox',
        requested_by: history.id('Conrad'),
        status: 'failed',
        reason: 'blocked',
        record_status: 'BLOCKED',
        started_at: '2026-01-01T00:00:00.000Z',
        finished_at: '2026-01-01T00:00:00.000Z',
        duration_ms: 0,
        error_summary: null,
        location: null,
        runner: null,
        limits: { timeout_ms: 1, memory_bytes: 1, cpus: 1, pids: 1, work_bytes: 1, tmp_bytes: 1 },
        exit_code: null,
        signal: null,
        oom: false,
        inputs: [],
        artifacts: [],
        action_id: null,
        parent_run_id: null,
        decision: decision(level),
        stdout: log,
        stderr: log,
        result_sha256: null,
        values: {},
      },
    })
    return { history, run }
  }
  const explained = (run: string, changes: Partial<EventBody<'run.explained'>> = {}): EventBody<'run.explained'> => ({
    run_id: run,
    request_id: null,
    advisory_id: generatedAdvisoryId(run, EXPLANATION_ENGINE, sha256),
    text_sha256: sha256(explainDecision(decision('YELLOW'), 'BLOCKED')),
    approved_by: null,
    error: null,
    ...changes,
  })

  it('a claim that the receiver’s own computation does not confirm is invalid', () => {
    for (const claim of [
      { text_sha256: sha256('nicer') },
      { approved_by: 'system:auto_explanation' },
      { advisory_id: sha256('x') },
    ]) {
      const { history, run } = recorded()
      expect(history.make('system', 'run.explained', explained(run, claim))).toMatchObject({
        outcome: 'invalid',
        failure: { reason: 'system_claim' },
      })
    }
  })

  it('an explanation is generated by a device, never by a member', () => {
    const { history, run } = recorded()
    expect(history.make('Ada', 'run.explained', explained(run))).toMatchObject({ outcome: 'invalid' })
    history.applied('system', 'run.explained', explained(run))
  })

  it('a second one conflicts, and what is READY never becomes ERROR', () => {
    const { history, run } = recorded()
    history.applied(
      'system',
      'run.explained',
      explained(run, { advisory_id: null, text_sha256: null, error: 'Crashed.' }),
    )
    expect(history.state.runNotes(run)).toMatchObject({ explanation_status: 'ERROR', explanation_error: 'Crashed.' })
    history.applied('system', 'run.explained', explained(run))
    for (const body of [explained(run), explained(run, { error: 'Late.' })]) {
      expect(history.make('system', 'run.explained', body)).toMatchObject({
        outcome: 'conflict',
        failure: { reason: 'explained' },
      })
    }
    expect(history.state.runNotes(run)).toMatchObject({ explanation_status: 'READY', explanation_error: null })
  })

  const attached = (history: MadeHistory, run: string, text = 'A good reason.'): EventBody<'advisory.attached'> => ({
    advisory_id: history.newId(),
    run_id: run,
    kind: 'override_request',
    text,
    request_id: null,
  })

  it('an override request takes its scope from the record, and a short reason is invalid', () => {
    const { history, run } = recorded()
    expect(history.make('Conrad', 'advisory.attached', attached(history, run, 'short'))).toMatchObject({
      outcome: 'invalid',
    })
    const body = attached(history, run)
    history.applied('Conrad', 'advisory.attached', body)
    expect(history.state.advisory(body.advisory_id)?.override_scope).toMatchObject({
      context: 'sandbox',
      risk_level: 'YELLOW',
      policy_version: 1,
    })
    expect(history.make('Conrad', 'advisory.attached', body)).toMatchObject({
      outcome: 'conflict',
      failure: { reason: 'attached' },
    })
  })

  it('two reviews of one advisory: the second conflicts, and one that names another run is not found', () => {
    const { history, run } = recorded()
    const body = attached(history, run)
    history.applied('Conrad', 'advisory.attached', body)
    const review = {
      advisory_id: body.advisory_id,
      run_id: run,
      is_approved: true,
      notes: 'Yes.',
      based_on: { reviewed: false },
    }
    expect(history.make('Ada', 'advisory.reviewed', { ...review, run_id: history.newId() })).not.toMatchObject({
      outcome: 'applied',
    })
    history.applied('Ada', 'advisory.reviewed', review)
    expect(history.make('root', 'advisory.reviewed', { ...review, is_approved: false })).toMatchObject({
      outcome: 'conflict',
      failure: { reason: 'reviewed' },
    })
  })

  it('EV-3 a RED override takes a superuser and the setting at its place in the order', () => {
    const { history, run } = recorded('RED')
    const body = attached(history, run)
    history.applied('Conrad', 'advisory.attached', body)
    const review = {
      advisory_id: body.advisory_id,
      run_id: run,
      is_approved: true,
      notes: 'Yes.',
      based_on: { reviewed: false },
    }
    expect(history.make('root', 'advisory.reviewed', review)).not.toMatchObject({ outcome: 'applied' })
    history.applied('root', 'setting.changed', { key: 'allow_red_override', value: true, based_on: { value: false } })
    expect(history.make('Ada', 'advisory.reviewed', review)).not.toMatchObject({ outcome: 'applied' })
    history.applied('root', 'advisory.reviewed', review)
  })
})
