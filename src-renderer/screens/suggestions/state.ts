import { create } from 'zustand'
import type { Member } from '../../../src-main/domain/member.ts'
import type { SuggestionView } from '../../../src-preload/contract/suggestions.ts'

export type SuggestionFilter = SuggestionView['status'] | 'all'

const useFilterByMember = create<Record<string, SuggestionFilter>>(() => ({}))

/** Which suggestions are listed, remembered while the window is open. Who decides starts with what waits. */
export function useSuggestionFilter(member: Member): [SuggestionFilter, (filter: SuggestionFilter) => void] {
  const kept = useFilterByMember((byMember) => byMember[member.id])
  const filter = kept ?? (member.role === 'contributor' ? 'all' : 'pending')
  return [filter, (next) => useFilterByMember.setState({ [member.id]: next })]
}
