import { useMemo, useState } from 'react'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useQuery } from '../../bridge/client.ts'
import type { LineNotes } from '../../code/line-notes.ts'
import { useHasRole } from '../../session.tsx'
import { useTyped } from '../../typed.ts'
import type { CommentDraft } from './comments.tsx'

const NO_DRAFT: CommentDraft = { line: null, text: '' }

/** The comments of a version, between their list and the lines of the script beside it. */
export function useComments(version: VersionWithContent, onTab: (tab: 'comments' | 'diff') => void) {
  const comments = useQuery('versions.comments', { version: version.id })
  const [draft, setDraft, forget] = useTyped<CommentDraft>(`comment ${version.id}`, NO_DRAFT)
  const [reveal, setReveal] = useState<LineNotes['reveal']>(null)
  const show = (line: number, column: number) => {
    setReveal((before) => ({ line, column, request: (before?.request ?? 0) + 1 }))
    onTab('diff')
  }
  const mayComment = useHasRole('contributor')
  const isOpen = version.state === 'in_review' && mayComment
  const items = comments.data?.items
  // `text` is read when a line is picked, and no reason to draw the marks again.
  const text = draft.text
  const notes = useMemo<LineNotes>(() => {
    const lines = (items ?? []).flatMap((comment) => (comment.line === null ? [] : [comment.line]))
    const pick = (line: number) => {
      setDraft({ line, text })
      onTab('comments')
    }
    return { lines: [...new Set(lines)], onPick: isOpen ? pick : null, reveal }
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [items, isOpen, reveal, text])

  return {
    notes,
    /** Shows a place of the script beside it. */
    show,
    count: items?.length ?? 0,
    props: {
      version,
      comments,
      mayComment,
      draft,
      onDraft: setDraft,
      onSent: () => {
        forget()
        setDraft(NO_DRAFT)
      },
      onShowLine: (line: number) => show(line, 1),
    },
  }
}
