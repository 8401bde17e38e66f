/**
 * Monaco, set up once. Only `*-view.tsx` import this file, and those are loaded lazily: the editor is about a megabyte
 * and most screens have none. Features are named one by one, so that none comes along that can't work here (there is
 * no language server, no rename, no inline completion).
 */
import 'monaco-editor/features/codeEditor/register'
import 'monaco-editor/features/codicon/register'
import 'monaco-editor/features/diffEditor/register'
import 'monaco-editor/features/anchorSelect/register'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/caretOperations/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/contextmenu/register'
import 'monaco-editor/features/cursorUndo/register'
import 'monaco-editor/features/dnd/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/folding/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/gotoLine/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/lineSelection/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/multicursor/register'
import 'monaco-editor/features/quickCommand/register'
import 'monaco-editor/features/readOnlyMessage/register'
import 'monaco-editor/features/smartSelect/register'
import 'monaco-editor/features/snippet/register'
import 'monaco-editor/features/suggest/register'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/tokenization/register'
import 'monaco-editor/features/unicodeHighlighter/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
// With what they register: fetched later by themselves, they couldn't say that the app is gone.
import 'monaco-editor/languages/definitions/markdown/markdown'
import 'monaco-editor/languages/definitions/markdown/register'
import 'monaco-editor/languages/definitions/python/python'
import 'monaco-editor/languages/definitions/python/register'
import { editor, KeyCode, KeyMod, type Environment } from 'monaco-editor/editor'
import editorWorkerUrl from 'monaco-editor/editor/editor.worker?worker&url'
import { whenFetched } from '../lazy-part.ts'
import { JSON_LANGUAGE, registerJsonLanguage } from './json-language.ts'
import { startWorker } from './worker-url.ts'

export type Language = 'python' | 'json' | 'markdown' | 'plaintext'

const environment: Environment = {
  // A worker that can't be fetched would be an error that nobody handles.
  getWorker: async () => {
    await whenFetched(editorWorkerUrl)
    return startWorker(editorWorkerUrl, 'editor')
  },
}
Object.assign(globalThis, { MonacoEnvironment: environment })
registerJsonLanguage()
// The app's own keys mean the same in the text as everywhere else: run, and the palette. Monaco's list of commands is
// F1.
editor.addKeybindingRules([
  { keybinding: KeyMod.CtrlCmd | KeyCode.Enter, command: null },
  { keybinding: KeyMod.CtrlCmd | KeyCode.KeyK, command: null },
])

export function languageId(language: Language): string {
  return language === 'json' ? JSON_LANGUAGE : language
}

export const COMMON_OPTIONS = {
  automaticLayout: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  fontFamily: 'var(--mantine-font-family-monospace)',
  fontSize: 13,
  lineHeight: 20,
  fixedOverflowWidgets: true,
  renderLineHighlight: 'line',
  overviewRulerBorder: false,
  renderFinalNewline: 'on',
  hideCursorInOverviewRuler: true,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  stickyScroll: { enabled: false },
  padding: { top: 8, bottom: 8 },
} as const

export { editor, KeyCode, KeyMod, MarkerSeverity } from 'monaco-editor/editor'
