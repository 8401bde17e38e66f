import { useState } from 'react'
import type { CaseView } from '../../../src-preload/contract/cases.ts'
import { useQuery, type Query } from '../../bridge/client.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'

export interface Cases {
  query: Query<Output<'cases.list'>>
  /** What the form was filled in from; null when nothing was chosen, or when it is no more. */
  chosen: CaseView | null
  /** What one key runs: what is chosen, else what was used last. */
  next: CaseView | null
  choose(id: string | null): void
  /** Whether the name is being asked for under which the form's inputs are kept. */
  isSaving: boolean
  setSaving(isSaving: boolean): void
}

/** The member's own saved inputs of a tool, and which of them the run panel works with. */
export function useCases(tool: string): Cases {
  const query = useQuery('cases.list', { tool })
  const [chosenId, choose] = useState<string | null>(null)
  const [isSaving, setSaving] = useState(false)
  const items = query.data?.items ?? []
  const chosen = items.find((item) => item.id === chosenId) ?? null
  return { query, chosen, next: chosen ?? items[0] ?? null, choose, isSaving, setSaving }
}
