import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldSchema, type Field, type FileField } from '../../src-main/domain/field.ts'
import { checkFiles, checkValues, initialValues, redactSecrets } from '../../src-main/domain/field-values.ts'
import type { JsonObject, Result } from '../../src-main/domain/result.ts'

const numRuns = Number(process.env['SCRIPTORIUM_PROPERTY_RUNS'] ?? 200)
const options = [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
]
const fields: Field[] = [
  { kind: 'string', name: 'title', label: 'Title', required: true },
  { kind: 'text', name: 'body', label: 'Body' },
  { kind: 'integer', name: 'year', label: 'Year', min: 2000, max: 2100, default: 2026 },
  { kind: 'number', name: 'factor', label: 'Factor', min: 0.5 },
  { kind: 'boolean', name: 'loud', label: 'Loud' },
  { kind: 'enum', name: 'mode', label: 'Mode', options },
  { kind: 'multi_enum', name: 'tags', label: 'Tags', options },
  { kind: 'string', name: 'token', label: 'Token', secret: true },
  { kind: 'file', name: 'sheet', label: 'Sheet' },
]
const check = (values: unknown): Result<JsonObject> => checkValues(fields, values)
function problems(result: Result<unknown>): JsonObject {
  if (result.ok) throw new Error('expected a failure')
  expect(result.failure).toMatchObject({ code: 'VALIDATION_ERROR', reason: 'invalid_input' })
  return result.failure.details['fields'] as JsonObject
}

describe('SC-5 values of a form', () => {
  test('SC-5 right values pass as they are, with defaults for what is absent', () => {
    const values = { title: 'T', body: 'x\ny', factor: 0.5, loud: false, mode: 'a', tags: ['b', 'a'], token: 's' }
    expect(check(values)).toEqual({ ok: true, value: { ...values, year: 2026 } })
  })

  test('SC-5 what has no value and no default is left out, also when it is null', () => {
    expect(check({ title: 'T', year: null, mode: '', body: null })).toEqual({ ok: true, value: { title: 'T' } })
  })

  test.each([
    ['title', '', 'required'],
    ['title', null, 'required'],
    ['title', '  ', 'required'],
    ['title', 5, 'text'],
    ['title', 'x'.repeat(2001), '2,000'],
    ['body', 'x'.repeat(20_001), '20,000'],
    ['body', 'a\ud800', 'text'],
    ['year', 1999, 'at least 2000'],
    ['year', 2101, 'at most 2100'],
    ['year', 2000.5, 'whole'],
    ['year', '2020', 'whole'],
    ['year', 2 ** 60, 'whole'],
    ['factor', Number.NaN, 'number'],
    ['factor', Number.POSITIVE_INFINITY, 'number'],
    ['factor', 0, '0.5'],
    ['loud', 'true', 'yes or no'],
    ['loud', 1, 'yes or no'],
    ['mode', 'c', 'option'],
    ['mode', ['a'], 'option'],
    ['tags', 'a', 'list'],
    ['tags', ['a', 'c'], 'option'],
    ['tags', ['a', 'a'], 'twice'],
    ['tags', [['a']], 'option'],
    ['tags', { length: 1, 0: 'a' }, 'list'],
    ['title', ['x'], 'text'],
    ['title', { toString: 'x' }, 'text'],
  ])('SC-5 ER-3 %s = %j is refused and names the field', (name, value, words) => {
    const result = check({ title: 'T', [name]: value })
    expect(problems(result)[name]).toContain(words)
    if (result.ok) return
    expect(result.failure.details['field']).toBe(name)
    expect(result.failure.message.startsWith(fields.find((field) => field.name === name)?.label ?? '?')).toBe(true)
  })

  test('SC-5 ER-3 all problems are gathered; the first one is the message', () => {
    const result = check({ year: 3, loud: 'x', other: 1 })
    expect(Object.keys(problems(result))).toEqual(['title', 'year', 'loud', 'other'])
    if (!result.ok) expect(result.failure.message).toBe(`Title: ${String(problems(result)['title'])}`)
  })

  test.each(['other', '__proto__', 'constructor', 'toString', 'sheet', 'x'.repeat(10_000), '\ud800'])(
    'SC-5 the unknown name %j is refused',
    (name) => {
      const raw = JSON.parse(`{"title":"T",${JSON.stringify(name)}:{"admin":true}}`) as unknown
      const found = problems(check(raw))
      expect(Object.keys(found)).toHaveLength(1)
      expect(JSON.stringify(found).length).toBeLessThan(400)
      expect(({} as JsonObject)['admin']).toBeUndefined()
    },
  )

  test('SC-5 a field named like something inherited is absent unless it is really there', () => {
    const odd: Field[] = [
      { kind: 'string', name: 'constructor', label: 'C', required: true },
      { kind: 'string', name: '__proto__', label: 'P' },
    ]
    expect(Object.keys(problems(checkValues(odd, {})))).toEqual(['constructor'])
    const values = JSON.parse('{"constructor":"Ferrari","__proto__":"p"}') as JsonObject
    const result = checkValues(odd, values)
    expect(result.ok && Object.entries(result.value)).toEqual([
      ['constructor', 'Ferrari'],
      ['__proto__', 'p'],
    ])
  })

  test.each([null, undefined, [], 'x', 5, true])('SC-5 %j is no set of values', (raw) => {
    expect(check(raw)).toMatchObject({ ok: false, failure: { reason: 'invalid_input' } })
  })

  test('SC-5 a million unknown names give a failure of bounded size', () => {
    const raw = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`u${index}`, 1]))
    const result = check(raw)
    expect(JSON.stringify(result).length).toBeLessThan(20_000)
  })

  test('SC-5 a default that breaks its own field is reported, not used', () => {
    const broken: Field[] = [{ kind: 'enum', name: 'e', label: 'E', options, default: 'zzz' }]
    expect(problems(checkValues(broken, {}))['e']).toContain('option')
    expect(checkValues(broken, { e: 'a' })).toEqual({ ok: true, value: { e: 'a' } })
    expect(initialValues(broken)).toEqual({ e: null })
  })

  test('SC-5 a required choice of several needs one', () => {
    const required: Field[] = [{ kind: 'multi_enum', name: 'm', label: 'M', options, required: true }]
    expect(problems(checkValues(required, { m: [] }))['m']).toContain('required')
  })
})

describe('SC-5 files of a form', () => {
  const file = (name: string): { name: string; bytes: number } => ({ name, bytes: 3 })
  const field = (rest: Partial<FileField>): FileField => ({ kind: 'file', name: 'sheet', label: 'Sheet', ...rest })

  test.each<[Partial<FileField>, string[]]>([
    [{}, []],
    [{}, ['anything']],
    [{ required: true }, ['a']],
    [{ accept: ['.csv'] }, ['A.CSV']],
    [{ accept: ['csv'] }, ['a.csv']],
    [{ accept: ['text/*'] }, ['a.csv', 'b.txt']],
    [{ accept: ['.tar.gz'] }, ['x.tar.gz']],
    [{ accept: [] }, ['a']],
    [{ accept: ['application/pdf', '.txt'] }, ['x.pdf', 'x.txt']],
    [{ accept: ['*/*'] }, ['x']],
    [{ min: 2, max: 2 }, ['a', 'b']],
    [{ accept: ['TEXT/CSV'] }, ['a.csv']],
  ])('SC-5 %j accepts %j', (rest, names) => {
    expect(checkFiles(field(rest), names.map(file))).toMatchObject({ ok: true })
  })

  test.each<[Partial<FileField>, string[], string]>([
    [{ required: true }, [], 'at least 1 file'],
    [{ min: 2 }, ['a'], 'at least 2 files'],
    [{ max: 1 }, ['a', 'b'], 'at most 1 file'],
    [{ accept: ['.csv'] }, ['a.xlsx'], '.csv'],
    [{ accept: ['.csv'] }, ['csv'], '.csv'],
    [{ accept: ['.csv'] }, ['.csv'], '.csv'],
    [{ accept: ['text/*'] }, ['a.exe'], 'text/*'],
    [{ accept: ['image/png'] }, ['a.png.exe'], 'image/png'],
    [{}, Array.from({ length: 21 }, (_, index) => `f${index}`), 'at most 20 files'],
  ])('SC-5 %j refuses %j', (rest, names, words) => {
    const result = checkFiles(field(rest), names.map(file))
    expect(problems(result)['sheet']).toContain(words)
    if (!result.ok) expect(result.failure.message).toMatch(/^Sheet: /)
  })
})

describe('SC-5 secrets and first values', () => {
  test('SC-5 EV-1 secret values become null; so does what no field vouches for', () => {
    const values = { title: 'T', token: 'hunter2', stray: 'x' }
    expect(redactSecrets(fields, values)).toEqual({ title: 'T', token: null, stray: null })
    expect(values.token).toBe('hunter2')
  })

  test('SC-5 first values: prefill, then default, then empty', () => {
    expect(initialValues(fields)).toEqual({
      title: '',
      body: '',
      year: 2026,
      factor: null,
      loud: false,
      mode: null,
      tags: [],
      token: '',
    })
    const prefill = { title: 'P', year: 1, mode: 'zzz', tags: ['a'], token: 'leak', unknown: 1 }
    expect(initialValues(fields, prefill)).toMatchObject({ title: 'P', year: 2026, mode: null, tags: ['a'], token: '' })
    expect(Object.keys(initialValues(fields, prefill))).not.toContain('unknown')
  })

  const anyField = fc.constantFrom(
    ...(['string', 'text', 'integer', 'number', 'boolean', 'enum', 'multi_enum'] as const).flatMap((kind): Field[] => {
      const choice = kind === 'enum' || kind === 'multi_enum' ? { options } : {}
      const parsed = fieldSchema.parse({ kind, name: kind, label: kind, ...choice })
      return [parsed, { ...parsed, required: true }]
    }),
  )
  const anyValue = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }),
    fc.constantFrom('a', 'b', ['a'], 3, true, '', null),
  )

  test('SC-5 property: never throws, and what passed once passes again unchanged', () => {
    fc.assert(
      fc.property(anyField, anyValue, (field, value) => {
        const result = checkValues([field], { [field.name]: value })
        if (!result.ok) return
        expect(checkValues([field], result.value)).toEqual(result)
        expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value)
      }),
      { numRuns: numRuns * 5 },
    )
  })

  test('SC-5 property: anything at all is answered with a value or a failure', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (raw) => {
        const result = check(raw)
        expect(() => JSON.stringify(result)).not.toThrow()
      }),
      { numRuns },
    )
  })

  test('SC-5 property: first values of a form with nothing required pass', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('title', 'body', 'year', 'mode', 'tags'), anyValue), (prefill) => {
        const optional = fields.map((field) => ({ ...field, required: false }))
        expect(checkValues(optional, initialValues(optional, prefill as JsonObject)).ok).toBe(true)
      }),
      { numRuns },
    )
  })
})
