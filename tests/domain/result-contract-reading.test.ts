import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src-main/domain/result.ts'
import { normaliseResult, readResult } from '../../src-main/domain/result-contract.ts'
import { numRuns, utf8, read, expectWithinCaps } from '../support/result-contract.ts'

describe('RC-2 reading what the runner wrote', () => {
  const minimal = '{"contract_version":2,"status":"succeeded"}'

  test('RC-1 version 2 is read', () => {
    const text =
      '{"contract_version":2,"status":"failed","error_summary":"x","outputs":[1],"next_actions":[2],' +
      '"state":{"a":1},"artifacts":[{"path":"output/a","bytes":1}]}'
    expect(read(text)).toEqual({
      ok: true,
      value: {
        contract_version: 2,
        status: 'failed',
        error_summary: 'x',
        outputs: [1],
        next_actions: [2],
        state: { a: 1 },
      },
    })
    expect(read(minimal).ok).toBe(true)
  })

  test('RC-1 version 1 is read', () => {
    const result = read('{"contract_version":1,"status":"succeeded","html_output":"<p>","artifacts":[]}')
    expect(result).toEqual({
      ok: true,
      value: { contract_version: 1, status: 'succeeded', error_summary: null, html_output: '<p>' },
    })
  })

  const envelope = (value: string): string => `{"contract_version":2,"status":"succeeded","outputs":[${value}]}`
  test.each<[string, string, string]>([
    ['empty', '', 'JSON'],
    ['not JSON', 'hello', 'JSON'],
    ['cut off', minimal.slice(0, -1), 'JSON'],
    ['trailing', `${minimal} x`, 'JSON'],
    ['byte order mark', `\ufeff${minimal}`, 'JSON'],
    ['NaN', envelope('NaN'), 'JSON'],
    ['Infinity', envelope('-Infinity'), 'JSON'],
    ['a list', '[]', 'object'],
    ['null', 'null', 'object'],
    ['duplicate key', '{"contract_version":2,"status":"failed","status":"succeeded"}', 'twice'],
    ['duplicate key, escaped', '{"contract_version":2,"status":"failed","st\\u0061tus":"succeeded"}', 'twice'],
    ['duplicate key, deep', envelope('{"a":[{"b":1 , "c":{}, "b"\n:2}]}'), 'twice'],
    ['__proto__', envelope('{"__proto__":{"admin":true}}'), '__proto__'],
    ['__proto__, escaped', envelope('{"\\u005f_proto__":{}}'), '__proto__'],
    ['nested 100,000 deep', envelope('['.repeat(100_000) + ']'.repeat(100_000)), 'nested'],
    ['nested objects', envelope('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)), 'nested'],
    ['no version', '{"status":"succeeded"}', 'contract_version'],
    ['version 3', '{"contract_version":3,"status":"succeeded"}', 'contract_version'],
    ['version text', '{"contract_version":"2","status":"succeeded"}', 'contract_version'],
    ['no status', '{"contract_version":2}', 'status'],
    ['running', '{"contract_version":2,"status":"running"}', 'status'],
    ['status list', '{"contract_version":2,"status":["failed"]}', 'status'],
    ['summary', '{"contract_version":2,"status":"failed","error_summary":{}}', 'error_summary'],
    ['outputs', '{"contract_version":2,"status":"failed","outputs":{}}', 'outputs'],
    ['actions', '{"contract_version":2,"status":"failed","next_actions":"x"}', 'next_actions'],
    ['state', '{"contract_version":2,"status":"failed","state":[]}', 'state'],
    ['artifacts', '{"contract_version":2,"status":"failed","artifacts":[{"path":5,"bytes":1}]}', 'artifacts'],
    ['html', '{"contract_version":1,"status":"failed","html_output":[]}', 'html_output'],
  ])('RC-2 %s is a contract violation', (_, text, detail) => {
    const result = read(text)
    expect(result).toMatchObject({ ok: false, failure: { reason: 'runner_contract_violation' } })
    if (result.ok) return
    expect(result.failure.details['detail']).toContain(detail)
    expect(result.failure.message).not.toContain(detail)
  })

  test('RC-2 bytes that are no UTF-8', () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xf0, 0x9f]]) {
      expect(readResult(Uint8Array.from(bytes))).toMatchObject({
        ok: false,
        failure: { details: { detail: expect.stringContaining('UTF-8') } },
      })
    }
  })

  test('RC-2 4 MiB is read, one byte more is not', () => {
    const padded = minimal + ' '.repeat(4 * 1024 * 1024 - minimal.length)
    expect(read(padded).ok).toBe(true)
    expect(read(`${padded} `)).toMatchObject({
      ok: false,
      failure: { details: { detail: expect.stringContaining('4 MiB') } },
    })
  })

  // Work that grew with the square of the size would take hours here; the limit only ends such a hang.
  test('RC-2 worst cases within 4 MiB are read to their end', { timeout: 300_000 }, () => {
    const worst = [
      envelope(Array.from({ length: 300_000 }, (_, index) => `{"k":${index}}`).join(',')),
      envelope(`{${Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`).join(',')}}`),
      envelope(`"${'\\\\'.repeat(2_000_000)}"`),
      envelope('[],'.repeat(1_000_000) + '1'),
      envelope('123456789012345678901,'.repeat(180_000) + '1'),
      '"'.repeat(4_000_000),
      ':'.repeat(4_000_000),
      '{"a":'.repeat(800_000),
      '"a"   '.repeat(600_000),
    ]
    for (const text of worst) {
      const result = read(text)
      if (result.ok) expectWithinCaps(normaliseResult(result.value, { allowVegaLite: false }))
    }
  })

  test('RC-2 a key named constructor is data and touches no prototype', () => {
    const result = read(envelope('{"kind":"json","value":{"constructor":{"prototype":{"admin":true}},"toString":1}}'))
    expect(result.ok && normaliseResult(result.value, { allowVegaLite: false }).outputs[0]).toEqual({
      kind: 'json',
      title: null,
      value: { constructor: { prototype: { admin: true } }, toString: 1 },
    })
    expect(({} as JsonObject)['admin']).toBeUndefined()
  })

  test('RC-2 numbers that JavaScript would silently change are kept as text', () => {
    const numbers = '[12345678901234567890, 1e999, -0, 9007199254740991, 0.1, 1e20]'
    const result = read(envelope(`{"kind":"json","value":${numbers}}`))
    expect(result.ok && normaliseResult(result.value, { allowVegaLite: false }).outputs[0]).toEqual({
      kind: 'json',
      title: null,
      value: ['12345678901234567890', '1e999', 0, 9007199254740991, 0.1, 1e20],
    })
  })

  test('RC-2 property: any bytes and any text are answered with a value', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => utf8.encode(text)),
          fc.json().map((text) => utf8.encode(text)),
        ),
        (bytes) => {
          const result = readResult(bytes)
          if (!result.ok) expect(result.failure.reason).toBe('runner_contract_violation')
        },
      ),
      { numRuns: numRuns * 2 },
    )
  })

  test('RC-2 property: what JSON.parse reads is read the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify({ contract_version: 2, status: 'succeeded', outputs: [value] }, null, space)
        const result = read(text)
        if (text.includes('"__proto__":') || text.includes('"__proto__" :')) return
        const outputs = result.ok && 'outputs' in result.value ? result.value.outputs : null
        expect(JSON.stringify(outputs)).toBe(JSON.stringify([value]))
      }),
      { numRuns },
    )
  })
})
