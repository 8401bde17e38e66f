import { create } from 'zustand'
import type { AdvisoryKind } from '../../evidence/advisory-text.ts'
import { ANY_TIME, type TimeSpan } from '../../ui/time-span-filter.tsx'

interface AdvisoryFilters {
  shows: 'waiting' | 'history'
  kind: AdvisoryKind | null
  /** A member's id, or a `system:` name. */
  reviewer: string | null
  /** The policy that approved it by itself. */
  policy: 'A' | 'B' | null
  span: TimeSpan
}

export const NO_ADVISORY_FILTERS = {
  kind: null,
  reviewer: null,
  policy: null,
  span: ANY_TIME,
} satisfies Partial<AdvisoryFilters>

/** Remembered while the window is open, so that coming back from a run finds the same list. */
export const useAdvisoryFilters = create<AdvisoryFilters>(() => ({ shows: 'waiting', ...NO_ADVISORY_FILTERS }))
