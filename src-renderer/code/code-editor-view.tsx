import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useImperativeHandle, useRef, useState } from 'react'
import type { CodeEditorProps } from './code-editor.tsx'
import classes from './code.module.css'
import type { Marker } from './marker.ts'
import { COMMON_OPTIONS, editor, languageId, MarkerSeverity } from './monaco.ts'
import { applyTheme } from './theme.ts'
import { useLineNotes } from './use-line-notes.ts'

const MARKER_OWNER = 'scriptorium'
/** Monaco's own keys for it; what they did is spoken by Monaco. */
const TAB_KEYS = navigator.platform.startsWith('Mac') ? 'Ctrl+Shift+M' : 'Ctrl+M'
const SEVERITIES = { error: MarkerSeverity.Error, warning: MarkerSeverity.Warning, hint: MarkerSeverity.Hint }

export default function CodeEditorView(props: CodeEditorProps) {
  const { value, onChange, onBlur, language, label, readOnly = false, markers, notes, ref } = props
  const scheme = useComputedColorScheme('light')
  const surface = useRef<HTMLDivElement>(null)
  const callbacks = useRef({ onChange, onBlur })
  const [code, setCode] = useState<editor.IStandaloneCodeEditor | null>(null)

  useEffect(() => {
    callbacks.current = { onChange, onBlur }
  })

  useEffect(() => {
    if (surface.current === null) return
    applyTheme(scheme)
    const model = editor.createModel('', languageId(language))
    // On the model: given to the editor, it would become the default of every other editor on the page.
    model.updateOptions({ tabSize: language === 'python' ? 4 : 2, insertSpaces: true })
    const created = editor.create(surface.current, {
      ...COMMON_OPTIONS,
      model,
      wordWrap: language === 'markdown' ? 'on' : 'off',
      folding: language !== 'markdown',
      lineNumbersMinChars: 3,
      ariaLabel: label,
      readOnly,
      // In prose, dashes and typographic quotes are no disguise.
      unicodeHighlight: { nonBasicASCII: false, ambiguousCharacters: language !== 'markdown' },
    })
    const listening = created.onDidBlurEditorText(() => callbacks.current.onBlur?.())
    setCode(created)
    return () => {
      listening.dispose()
      created.dispose()
      model.dispose()
      setCode(null)
    }
    // The editor is made once for a language; everything else is passed on by the effects below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [language])

  useEffect(() => applyTheme(scheme), [scheme])
  useLineNotes(code, notes)
  useEffect(() => code?.updateOptions({ readOnly, ariaLabel: label }), [code, readOnly, label])

  useEffect(() => {
    const model = code?.getModel()
    if (code === null || model == null) return
    if (model.getValue() !== value) replaceText(model, value)
    const listening = model.onDidChangeContent(() => {
      const text = model.getValue()
      if (text !== value) callbacks.current.onChange?.(text)
    })
    return () => listening.dispose()
  }, [code, value])

  useEffect(() => {
    const model = code?.getModel()
    if (model == null) return
    editor.setModelMarkers(model, MARKER_OWNER, (markers ?? []).map(toMarkerData))
  }, [code, markers])

  useImperativeHandle(
    ref,
    () => ({
      reveal(line, column) {
        code?.setPosition({ lineNumber: line, column })
        code?.revealLineInCenterIfOutsideViewport(line)
        code?.focus()
      },
      focus: () => code?.focus(),
    }),
    [code],
  )

  return (
    <div className={classes.host}>
      <div ref={surface} className={classes.surface} />
      <div className={classes.hint} aria-hidden="true">
        Tab indents; {TAB_KEYS} lets it move on, and back again
      </div>
    </div>
  )
}

/** As an edit, so that Undo brings back what stood there before. A model that was never filled has nothing to undo. */
function replaceText(model: editor.ITextModel, text: string): void {
  if (model.getValueLength() === 0 && !model.canUndo()) {
    model.setValue(text)
    return
  }
  model.pushStackElement()
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null)
  model.pushStackElement()
}

function toMarkerData(marker: Marker): editor.IMarkerData {
  return {
    severity: SEVERITIES[marker.severity],
    message: marker.message,
    startLineNumber: marker.line,
    startColumn: marker.column,
    endLineNumber: marker.endLine,
    endColumn: marker.endColumn,
    ...(marker.code === null ? {} : { code: marker.code }),
  }
}
