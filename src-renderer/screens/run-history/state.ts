import { create } from 'zustand'
import type { RiskLevel } from '../../../src-main/domain/decision/decision.ts'
import type { RunContext, RunStatus } from '../../../src-main/domain/run.ts'
import { ANY_TIME, type TimeSpan } from '../../ui/time-span-filter.tsx'

interface RunFilters {
  /** Slug. */
  tool: string | null
  /** Id of a version of that tool. */
  version: string | null
  member_id: string | null
  status: RunStatus | null
  context: RunContext | null
  risk: RiskLevel | null
  /** Words of errors and file names, or of what a tool and a member are called. */
  text: string
  span: TimeSpan
}

const NO_RUN_FILTERS: RunFilters = {
  tool: null,
  version: null,
  member_id: null,
  status: null,
  context: null,
  risk: null,
  text: '',
  span: ANY_TIME,
}

/** Remembered while the window is open, so that coming back from a run finds the same list. */
export const useRunFilters = create<RunFilters & { clearings: number }>(() => ({ ...NO_RUN_FILTERS, clearings: 0 }))

/** `clearings` tells a search box, which has a text of its own, to start anew. */
export function clearRunFilters(): void {
  useRunFilters.setState(({ clearings }) => ({ ...NO_RUN_FILTERS, clearings: clearings + 1 }))
}

export function isFiltered(filters: RunFilters): boolean {
  return (Object.keys(NO_RUN_FILTERS) as (keyof RunFilters)[]).some((name) => filters[name] !== NO_RUN_FILTERS[name])
}
