import { create } from 'zustand'
import { ANY_TIME, type TimeSpan } from '../../ui/time-span-filter.tsx'

interface AuditFilters {
  /** Slug. */
  tool: string | null
  member_id: string | null
  type: string | null
  span: TimeSpan
  text: string
}

export const NO_AUDIT_FILTERS: AuditFilters = { tool: null, member_id: null, type: null, span: ANY_TIME, text: '' }

/** Remembered while the window is open. */
export const useAuditFilters = create<AuditFilters>(() => NO_AUDIT_FILTERS)
