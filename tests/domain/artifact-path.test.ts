import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { artifactPathKey, artifactPathProblem, inputNameProblem } from '../../src-main/domain/artifact-path.ts'

const numRuns = Number(process.env['SCRIPTORIUM_PROPERTY_RUNS'] ?? 200)

describe('RC-5 artifact paths', () => {
  test.each([
    'report.html',
    'a/b/c.txt',
    'årsrapport 2026.xlsx',
    '.hidden',
    'données\u00a0brutes.csv',
    '日本語.txt',
    'a-b_c (1).pdf',
    '~tmp',
    'console.log',
    'nullable.csv',
    'com10.txt',
    'lptx',
    'auxiliary/con1',
    'a..b',
    '...a',
    "it's",
    'x'.repeat(255),
    '😀.png',
    'Screenshot 3.00\u202fPM.png',
    Array.from({ length: 16 }, () => 'd').join('/'),
  ])('RC-5 keeps %j', (path) => {
    expect(artifactPathProblem(path)).toBeNull()
  })

  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['//server/share', 'absolute'],
    ['..', 'segment'],
    ['a/../b', 'segment'],
    ['a/..', 'segment'],
    ['./a', 'segment'],
    ['a//b', 'segment'],
    ['a/', 'segment'],
    ['C:/x', 'character'],
    ['C:x', 'character'],
    ['a:b', 'character'],
    ['\\\\server\\share', 'character'],
    ['a\\..\\b', 'character'],
    ['a\nb', 'character'],
    ['a\u001b[31m', 'character'],
    ['a\u0000', 'character'],
    ['a\u007f', 'character'],
    ['a\u0085', 'character'],
    ['a\u202egpj.exe', 'character'],
    ['a\u200bb', 'character'],
    ['a\ufeff', 'character'],
    ['a\u2028', 'character'],
    ['a\ud800', 'character'],
    ['\udc00', 'character'],
    ['a\ufffd', 'character'],
    ['a\u3164', 'character'],
    ['a\u115f', 'character'],
    ['a\u034f', 'character'],
    ['a\ufe0f', 'character'],
    ['a\u{e0100}', 'character'],
    ['a\uffff', 'character'],
    ['a\u{1fffe}', 'character'],
    ['a*', 'character'],
    ['a?', 'character'],
    ['a<b', 'character'],
    ['a|b', 'character'],
    ['"a"', 'character'],
    ['e\u0301.txt', 'form C'],
    ['\u212a', 'form C'],
    ['CON', 'reserved'],
    ['con.txt', 'reserved'],
    ['a/NUL', 'reserved'],
    ['Com1.tar.gz', 'reserved'],
    ['lpt¹', 'reserved'],
    ['CON .txt', 'reserved'],
    ['nul  .a.b', 'reserved'],
    ['CONIN$', 'reserved'],
    ['conout$.log', 'reserved'],
    ['CLOCK$', 'reserved'],
    ['aux/x', 'reserved'],
    ['a.', 'space or dot'],
    ['a ', 'space or dot'],
    [' a', 'space or dot'],
    ['...', 'space or dot'],
    ['a /b', 'space or dot'],
    ['a\u00a0', 'space or dot'],
    ['\u3000', 'space or dot'],
    ['\u00a0a', 'space or dot'],
    ['x'.repeat(256), '255'],
    ['å'.repeat(128), '255'],
    ['x/'.repeat(300) + 'x', '512'],
    [Array.from({ length: 17 }, () => 'd').join('/'), '16 levels'],
  ])('RC-5 refuses %j', (path, problem) => {
    expect(artifactPathProblem(path)).toContain(problem)
  })

  test('RC-5 a path of many megabytes is refused', () => {
    expect(artifactPathProblem('a/'.repeat(8_000_000))).toContain('512')
  })

  test.each([
    ['A/b.TXT', 'a/B.txt'],
    ['STRASSE', 'straße'],
    ['STRASSE', 'STRAẞE'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['\u00b5', '\u039c'],
    ['é', 'e\u0301'],
    ['İ', 'i\u0307'],
    ['ſ', 's'],
    ['Å', '\u212b'],
    ['ﬁ', 'FI'],
  ])('RC-5 case twins %j and %j have one key', (left, right) => {
    expect(artifactPathKey(left)).toBe(artifactPathKey(right))
  })

  test('RC-5 different names have different keys', () => {
    expect(new Set(['a', 'b', 'a/b', 'ab', 'å', 'a1'].map(artifactPathKey)).size).toBe(6)
  })

  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom('/', '.', '..', ' ', '\\', ':', 'con', 'a', 'É', 'e\u0301', '\u202e', '\ud800', '\n', '$', '😀'),
      fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
    ),
    maxLength: 40,
  })

  test('RC-5 property: whatever is accepted stays below the folder and means the same on every platform', () => {
    fc.assert(
      fc.property(hostile, (path) => {
        if (artifactPathProblem(path) !== null) return
        expect(path.isWellFormed()).toBe(true)
        expect(path.normalize('NFC')).toBe(path)
        expect(path).not.toMatch(/[\\:\p{Cc}]/u)
        for (const name of path.split('/')) {
          expect(['', '.', '..']).not.toContain(name)
          expect(name.trim()).toBe(name)
        }
        const url = new URL(path.split('/').map(encodeURIComponent).join('/'), 'file:///root/folder/')
        expect(decodeURIComponent(url.pathname)).toBe(`/root/folder/${path}`)
      }),
      { numRuns: numRuns * 10 },
    )
  })

  test('RC-5 property: a key is its own key, and ignores letter case and form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (path) => {
        const key = artifactPathKey(path)
        expect(artifactPathKey(key)).toBe(key)
        expect(artifactPathKey(path.normalize('NFD'))).toBe(key)
        expect(artifactPathKey(path.toLowerCase())).toBe(key)
      }),
      { numRuns: numRuns * 5 },
    )
  })
})

describe('RN-3 names of uploads', () => {
  test('RN-3 a plain name is fine', () => {
    expect(inputNameProblem('marks 2026.csv')).toBeNull()
  })
  test.each(['', 'a/b', '/a', 'a\\b', '..', '.', 'x'.repeat(256), 'CON', 'a\u0000', 'a.'])(
    'RN-3 refuses %j',
    (name) => {
      expect(inputNameProblem(name)).not.toBeNull()
    },
  )
})
