import { create } from 'zustand'
import type { Member } from '../../../src-main/domain/member.ts'

/** What the library shows, remembered while the window is open, for each who acted in it. */
export interface LibraryFilters {
  text: string
  mine: boolean
  shelf: 'all' | 'published' | 'unpublished'
}

const useFiltersByMember = create<Record<string, LibraryFilters>>(() => ({}))

export function useLibraryFilters(member: Member): [LibraryFilters, (change: Partial<LibraryFilters>) => void] {
  const kept = useFiltersByMember((byMember) => byMember[member.id])
  // Contributors start with the tools that they look after; those who look after all of them start with all.
  const filters = kept ?? { text: '', mine: member.role === 'contributor', shelf: 'all' }
  return [filters, (change) => useFiltersByMember.setState({ [member.id]: { ...filters, ...change } })]
}
