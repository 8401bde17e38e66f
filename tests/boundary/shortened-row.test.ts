import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createShortening, isShortened } from '../../src-main/app/shortened-row.ts'
import type { RunRow, Tables } from '../../src-main/domain/state.ts'

/** TR-7 in bounded memory: what a walk through a history holds of long rows still tells every other row from them. */

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** As a history gives them: every text and every object a new one. */
const run = (id: string): RunRow =>
  JSON.parse(`{
    "id": "${id}", "tool_id": "tool-1", "version_id": "version-1", "context": "sandbox", "requested_by": "member-1",
    "status": "succeeded", "started_at": "2026-01-01T00:00:00.000Z", "risk_level": "GREEN",
    "record": {
      "decision": { "risk_level": "GREEN", "score": 0, "warnings": [] }, "record_status": "OK", "reason": null,
      "manifest_hash": "${'a'.repeat(64)}", "stdout": "${'x'.repeat(5000)}"
    }
  }`) as RunRow
const advisory = (text: string): Tables['advisories'] =>
  JSON.parse(`{
    "id": "advisory-1", "run_id": "run-1", "kind": "note", "text": "${text}", "reviewed": false, "created_by": "member-1",
    "reviewed_by": null, "review_notes": null
  }`) as Tables['advisories']

describe('a shortened row', () => {
  test('of a run holds neither its output nor what runs like it hold already', () => {
    const shorten = createShortening(sha256)
    const [one, other] = ['run-1', 'run-2'].map((id) => shorten({ table: 'runs', row: run(id) }).row as RunRow)
    expect(JSON.stringify(one).length).toBeLessThan(700)
    expect(one?.id).toBe('run-1')
    expect(one?.record.decision).toEqual(run('run-1').record.decision)
    // The same one, not an equal one.
    expect(other?.record.decision).toBe(one?.record.decision)
  })

  test('of an advisory doesn’t hold its text, and one that was reviewed since is shortened no further', () => {
    const shorten = createShortening(sha256)
    const { row } = shorten({ table: 'advisories', row: advisory('y'.repeat(5000)) })
    expect(JSON.stringify(row).length).toBeLessThan(400)
    const reviewed = { ...(row as Tables['advisories']), reviewed: true }
    expect(shorten({ table: 'advisories', row: reviewed }).row).toEqual(reviewed)
  })

  test('is told from every other row', () => {
    const shorten = createShortening(sha256)
    const shortRun = shorten({ table: 'runs', row: run('run-1') }).row as RunRow
    const kept = run('run-1')
    expect(isShortened('runs', shortRun, kept, sha256)).toBe(true)
    const otherOutput = { ...kept, record: { ...kept.record, stdout: 'x' as unknown as RunRow['record']['stdout'] } }
    for (const row of [{ ...kept, status: 'failed' as const }, otherOutput, run('run-2')]) {
      expect(isShortened('runs', shortRun, row, sha256)).toBe(false)
    }
    const shortNote = shorten({ table: 'advisories', row: advisory('Look.') }).row as Tables['advisories']
    expect(isShortened('advisories', shortNote, advisory('Look.'), sha256)).toBe(true)
    expect(isShortened('advisories', shortNote, advisory('Look!'), sha256)).toBe(false)
    expect(isShortened('advisories', shortNote, { ...advisory('Look.'), reviewed: true }, sha256)).toBe(false)
  })
})
