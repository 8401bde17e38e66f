import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, canonicalValue } from '../../src-main/domain/canonical-json.ts'

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'B', 'é', '\u{1F600}', '\uE000', '10', '9', '05', '__proto__', 'toJSON', ''),
  fc.string(),
)
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 5 })
      // By text, since that is how every value comes in: a key `__proto__` is one like any other.
      .map(
        (entries) =>
          JSON.parse(
            `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
          ) as unknown,
      ),
  ),
}))

describe('canonical JSON', () => {
  it('is the library’s text for every value, in whatever order its keys stand', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads back its own text', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(canonicalValue(text))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['a space', '{"a": 1}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['keys out of order within', '[{"a":{"d":1,"c":2}}]'],
    ['a key twice', '{"a":1,"a":2}'],
    ['another form of a number', '[1.0]'],
    ['an exponent', '[1e2]'],
    ['minus zero', '[-0]'],
    ['a number that JSON can’t hold', '[1e999]'],
    ['an escape that isn’t needed', '["\\u0061"]'],
    ['half a character', '["\\ud800"]'],
    ['no JSON', '{'],
    ['101 levels', `${'['.repeat(101)}${']'.repeat(101)}`],
  ])('takes no text with %s', (_what, text) => {
    expect(canonicalValue(text)).toBeUndefined()
  })

  it('takes 100 levels', () => {
    expect(canonicalValue(`${'['.repeat(100)}${']'.repeat(100)}`)).toBeDefined()
  })

  it.each([
    ['nothing', undefined],
    ['a number that isn’t one', Number.NaN],
    ['half a character', '\uD800'],
  ])('throws on %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow()
  })
})
