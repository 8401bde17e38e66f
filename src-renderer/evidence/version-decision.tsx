import { Button, Skeleton } from '@mantine/core'
import type { Decision } from '../../src-main/domain/decision/decision.ts'
import type { Query } from '../bridge/client.ts'
import { FailureBanner } from '../run/banner.tsx'
import { DecisionPanel } from './decision-panel.tsx'

interface VersionDecisionProps {
  /** The answer to `versions.decision`. */
  decision: Query<Decision>
  onLocate?: (line: number, column: number) => void
}

/** The judgement on a saved version, in whichever state of being read it is. */
export function VersionDecision({ decision, onLocate }: VersionDecisionProps) {
  if (decision.data !== undefined) return <DecisionPanel decision={decision.data} of="version" onLocate={onLocate} />
  if (decision.error === undefined)
    return <Skeleton height={56} radius="sm" aria-busy="true" aria-label="Judging the script" />
  const retry = (
    <Button size="compact-sm" variant="default" onClick={decision.reload}>
      Try again
    </Button>
  )
  return <FailureBanner failure={decision.error} action={retry} />
}
