import { describe, expect, it } from 'vitest'
import { failed, failure } from '../../src-main/domain/result.ts'
import { runOutcome } from '../../src-main/domain/run-outcome.ts'
import type { Measured } from '../../src-main/domain/run-outcome.ts'

const nothing = failed(failure('VALIDATION_ERROR', 'runner_contract_violation', 'no result'))
const measured = (changes: Partial<Measured>): Measured => ({
  ended: 'exited',
  exitCode: 0,
  signal: null,
  oom: false,
  failureHint: null,
  ...changes,
})

describe('RN-11: why a run that the runner lost has failed', () => {
  it.each<[Partial<Measured>, string, string]>([
    [{}, 'interrupted', 'ERROR'],
    [{ oom: true }, 'oom', 'OK'],
    [{ failureHint: 'limit_exceeded' }, 'limit_exceeded', 'OK'],
    [{ failureHint: 'runner_contract_violation' }, 'runner_contract_violation', 'ERROR'],
  ])('%j: %s', (changes, reason, recordStatus) => {
    const outcome = runOutcome(measured({ ended: 'lost', exitCode: null, ...changes }), nothing)
    expect(outcome).toMatchObject({ status: 'failed', reason, record_status: recordStatus })
    expect(outcome.error_summary).not.toBe(null)
  })

  it('RC-3: a result that claims success does not undo it', () => {
    const said = { ok: true as const, value: { status: 'succeeded' as const, error_summary: null } }
    for (const ended of ['lost', 'timed_out', 'cancelled', 'killed_by_signal'] as const) {
      expect(runOutcome(measured({ ended }), said).status).not.toBe('succeeded')
    }
  })
})
