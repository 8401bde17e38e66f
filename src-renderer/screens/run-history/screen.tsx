import { Button, Group } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { usePages } from '../../bridge/pages.ts'
import { RiskBadge } from '../../evidence/risk-badge.tsx'
import { useCompareRuns } from '../../ui/compare-runs.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { Page } from '../../ui/page.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import {
  RUN_BY,
  RUN_STARTED,
  RUN_STATUS,
  RUN_TOOL,
  RUN_VERSION,
  runDurationBars,
  type ListedRun,
} from '../../ui/run-columns.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { RunFilters } from './filters.tsx'
import { clearRunFilters, isFiltered, useRunFilters } from './state.ts'

const STATUS_AND_RISK: Column<ListedRun> = {
  ...RUN_STATUS,
  label: 'Status and risk',
  // Low risk is the usual and says nothing; what asks for attention stands out.
  cell: (run) => (
    <Group gap={4}>
      {RUN_STATUS.cell(run)}
      {run.risk_level !== null && run.risk_level !== 'GREEN' && <RiskBadge level={run.risk_level} />}
    </Group>
  ),
}

/** All runs that the member may see, whoever started them. */
export function RunHistoryScreen() {
  const filters = useRunFilters()
  const { tool, version, member_id, status, context, risk, text, span } = filters
  const { since, until } = span
  const runs = usePages('runs.list', { tool, version, member_id, status, context, risk, text, since, until })
  const comparing = useCompareRuns(runs.items)
  const isNarrowed = isFiltered(filters)
  const longest_ms = Math.max(0, ...runs.items.map(({ duration_ms }) => duration_ms ?? 0))
  const columns = [
    RUN_TOOL,
    STATUS_AND_RISK,
    RUN_BY,
    RUN_VERSION,
    runDurationBars(longest_ms),
    RUN_STARTED,
    comparing.column,
  ]
  return (
    <Page
      title="All runs"
      description="Every run that you may see, newest first."
      width="wide"
      actions={comparing.button}
    >
      <RunFilters />
      <PagedList
        label="All runs"
        pages={runs}
        columns={columns}
        keyOf={(run) => run.id}
        empty={
          <EmptyState
            icon={IconHistory}
            title={isNarrowed ? 'No run matches' : 'Nothing has run yet'}
            action={
              isNarrowed && (
                <Button variant="default" onClick={clearRunFilters}>
                  Clear the filters
                </Button>
              )
            }
          >
            {isNarrowed
              ? 'Widen the filters to see more.'
              : 'Sandbox runs from the editor and runs of published tools show here.'}
          </EmptyState>
        }
      />
    </Page>
  )
}
