import { Suspense } from 'react'
import { lazyPart } from '../lazy-part.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { useQuery } from '../bridge/client.ts'
import { RunAdvisories } from './run-advisories.tsx'
import { RunLabels } from './run-labels.tsx'

// It may show differences, which brings the code editor along.
const RunChecks = lazyPart(async () => ({ default: (await import('./run-checks.tsx')).RunChecks }))

/** What stands beside the record of an ended run: advice, labels and proof. */
export function RunEvidence({ run }: { run: RunDetailView }) {
  const notes = useQuery('runs.notes', { run: run.id })
  return (
    <>
      <RunAdvisories runId={run.id} notes={notes.data} />
      {notes.data !== undefined && <RunLabels notes={notes.data} />}
      <Suspense fallback={null}>
        <RunChecks run={run} />
      </Suspense>
    </>
  )
}
