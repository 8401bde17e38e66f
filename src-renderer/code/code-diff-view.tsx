import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { CodeDiffProps } from './code-diff.tsx'
import classes from './code.module.css'
import { COMMON_OPTIONS, editor, languageId } from './monaco.ts'
import { applyTheme } from './theme.ts'
import { useLineNotes } from './use-line-notes.ts'

/** Two columns narrower than this together are harder to read than one. */
const INLINE_BELOW_PX = 900

export default function CodeDiffView(props: CodeDiffProps) {
  const { original, modified, language, label, foldUnchanged = true, notes } = props
  const scheme = useComputedColorScheme('light')
  const surface = useRef<HTMLDivElement>(null)
  const [newer, setNewer] = useState<editor.ICodeEditor | null>(null)

  useEffect(() => applyTheme(scheme), [scheme])
  useLineNotes(newer, notes)

  useEffect(() => {
    if (surface.current === null) return
    const before = editor.createModel(original, languageId(language))
    const after = editor.createModel(modified, languageId(language))
    const diff = editor.createDiffEditor(surface.current, {
      ...COMMON_OPTIONS,
      readOnly: true,
      domReadOnly: true,
      originalEditable: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      renderSideBySideInlineBreakpoint: INLINE_BELOW_PX,
      diffWordWrap: 'on',
      renderMarginRevertIcon: false,
      renderGutterMenu: false,
      renderOverviewRuler: false,
      lineNumbersMinChars: 3,
      hideUnchangedRegions: { enabled: foldUnchanged, contextLineCount: 3, minimumLineCount: 4 },
    })
    // Our own, since the editor never ends one that it made itself: it would go on comparing texts that are gone.
    const comparison = diff.createViewModel({ original: before, modified: after })
    diff.setModel(comparison)
    // Given as options they are lost again when the two sides change places, so they are set when a difference is
    // shown.
    const nameSides = () => {
      diff.getOriginalEditor().updateOptions({ ariaLabel: `${label}: before` })
      diff.getModifiedEditor().updateOptions({ ariaLabel: `${label}: after` })
    }
    nameSides()
    const naming = diff.onDidUpdateDiff(nameSides)
    setNewer(diff.getModifiedEditor())
    return () => {
      setNewer(null)
      naming.dispose()
      diff.dispose()
      comparison.dispose()
      before.dispose()
      after.dispose()
    }
  }, [original, modified, language, label, foldUnchanged])

  return (
    <div className={classes.host}>
      <div ref={surface} className={classes.surface} />
    </div>
  )
}
