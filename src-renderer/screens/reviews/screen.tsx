import { Anchor, Text } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { usePages } from '../../bridge/pages.ts'
import { toHref } from '../../routes.ts'
import { StateBadge } from '../../ui/badges.tsx'
import { DataList, RowLink, type Column } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/formats.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { AgeText } from '../../ui/time-text.tsx'

type Waiting = Output<'reviews.list'>['items'][number]

const COLUMNS: readonly Column<Waiting>[] = [
  {
    id: 'tool',
    label: 'Tool',
    track: 'minmax(9rem, 2fr)',
    cell: (version) => <RowLink href={toHref({ screen: 'review', version: version.id })}>{version.tool_title}</RowLink>,
  },
  {
    id: 'state',
    label: 'Version',
    track: '8rem',
    cell: (version) => <StateBadge state={version.state} number={version.version_number} />,
  },
  {
    id: 'note',
    label: 'Note',
    track: 'minmax(9rem, 3fr)',
    narrow: 'line',
    cell: (version) => (
      <Text size="sm" c="dimmed" truncate>
        {version.review_note ?? version.change_summary ?? 'No note'}
      </Text>
    ),
  },
  {
    id: 'by',
    label: 'Submitted by',
    track: 'minmax(6rem, 1fr)',
    cell: (version) => version.submitted_for_review_by_name ?? version.created_by_name,
  },
  {
    id: 'at',
    label: 'Waiting for',
    track: '7rem',
    cell: (version) => <AgeText since={version.submitted_for_review_at ?? version.created_at} />,
  },
]

/** Versions that wait for somebody to look at them, the longest waiting first. */
export function ReviewsScreen() {
  const reviews = usePages('reviews.list', {})
  const count = reviews.items.length
  return (
    <Page
      title="Reviews"
      description={
        count === 0
          ? undefined
          : `${formatCount(count, 'version')}${reviews.hasMore ? ' and more' : ''} waiting, oldest first.`
      }
    >
      {reviews.error !== undefined && count === 0 ? (
        <ErrorState failure={reviews.error} onRetry={reviews.reload} />
      ) : reviews.loading && count === 0 ? (
        <LoadingState />
      ) : count === 0 ? (
        <EmptyState icon={IconChecks} title="Nothing waits for review">
          When somebody submits a version, it shows up here. Drafts are under{' '}
          <Anchor href={toHref({ screen: 'library' })} inherit>
            Tools
          </Anchor>
          .
        </EmptyState>
      ) : (
        <DataList
          label="Versions in review"
          columns={COLUMNS}
          items={reviews.items}
          keyOf={(version) => version.id}
          more={reviews.hasMore ? { load: reviews.loadMore, loading: reviews.loadingMore } : undefined}
        />
      )}
    </Page>
  )
}
