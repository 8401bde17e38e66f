import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src-main/domain/result.ts'
import { normaliseResult } from '../../src-main/domain/result-contract.ts'
import { byteCount, normalise, outputsOf, again, notice, expectWithinCaps } from '../support/result-contract.ts'

describe('RC-6 outputs', () => {
  test('RC-1 version 1 becomes one html_sandboxed output', () => {
    const result = normaliseResult(
      { contract_version: 1, status: 'succeeded', error_summary: null, html_output: '<p>å</p>' },
      { allowVegaLite: false },
    )
    expect(result).toEqual({
      status: 'succeeded',
      error_summary: null,
      outputs: [{ kind: 'html_sandboxed', html: '<p>å</p>' }],
      next_actions: [],
      state: null,
    })
  })

  test('RC-6 every kind comes through', () => {
    const outputs = [
      { kind: 'notice', level: 'warning', message: 'm' },
      { kind: 'markdown', markdown: '# h' },
      { kind: 'table', title: 't', columns: [{ key: 'a', label: 'A' }], rows: [{ a: 1 }, { a: null }] },
      { kind: 'json', title: null, value: { a: [1] } },
      { kind: 'html_sandboxed', html: '<b>' },
      { kind: 'vega_lite', spec: { mark: 'bar' } },
    ]
    expect(normalise({ outputs }, true).outputs).toEqual(outputs)
  })

  test('RC-6 vega_lite is dropped with a notice unless the workspace allows it', () => {
    const result = normalise({ outputs: [{ kind: 'vega_lite', spec: {} }] })
    expect(result.outputs).toHaveLength(1)
    expect(notice(result)).toContain('vega_lite')
  })

  test('RC-6 unknown and malformed outputs are dropped with one notice that names each', () => {
    const result = normalise({
      outputs: [
        { kind: 'hologram' },
        5,
        null,
        { kind: 'markdown' },
        { kind: 'table', columns: 'x', rows: [] },
        { kind: '\u202e<b>' },
        { kind: 'markdown', markdown: 'kept' },
        { kind: 'toString' },
        { kind: ['notice'] },
      ],
    })
    expect(result.outputs.map((output) => output.kind)).toEqual(['markdown', 'notice'])
    expect(notice(result)).toContain('Output 1: unknown kind "hologram"')
    expect(notice(result)).toContain('Output 4')
    expect(notice(result)).not.toMatch(/[\u202e<]/)
  })

  test('RC-7 a flood of unknown outputs gives one notice of bounded size', () => {
    const result = normalise({ outputs: Array.from({ length: 100_000 }, () => ({ kind: 'x'.repeat(30) })) })
    expect(result.outputs).toHaveLength(1)
    expect(byteCount(notice(result))).toBeLessThan(8192)
    expectWithinCaps(result)
  })

  test('RC-6 an unknown level of a notice is shown as information', () => {
    expect(outputsOf({ kind: 'notice', level: 'apocalypse', message: 'm' })[0]).toMatchObject({ level: 'info' })
  })
})

describe('RC-7 caps', () => {
  test.each([
    ['notice', 'message', 8 * 1024],
    ['markdown', 'markdown', 64 * 1024],
    ['html_sandboxed', 'html', 96 * 1024],
  ])('RC-7 %s is cut at a code point with a visible mark', (kind, key, cap) => {
    for (const unit of ['a', 'å', '€', '😀', '\ud800']) {
      const output = outputsOf({ kind, level: 'info', [key]: `x${unit.repeat(cap)}` })[0] as unknown as JsonObject
      const text = String(output[key])
      expect(output['truncated']).toBe(true)
      expect(text.endsWith('[truncated]')).toBe(true)
      expect(text.isWellFormed()).toBe(true)
      expect(text.includes('\ufffd')).toBe(unit === '\ud800')
      expect(byteCount(text)).toBeLessThanOrEqual(cap)
      expect(byteCount(text)).toBeGreaterThan(cap - 4)
    }
    const fits = outputsOf({ kind, level: 'info', [key]: 'a'.repeat(cap) })[0] as unknown as JsonObject
    expect(fits['truncated']).toBeUndefined()
    expect(String(fits[key])).toHaveLength(cap)
  })

  test('RC-7 tables: 750 rows, 40 columns, 512 bytes a cell', () => {
    const columns = Array.from({ length: 41 }, (_, index) => ({ key: `c${index}`, label: `C${index}` }))
    const rows = Array.from({ length: 751 }, () => ({ c0: 1 }))
    const wide = outputsOf({ kind: 'table', columns, rows: [{ c0: 'å'.repeat(300), c39: true, c40: 'gone' }] })[0]
    expect(wide).toMatchObject({ kind: 'table', truncated: true, title: null })
    if (wide?.kind !== 'table') throw new Error('no table')
    expect(wide.columns).toHaveLength(40)
    expect(Object.keys(wide.rows[0] ?? {})).toHaveLength(40)
    expect(wide.rows[0]).toMatchObject({ c1: null, c39: true })
    expect(String(wide.rows[0]?.['c0'])).toMatch(/^å+…$/)
    const long = outputsOf({ kind: 'table', columns: columns.slice(0, 1), rows })[0]
    expect(long?.kind === 'table' && long.rows.length).toBe(750)
    expect(long).toMatchObject({ truncated: true })
  })

  test('RC-7 cells that are no scalars are shown as JSON', () => {
    const table = outputsOf({ kind: 'table', columns: [{ key: 'a' }], rows: [{ a: { b: [1, '😀'] } }, { a: [] }] })[0]
    expect(table).toEqual({
      kind: 'table',
      title: null,
      columns: [{ key: 'a', label: 'a' }],
      rows: [{ a: '{"b":[1,"😀"]}' }, { a: '[]' }],
    })
  })

  test('RC-7 a column named like something inherited shows only its own cells', () => {
    const table = outputsOf({
      kind: 'table',
      columns: [{ key: 'constructor', label: 'Team' }],
      rows: [{}, { constructor: 'Lotus' }],
    })[0]
    expect(table?.kind === 'table' && table.rows.map((row) => Object.entries(row))).toEqual([
      [['constructor', null]],
      [['constructor', 'Lotus']],
    ])
  })

  test('RC-7 a table that alone is over the payload is cut by rows, not lost', () => {
    const rows = Array.from({ length: 750 }, (_, index) => ({ a: `${index} ${'x'.repeat(500)}` }))
    const result = normalise({
      outputs: [
        { kind: 'markdown', markdown: 'm' },
        { kind: 'table', columns: [{ key: 'a' }], rows },
      ],
    })
    const table = result.outputs[1]
    expect(table?.kind === 'table' && table.truncated === true && table.rows.length).toBeGreaterThan(400)
    expectWithinCaps(result)
  })

  test('RC-7 json: depth 10, 1,000 keys, 2,000 items, 96 KiB, and what is kept stays JSON', () => {
    let deep: Json = 'bottom'
    for (let level = 0; level < 11; level += 1) deep = [deep]
    const cases: Json[] = [
      deep,
      Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1])),
      Array.from({ length: 2001 }, () => 0),
      'x'.repeat(96 * 1024),
      Array.from({ length: 300 }, () => '\u0001'.repeat(200)),
      { ['k'.repeat(100_000)]: 1 },
      { a: 'x'.repeat(50_000), b: ['y'.repeat(50_000), { c: '😀'.repeat(9) }] },
    ]
    for (const value of cases) {
      const result = normalise({ outputs: [{ kind: 'json', value }] })
      expect(result.outputs[0]).toMatchObject({ kind: 'json', truncated: true })
      expectWithinCaps(result)
      expect(again(result)).toEqual(result)
    }
    const fits = Array.from({ length: 2000 }, () => 0)
    expect(outputsOf({ kind: 'json', value: fits })[0]).toEqual({ kind: 'json', title: null, value: fits })
    expect(outputsOf({ kind: 'json', value: [deep][0]! })[0]).toMatchObject({ truncated: true })
  })

  test('RC-7 state over 64 KiB is dropped with a notice, since a cut state is worthless', () => {
    const result = normalise({ state: { a: 'x'.repeat(64 * 1024) } })
    expect(result.state).toBeNull()
    expect(notice(result)).toContain('state')
    const fits = { a: 'x'.repeat(64 * 1024 - 8) }
    expect(normalise({ state: fits })).toMatchObject({ state: fits, outputs: [] })
  })

  test('RC-7 50 outputs are kept; of 51 the first 49 and a notice', () => {
    const many = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ kind: 'markdown', markdown: `${index}` }))
    expect(outputsOf(...many(50))).toHaveLength(50)
    const cut = normalise({ outputs: many(51) })
    expect(cut.outputs).toHaveLength(50)
    expect(cut.outputs[48]).toEqual({ kind: 'markdown', markdown: '48' })
    expect(notice(cut)).toContain('2 more outputs')
  })

  test('RC-7 over 256 KiB in total, outputs are dropped from the end with a notice', () => {
    const result = normalise({
      outputs: Array.from({ length: 4 }, () => ({ kind: 'html_sandboxed', html: 'x'.repeat(90 * 1024) })),
    })
    expect(result.outputs.map((output) => output.kind)).toEqual(['html_sandboxed', 'html_sandboxed', 'notice'])
    expect(notice(result)).toContain('2 more outputs')
  })
})
