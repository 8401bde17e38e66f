import { useEffect } from 'react'
import { revealPlace, showLineNotes, type LineNotes } from './line-notes.ts'
import type { editor } from './monaco.ts'

export function useLineNotes(code: editor.ICodeEditor | null, notes: LineNotes | undefined): void {
  useEffect(() => (code === null || notes === undefined ? undefined : showLineNotes(code, notes)), [code, notes])
  const reveal = notes?.reveal ?? null
  useEffect(() => {
    if (code !== null && reveal !== null) revealPlace(code, reveal.line, reveal.column)
  }, [code, reveal])
}
