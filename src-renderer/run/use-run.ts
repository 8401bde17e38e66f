import { useEffect, useState } from 'react'
import { holdRun, type RunStore } from './run-store.ts'

/** The run's store while the component is mounted. */
export function useRunStore(runId: string | null): RunStore | null {
  const [store, setStore] = useState<RunStore | null>(null)
  useEffect(() => {
    if (runId === null) return setStore(null)
    const [taken, release] = holdRun(runId)
    setStore(taken)
    return release
  }, [runId])
  // Between two runs the store of the one before must not be shown under the new one's name.
  return store?.getState().runId === runId ? store : null
}
