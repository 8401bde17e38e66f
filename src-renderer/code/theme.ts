import { editor } from 'monaco-editor/editor'

/**
 * Monaco has one theme for the whole page; it follows the app's colour scheme and stands on the app's own
 * background.
 */

const PALETTE = {
  light: {
    base: 'vs',
    rules: [
      { token: 'comment', foreground: '50605a' },
      { token: 'keyword', foreground: '7a3e9d' },
      { token: 'string', foreground: '1b6e3c' },
      { token: 'string.key', foreground: '1f5a96' },
      { token: 'number', foreground: '9a4a00' },
    ],
    fallbackBackground: '#ffffff',
    lineNumber: '#66665f',
    diff: ['#2c824a2b', '#2c824a16', '#c9403426', '#c9403412'],
  },
  dark: {
    base: 'vs-dark',
    rules: [
      { token: 'comment', foreground: 'aab9b3' },
      { token: 'keyword', foreground: 'c9a0e8' },
      { token: 'string', foreground: '9ccf9f' },
      { token: 'string.key', foreground: '8fc1f0' },
      { token: 'number', foreground: 'e3b27a' },
    ],
    fallbackBackground: '#1e1e1e',
    lineNumber: '#a3a39c',
    diff: ['#419c603d', '#419c601c', '#d95b5038', '#d95b501a'],
  },
} as const

export function applyTheme(scheme: 'light' | 'dark'): void {
  const { base, rules, fallbackBackground, lineNumber, diff } = PALETTE[scheme]
  const background = pageBackground() ?? fallbackBackground
  const name = `scriptorium-${scheme}`
  editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [...rules],
    colors: {
      'editor.background': background,
      'editorGutter.background': background,
      'editorLineNumber.foreground': lineNumber,
      'diffEditor.insertedTextBackground': diff[0],
      'diffEditor.insertedLineBackground': diff[1],
      'diffEditor.removedTextBackground': diff[2],
      'diffEditor.removedLineBackground': diff[3],
    },
  })
  editor.setTheme(name)
}

/** Monaco takes colours as #rrggbb only. */
function pageBackground(): string | null {
  const numbers = getComputedStyle(document.body).backgroundColor.match(/^rgb\((\d+), (\d+), (\d+)\)$/)
  if (numbers === null) return null
  return `#${numbers
    .slice(1)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`
}
