import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src-main/domain/result.ts'
import { normaliseResult, RESULT_CAPS, type RawResult } from '../../src-main/domain/result-contract.ts'
import { numRuns, normalise, raw, again, expectWithinCaps } from '../support/result-contract.ts'

describe('RC-7 normalising as a whole', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 20 }),
    fc
      .tuple(fc.constantFrom('a', 'å', '😀', '\ud800', '\u0001', '"'), fc.constantFrom(600, 9000, 70_000, 100_000))
      .map(([unit, count]) => unit.repeat(count)),
  )
  const json = fc.oneof(
    { arbitrary: fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), weight: 6 },
    { arbitrary: text, weight: 2 },
    {
      arbitrary: fc.tuple(fc.jsonValue({ maxDepth: 1 }), fc.integer({ min: 1, max: 30 })).map(([leaf, depth]) => {
        let value: unknown = leaf
        for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value, level] : { k: value }
        return value
      }),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(text, fc.constantFrom(1001, 2500))
        .map(([item, count]) => Array.from({ length: count }, () => item.slice(0, 40))),
      weight: 1,
    },
  )
  const output = fc.oneof(
    fc.record(
      {
        kind: fc.constantFrom('notice', 'markdown', 'html_sandboxed', 'table', 'json', 'vega_lite', 'odd'),
        level: json,
        message: json,
        markdown: json,
        html: json,
        title: json,
        value: json,
        spec: json,
        truncated: json,
      },
      { requiredKeys: ['kind'] },
    ),
    fc.record({
      kind: fc.constantFrom('markdown', 'html_sandboxed', 'notice'),
      markdown: text,
      html: text,
      message: text,
    }),
    fc.record({
      kind: fc.constant('table'),
      title: json,
      columns: fc.array(fc.record({ key: text, label: json }, { requiredKeys: ['key'] }), { maxLength: 45 }),
      rows: fc.array(fc.dictionary(text, json, { maxKeys: 5 }), { maxLength: 20 }),
    }),
    json,
  )
  const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', '9')
  const action = fc.record(
    {
      action_id: fc.oneof(fc.constantFrom('x', 'y', 'z'), text),
      label: text,
      kind: fc.constantFrom('form', 'form', 'odd'),
      fields: fc.array(
        fc.record(
          {
            kind: fc.constantFrom('string', 'integer', 'boolean', 'enum'),
            name,
            label: text,
            default: json,
            secret: fc.boolean(),
          },
          { requiredKeys: ['kind', 'name', 'label'] },
        ),
        { maxLength: 4 },
      ),
      prefill: fc.dictionary(name, json),
    },
    { requiredKeys: ['action_id', 'label', 'kind', 'fields'] },
  )
  const anyRaw = fc.record({
    contract_version: fc.constant(2),
    status: fc.constantFrom('succeeded', 'failed', 'timed_out'),
    error_summary: fc.option(text),
    outputs: fc
      .array(output, { maxLength: 8 })
      .chain((few) => fc.constantFrom(few, Array.from({ length: 12 }, () => few).flat())),
    next_actions: fc.array(fc.oneof(action, json), { maxLength: 12 }),
    state: fc.option(fc.dictionary(text, json, { maxKeys: 4 })),
  })

  test('RC-7 property: within every cap, valid UTF-8, deterministic and idempotent', () => {
    fc.assert(
      fc.property(anyRaw, fc.boolean(), (value, allowVegaLite) => {
        const options = { allowVegaLite }
        const once = normaliseResult(value as unknown as RawResult, options)
        expectWithinCaps(once)
        expect(normaliseResult(structuredClone(value) as unknown as RawResult, options)).toEqual(once)
        expect(normaliseResult({ contract_version: 2, ...once } as RawResult, options)).toEqual(once)
        expect(again(once, allowVegaLite)).toEqual(once)
      }),
      { numRuns },
    )
  }, 120_000)

  test('RC-7 property: never throws, whatever it is handed', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, maxDepth: 4 }),
        (junk) => {
          for (const rest of [
            { outputs: junk },
            { outputs: [junk] },
            { next_actions: [junk] },
            { state: junk },
            { error_summary: junk },
          ]) {
            const once = normalise(rest)
            expectWithinCaps(once)
            expect(again(once)).toEqual(once)
          }
        },
      ),
      { numRuns },
    )
  }, 60_000)

  test('RC-7 what holds itself, or is nested without end, is bounded', () => {
    const loop: JsonObject = {}
    loop['self'] = loop
    expectWithinCaps(normalise({ outputs: [{ kind: 'json', value: loop }, loop], state: loop, next_actions: [loop] }))
  })
})

describe('SC-5 what was filled into a secret field', () => {
  const secret = 'hunter2-correct-horse'
  const withSecret = (rest: object, ...secretValues: string[]) =>
    normaliseResult(raw(rest), { allowVegaLite: true, secretValues })

  test('is masked before anything is cut, so that no half of it stays', () => {
    for (let missing = 0; missing < secret.length + 20; missing += 1) {
      const text = `${'x'.repeat(RESULT_CAPS.markdownBytes - missing)}${secret}${'y'.repeat(100)}`
      const { outputs } = withSecret({ outputs: [{ kind: 'markdown', markdown: text }] }, secret)
      expect(JSON.stringify(outputs)).not.toContain('hun')
    }
  })

  test('is within the caps once it is masked', () => {
    const text = 'abcd'.repeat(24 * 1024)
    const outputs = [
      { kind: 'html_sandboxed', html: text },
      { kind: 'markdown', markdown: text },
      { kind: 'json', value: [text] },
      { kind: 'table', columns: [{ key: 'a', label: 'A' }], rows: [{ a: text }] },
    ]
    expectWithinCaps(withSecret({ outputs, state: { text: text.slice(0, 60 * 1024) }, error_summary: text }, 'abcd'))
  })

  test('may be called like a kind, a field or a column, and what was given back still shows', () => {
    const outputs = [
      { kind: 'table', title: 'form', columns: [{ key: 'table', label: 'form' }], rows: [{ table: 'form' }] },
      { kind: 'notice', level: 'warning', message: 'a warning' },
    ]
    const fields = [{ kind: 'string', name: 'token', label: 'string' }]
    const next_actions = [{ kind: 'form', action_id: 'go', label: 'form', fields }]
    const words = ['table', 'form', 'warning', 'string', 'token', 'notice']
    expect(withSecret({ outputs, next_actions }, ...words)).toMatchObject({
      outputs: [
        { kind: 'table', title: '[•••]', columns: [{ key: 'table', label: '[•••]' }], rows: [{ table: '[•••]' }] },
        { kind: 'notice', level: 'warning', message: 'a [•••]' },
      ],
      next_actions: [
        { kind: 'form', action_id: 'go', label: '[•••]', fields: [{ kind: 'string', name: 'token', label: '[•••]' }] },
      ],
    })
  })

  test('is not told as an unknown kind', () => {
    expect(JSON.stringify(withSecret({ outputs: [{ kind: secret }] }, secret))).not.toContain('hunter')
  })
})
