import { Button, Select } from '@mantine/core'
import { IconFilterOff, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunStatus } from '../../../src-main/domain/run.ts'
import { usePages } from '../../bridge/pages.ts'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { useCompareRuns } from '../../ui/compare-runs.tsx'
import { Page, Toolbar } from '../../ui/page.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import { RUN_DURATION, RUN_FILES, RUN_STARTED, RUN_STATUS, RUN_TOOL, RUN_VERSION } from '../../ui/run-columns.tsx'
import { EmptyState } from '../../ui/states.tsx'

const COLUMNS = [RUN_TOOL, RUN_STATUS, RUN_VERSION, RUN_FILES, RUN_DURATION, RUN_STARTED]

/** What the member ran, newest first. */
export function MyRunsScreen() {
  const [status, setStatus] = useState<RunStatus | null>(null)
  const runs = usePages('runs.list', { mine: true, status })
  // Comparing is for those who make tools; who only uses them has nothing to find out there.
  const isContributor = useHasRole('contributor')
  const comparing = useCompareRuns(runs.items)
  return (
    <Page
      title="My runs"
      description="Everything you ran, with what came out of it."
      actions={isContributor && comparing.button}
    >
      <Toolbar label="Filter my runs">
        <Select
          aria-label="Status"
          placeholder="Any status"
          w={150}
          clearable
          value={status}
          onChange={(value) => setStatus(value as RunStatus | null)}
          data={[
            { value: 'running', label: 'Running' },
            { value: 'succeeded', label: 'Succeeded' },
            { value: 'failed', label: 'Failed' },
            { value: 'timed_out', label: 'Timed out' },
          ]}
        />
      </Toolbar>
      <PagedList
        label="My runs"
        pages={runs}
        columns={isContributor ? [...COLUMNS, comparing.column] : COLUMNS}
        keyOf={(run) => run.id}
        empty={
          status === null ? (
            <EmptyState
              icon={IconPlayerPlay}
              title="You haven’t run anything yet"
              action={
                <Button component="a" href={toHref({ screen: 'catalogue' })}>
                  Go to the catalogue
                </Button>
              }
            >
              Choose a tool in the catalogue; its runs show here with their results and files.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconFilterOff}
              title="No run like that"
              action={
                <Button variant="default" onClick={() => setStatus(null)}>
                  Show all my runs
                </Button>
              }
            >
              None of your runs has this status now.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}
