import { expect } from 'vitest'
import { z } from 'zod'
import { nextActionSchema, outputSchema, type Output } from '../../src-main/domain/output.ts'
import type { Json, Result } from '../../src-main/domain/result.ts'
import {
  normaliseResult,
  readResult,
  type NormalisedResult,
  type RawResult,
} from '../../src-main/domain/result-contract.ts'

/** Short ways to read and normalise results in the tests of the result contract. */

export const numRuns = Number(process.env['SCRIPTORIUM_PROPERTY_RUNS'] ?? 200)
export const utf8 = new TextEncoder()
export const byteCount = (text: string): number => utf8.encode(text).length
export const jsonByteCount = (value: unknown): number => byteCount(JSON.stringify(value))
export const read = (text: string): Result<RawResult> => readResult(utf8.encode(text))
export const raw = (rest: object): RawResult =>
  ({
    contract_version: 2,
    status: 'succeeded',
    error_summary: null,
    outputs: [],
    next_actions: [],
    state: null,
    ...rest,
  }) as RawResult
export const normalise = (rest: object, allowVegaLite = false): NormalisedResult =>
  normaliseResult(raw(rest), { allowVegaLite })
export const outputsOf = (...outputs: unknown[]): Output[] => normalise({ outputs }).outputs
export const again = (value: NormalisedResult, allowVegaLite = false): NormalisedResult => {
  const bytes = utf8.encode(JSON.stringify({ contract_version: 2, ...value, artifacts: [] }))
  const result = readResult(bytes)
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return normaliseResult(result.value, { allowVegaLite })
}
export const notice = (result: { outputs: Output[] }): string => {
  const last = result.outputs.at(-1)
  return last?.kind === 'notice' ? last.message : ''
}

export function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Object.values(value).reduce<number>((deepest, child) => Math.max(deepest, depthOf(child)), 0)
}

export function expectWithinCaps(result: NormalisedResult): void {
  expect(byteCount(result.error_summary ?? '')).toBeLessThanOrEqual(20_000)
  expect(jsonByteCount(result.state)).toBeLessThanOrEqual(64 * 1024)
  expect(jsonByteCount({ outputs: result.outputs, next_actions: result.next_actions })).toBeLessThanOrEqual(256 * 1024)
  expect(result.outputs.length).toBeLessThanOrEqual(50)
  expect(result.next_actions.length).toBeLessThanOrEqual(10)
  expect(JSON.stringify(result)).not.toMatch(/\\ud[89a-f]/)
  z.array(outputSchema).parse(result.outputs)
  z.array(nextActionSchema).parse(result.next_actions)
  for (const action of result.next_actions) expect(action.fields.length).toBeLessThanOrEqual(25)
  for (const output of result.outputs) {
    if (output.kind === 'notice') expect(byteCount(output.message)).toBeLessThanOrEqual(8 * 1024)
    if (output.kind === 'markdown') expect(byteCount(output.markdown)).toBeLessThanOrEqual(64 * 1024)
    if (output.kind === 'html_sandboxed') expect(byteCount(output.html)).toBeLessThanOrEqual(96 * 1024)
    if (output.kind === 'vega_lite') expect(jsonByteCount(output.spec)).toBeLessThanOrEqual(256 * 1024)
    if (output.kind === 'json') {
      expect(jsonByteCount(output.value)).toBeLessThanOrEqual(96 * 1024)
      expect(depthOf(output.value)).toBeLessThanOrEqual(10)
    }
    if (output.kind === 'table') {
      expect(output.columns.length).toBeLessThanOrEqual(40)
      expect(output.rows.length).toBeLessThanOrEqual(750)
      for (const row of output.rows) {
        for (const cell of Object.values(row)) expect(byteCount(String(cell))).toBeLessThanOrEqual(512)
      }
    }
  }
}
