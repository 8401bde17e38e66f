import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconCircleCheck, IconFilterOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { AdvisoryView } from '../../../src-preload/contract/evidence.ts'
import { useQuery } from '../../bridge/client.ts'
import { usePages } from '../../bridge/pages.ts'
import { AdvisoryItem } from '../../evidence/advisory-item.tsx'
import { KIND_NAMES, SYSTEM_REVIEWERS, type AdvisoryKind } from '../../evidence/advisory-text.ts'
import { ReviewDialog } from '../../evidence/review-dialog.tsx'
import styles from '../../evidence/evidence.module.css'
import { MemberFilter } from '../../ui/member-filter.tsx'
import { Page, Toolbar } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { TimeSpanFilter } from '../../ui/time-span-filter.tsx'
import { NO_ADVISORY_FILTERS, useAdvisoryFilters } from './state.ts'

const KINDS = Object.entries(KIND_NAMES).map(([value, label]) => ({ value, label }))

/** What waits for a person, across all runs, and what was decided before, by whom or by which policy. */
export function AdvisoriesScreen() {
  const { shows, kind, reviewer, policy, span } = useAdvisoryFilters()
  const set = useAdvisoryFilters.setState
  const isHistory = shows === 'history'
  const pages = usePages('advisories.list', {
    kind,
    reviewed: isHistory,
    ...(isHistory ? { reviewed_by: reviewer, policy, since: span.since, until: span.until } : {}),
  })
  const members = useQuery('members.list', {})
  const [reviewing, setReviewing] = useState<AdvisoryView | null>(null)
  const isFiltered = kind !== null || (isHistory && (reviewer !== null || policy !== null || span.preset !== 'any'))

  return (
    <Page
      title="Advisories"
      description="Override requests, suggestions and explanations beside runs, and who approved them."
    >
      <Toolbar label="Filter advisories">
        <SegmentedControl
          aria-label="Waiting or decided"
          value={shows}
          onChange={(value) => set({ shows: value as 'waiting' | 'history' })}
          data={[
            { value: 'waiting', label: 'Waiting' },
            { value: 'history', label: 'Decided' },
          ]}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          w={170}
          clearable
          value={kind}
          onChange={(value) => set({ kind: value as AdvisoryKind | null })}
          data={KINDS}
        />
        {isHistory && (
          <>
            <MemberFilter
              label="Reviewer"
              members={members.data?.items ?? []}
              placeholder="Any reviewer"
              value={reviewer}
              onChange={(value) => set({ reviewer: value })}
              others={SYSTEM_REVIEWERS}
            />
            <Select
              aria-label="Policy"
              placeholder="Any policy"
              w={200}
              clearable
              value={policy}
              onChange={(value) => set({ policy: value as 'A' | 'B' | null })}
              data={[
                { value: 'A', label: 'By policy A (every)' },
                { value: 'B', label: 'By policy B (low risk)' },
              ]}
            />
            <TimeSpanFilter value={span} onChange={(value) => set({ span: value })} />
          </>
        )}
        {isFiltered && (
          <Button variant="subtle" color="gray" onClick={() => set(NO_ADVISORY_FILTERS)}>
            Clear
          </Button>
        )}
      </Toolbar>
      {pages.items.length > 0 ? (
        <>
          <ul className={styles['advisories']} aria-label={isHistory ? 'Decided' : 'Waiting'} aria-busy={pages.loading}>
            {pages.items.map((advisory) => (
              <AdvisoryItem key={advisory.id} advisory={advisory} linksRun onReview={() => setReviewing(advisory)} />
            ))}
          </ul>
          {pages.hasMore && (
            <div className={styles['row']} style={{ justifyContent: 'center' }}>
              <Button variant="subtle" color="gray" loading={pages.loadingMore} onClick={pages.loadMore}>
                Show more
              </Button>
            </div>
          )}
        </>
      ) : pages.error !== undefined ? (
        <ErrorState failure={pages.error} onRetry={pages.reload} />
      ) : pages.loading ? (
        <LoadingState rows={4} rowHeight_px={96} label="Loading advisories" />
      ) : isFiltered ? (
        <EmptyState
          icon={IconFilterOff}
          title="Nothing matches"
          action={
            <Button variant="default" onClick={() => set(NO_ADVISORY_FILTERS)}>
              Clear the filters
            </Button>
          }
        >
          Widen the filters to see more.
        </EmptyState>
      ) : (
        <EmptyState icon={IconCircleCheck} title={isHistory ? 'Nothing was decided yet' : 'Nothing waits for you'}>
          {isHistory
            ? 'What people and policies approve or reject shows here.'
            : 'Override requests of blocked runs, suggestions and explanations that need a person show here.'}
        </EmptyState>
      )}
      <ReviewDialog advisory={reviewing} onClose={() => setReviewing(null)} />
    </Page>
  )
}
