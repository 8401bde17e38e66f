import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseResult, scrubErrorSummary, RESULT_CAPS } from '../../src-main/domain/result-contract.ts'
import { numRuns, byteCount, raw, normalise, notice, expectWithinCaps } from '../support/result-contract.ts'

describe('RC-6 next actions', () => {
  const action = (rest: object = {}): object => ({ action_id: 'go', label: 'Go', kind: 'form', fields: [], ...rest })
  const field = (index: number): object => ({ kind: 'string', name: `f${index}`, label: 'F' })

  test('RC-6 a good action comes through; None where a key may be absent is no fault', () => {
    const fields = [
      { kind: 'string', name: 'a', label: 'A', help: null, default: null },
      { kind: 'string', name: 's', label: 'S', secret: true },
    ]
    const result = normalise({ next_actions: [action({ fields, prefill: { a: 'x', other: 1, s: 'leak' } })] })
    expect(result.next_actions).toEqual([
      {
        action_id: 'go',
        label: 'Go',
        kind: 'form',
        prefill: { a: 'x' },
        fields: [
          { kind: 'string', name: 'a', label: 'A' },
          { kind: 'string', name: 's', label: 'S', secret: true },
        ],
      },
    ])
    expect(result.outputs).toEqual([])
  })

  test.each<[string, unknown]>([
    ['not an object', 5],
    ['no id', action({ action_id: '' })],
    ['long id', action({ action_id: 'x'.repeat(256) })],
    ['control character in the id', action({ action_id: 'a\nb' })],
    ['label', action({ label: 5 })],
    ['kind', action({ kind: 'link' })],
    ['fields', action({ fields: {} })],
    ['file field', action({ fields: [{ kind: 'file', name: 'f', label: 'F' }] })],
    ['26 fields', action({ fields: Array.from({ length: 26 }, (_, index) => field(index)) })],
    ['twins', action({ fields: [field(1), field(1)] })],
    ['prefill', action({ prefill: [] })],
    [
      '101 options',
      action({
        fields: [
          {
            kind: 'enum',
            name: 'e',
            label: 'E',
            options: Array.from({ length: 101 }, (_, index) => ({ value: `${index}`, label: 'x' })),
          },
        ],
      }),
    ],
    ['unknown key', action({ fields: [{ kind: 'string', name: 'e', label: 'E', onclick: 'x' }] })],
  ])('RC-6 an invalid action (%s) is dropped with a notice', (_, bad) => {
    const result = normalise({ next_actions: [bad, action({ action_id: 'good' })] })
    expect(result.next_actions.map((kept) => kept.action_id)).toEqual(['good'])
    expect(notice(result)).toContain('Action 1')
  })

  test('RC-6 of two actions of one id the first is kept; RC-7 of eleven the first ten', () => {
    const twins = normalise({ next_actions: [action({ label: 'first' }), action({ label: 'second' })] })
    expect(twins.next_actions.map((kept) => kept.label)).toEqual(['first'])
    const many = normalise({
      next_actions: Array.from({ length: 11 }, (_, index) => action({ action_id: `a${index}` })),
    })
    expect(many.next_actions).toHaveLength(10)
    expect(notice(many)).toContain('1 more action')
  })

  test('RC-7 actions that alone are over the payload are dropped from the end', () => {
    const options = Array.from({ length: 100 }, (_, index) => ({
      value: `${index}`.padEnd(200, 'x'),
      label: 'y'.repeat(200),
    }))
    const fields = Array.from({ length: 5 }, (_, index) => ({ kind: 'enum', name: `f${index}`, label: 'F', options }))
    const result = normalise({ next_actions: [action({ fields }), action({ fields, action_id: 'b' })] })
    expect(result.next_actions).toHaveLength(1)
    expect(notice(result)).toContain('1 more action')
    expectWithinCaps(result)
  })
})

describe('RC-4 error summary', () => {
  const traceback =
    'Traceback (most recent call last):\n  File "/work/script.py", line 3, in run_tool\n    x = secret()\n' +
    '        ^^^^^^^^\nValueError: token abc\n'

  test.each([
    ['plain', 'The column "Name" is missing in marks.csv.'],
    ['slashes', 'km/h, and/or, 1/2, 2026/01/02, <b>a</b>, https://example.org/a/b?c=/d'],
    ['lines', 'First\n  second\n\nthird'],
    ['ratio', 'A: 5:3 (c:d)'],
    ['division', 'a / b'],
  ])('RC-4 leaves %s alone', (_, text) => {
    expect(scrubErrorSummary(text)).toBe(text)
  })

  test.each([
    ['posix', 'No /home/anna/x.csv here', 'No [path] here'],
    ['root', 'in /tmp', 'in [path]'],
    ['own root', 'cp /data/acme/x: no', 'cp [path]: no'],
    ['quoted with spaces', "open '/Users/anna lee/x.csv'", "open '[path]'"],
    ['windows', 'C:\\Users\\anna\\x.csv!', '[path]'],
    ['windows slashes', '(c:/Users/anna)', '([path])'],
    ['share', 'see \\\\nas\\share\\x now', 'see [path] now'],
    ['file url', 'at file:///home/anna/x.mjs:3', 'at [path]:3'],
    ['equals', 'path=/var/lib/x,', 'path=[path],'],
    ['input', "No such file: '/work/input/marks.csv'", "No such file: 'marks.csv'"],
    ['script', '/work/script.py failed', '[path] failed'],
    ['climbing', '/work/input/../../etc/passwd', '[path]'],
    ['control', 'a\u0000b\u001b[31mred\u001b[0m', 'abred'],
    ['bidi', 'a\u202eb', 'ab'],
    ['split by control', '/ho\u0000me/anna', '[path]'],
  ])('RC-4 scrubs a path or a control character: %s', (_, text, scrubbed) => {
    expect(scrubErrorSummary(text)).toBe(scrubbed)
  })

  test.each([
    ['alone', traceback],
    ['after text', `It broke: ${traceback}`],
    ['before text', `${traceback}Ask Anna.`],
    ['chained', `${traceback}\nDuring handling of the above exception, another exception occurred:\n\n${traceback}`],
    ['a frame only', '  File "/work/script.py", line 3, in run_tool\n    x = secret()\n'],
    [
      'a group',
      '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1, in f\n  |     secret()\n' +
        '  | ValueError: secret()\n',
    ],
  ])('RC-4 leaves no traceback: %s', (_, text) => {
    const scrubbed = scrubErrorSummary(text)
    expect(scrubbed).not.toMatch(/Traceback|File "|secret|line 3|token/)
    expect(scrubbed).toContain('[technical details left out]')
    expect(scrubErrorSummary(scrubbed)).toBe(scrubbed)
  })

  test('RC-4 text around a traceback stays', () => {
    const scrubbed = scrubErrorSummary(`It broke: ${traceback}Ask Anna.`)
    expect(scrubbed).toBe('It broke: [technical details left out]\nAsk Anna.')
  })

  test('RC-4 values marked secret are masked', () => {
    expect(
      normaliseResult(raw({ error_summary: 'key hunter2 refused', status: 'failed' }), {
        allowVegaLite: false,
        secretValues: ['hunter2', ''],
      }),
    ).toMatchObject({ error_summary: 'key [•••] refused' })
  })

  test('SC-5 also with a mark in it that nobody sees, as it was typed or as a script wrote it', () => {
    for (const [secret, said] of [
      ['hun\u200bter2', 'hun\u200bter2'],
      ['hunter2', 'hun\u200bter2'],
    ] as const)
      expect(scrubErrorSummary(`key ${said} refused`, [secret])).toBe('key [•••] refused')
  })

  test('RC-7 20,000 bytes, with a visible mark', () => {
    const text = normalise({ error_summary: '😀'.repeat(9000) }).error_summary ?? ''
    expect(text.endsWith('[truncated]')).toBe(true)
    expect(byteCount(text)).toBeLessThanOrEqual(RESULT_CAPS.errorSummaryBytes)
  })

  test('RC-4 a long text that begins like a path in quotes costs no more than its length', () => {
    for (const start of ['"file:', '"C:/', '"/a/', '"/a', '"\\\\a\\', '"file:///a/']) {
      for (const unit of ['/', 'b', '/b']) normalise({ error_summary: start + unit.repeat(60_000) })
    }
  })

  test('RC-4 long hostile summaries are read to their end', () => {
    for (const unit of [
      '/a',
      '"/a',
      'C:\\',
      '\\\\a',
      '/',
      ' /',
      '"',
      'Traceback (most recent call last):\n',
      '\u001b[',
      'file://',
      "'/ ",
    ]) {
      normalise({ error_summary: unit.repeat(Math.ceil(3_000_000 / unit.length)) })
    }
  })

  const pieces = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '/',
          '\\',
          'C:',
          'home',
          '/home/a',
          '"',
          "'",
          ' ',
          '\n',
          '  ',
          'Traceback (most recent call last):',
          'File "a", line 1',
          '/work/input/',
          'file://',
          '|',
          '+',
          '…',
          '[path]',
          '[truncated]',
          'a',
          'Error: ',
          '\u0000',
          '\u001b[1m',
          '\u202e',
          ':',
          '..',
          '//',
          '\r\n',
          '\u00a0',
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''))

  test('RC-4 property: scrubbing is done at once and for all', () => {
    fc.assert(
      fc.property(pieces, (text) => {
        const once = scrubErrorSummary(text)
        expect(scrubErrorSummary(once)).toBe(once)
        expect(once).not.toMatch(/(?:^|\s)\/home\//)
        expect(once).not.toContain('Traceback (most')
      }),
      { numRuns: numRuns * 10 },
    )
  })
})
