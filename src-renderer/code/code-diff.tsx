import { Suspense } from 'react'
import { lazyPart } from '../lazy-part.ts'
import { CodePlaceholder } from './code-placeholder.tsx'
import type { LineNotes } from './line-notes.ts'
import type { Language } from './monaco.ts'

export interface CodeDiffProps {
  original: string
  modified: string
  language: Language
  /** What a screen reader calls the two sides. */
  label: string
  /** Long parts without a change are folded away. */
  foldUnchanged?: boolean
  /** On the lines of the newer side. */
  notes?: LineNotes | undefined
}

const CodeDiffView = lazyPart(() => import('./code-diff-view.tsx'))

/** Two texts side by side, or one over the other where it is narrow. Read-only; F7 goes from change to change. */
export function CodeDiff(props: CodeDiffProps) {
  return (
    <Suspense fallback={<CodePlaceholder text={props.modified} />}>
      <CodeDiffView {...props} />
    </Suspense>
  )
}
