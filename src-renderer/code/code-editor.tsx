import { Suspense, type Ref } from 'react'
import { lazyPart } from '../lazy-part.ts'
import { CodePlaceholder } from './code-placeholder.tsx'
import type { Marker } from './marker.ts'
import type { LineNotes } from './line-notes.ts'
import type { Language } from './monaco.ts'

export interface CodeEditorHandle {
  /** Goes to a place, puts the cursor there and takes the focus. */
  reveal(line: number, column: number): void
  focus(): void
}

export interface CodeEditorProps {
  value: string
  onChange?: ((value: string) => void) | undefined
  onBlur?: (() => void) | undefined
  language: Language
  /** What a screen reader calls the text. */
  label: string
  readOnly?: boolean
  markers?: readonly Marker[]
  notes?: LineNotes | undefined
  ref?: Ref<CodeEditorHandle>
}

const CodeEditorView = lazyPart(() => import('./code-editor-view.tsx'))

/** A text with lines, colours and problems marked in it. Fills its parent. Tab indents; Ctrl+M gives Tab back. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<CodePlaceholder text={props.value} />}>
      <CodeEditorView {...props} />
    </Suspense>
  )
}
