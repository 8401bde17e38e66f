import { Text } from '@mantine/core'
import type { Output } from '../../src-preload/contract/contract.ts'
import { toHref } from '../routes.ts'
import { RunStatusBadge } from './badges.tsx'
import { RowLink, type Column } from './data-list.tsx'
import { DurationBar } from './duration-bar.tsx'
import { formatCount, formatDuration } from './formats.ts'
import { TimeText } from './time-text.tsx'

export type ListedRun = Output<'runs.list'>['items'][number]

/** How runs read in a list, whoever's they are. */
export const RUN_TOOL: Column<ListedRun> = {
  id: 'tool',
  label: 'Tool',
  track: 'minmax(9rem, 3fr)',
  cell: (run) => (
    <div style={{ minWidth: 0 }}>
      <Text truncate title={run.tool_title}>
        <RowLink href={toHref({ screen: 'run', run: run.id })}>{run.tool_title}</RowLink>
      </Text>
      {run.error_summary !== null && (
        <Text size="xs" c="dimmed" truncate title={run.error_summary}>
          {run.error_summary}
        </Text>
      )}
    </div>
  ),
}

export const RUN_STATUS: Column<ListedRun> = {
  id: 'status',
  label: 'Status',
  track: '9rem',
  cell: (run) => <RunStatusBadge status={run.status} reason={run.reason} />,
}

export const RUN_VERSION: Column<ListedRun> = {
  id: 'version',
  label: 'Version',
  track: '6.5rem',
  cell: (run) => (
    <Text component="span" size="sm">
      {run.version_number === null ? 'pending' : `v${run.version_number}`}
      {run.context === 'sandbox' && (
        <Text component="span" inherit c="dimmed">
          {' '}
          sandbox
        </Text>
      )}
    </Text>
  ),
}

export const RUN_FILES: Column<ListedRun> = {
  id: 'files',
  label: 'Files',
  track: '4.5rem',
  narrow: 'hide',
  cell: (run) => (
    <Text component="span" size="sm" c="dimmed">
      {run.artifacts.length === 0 ? '' : formatCount(run.artifacts.length, 'file')}
    </Text>
  ),
}

export const RUN_DURATION: Column<ListedRun> = {
  id: 'duration',
  label: 'Took',
  track: '5.5rem',
  align: 'end',
  cell: (run) => (
    <Text component="span" size="sm" c="dimmed" className="numeric">
      {run.duration_ms === null || run.reason === 'blocked' ? '' : formatDuration(run.duration_ms)}
    </Text>
  ),
}

/** How long runs took beside each other; `longest_ms` fills the bar. */
export function runDurationBars(longest_ms: number): Column<ListedRun> {
  return {
    id: 'duration',
    label: 'Took',
    track: 'minmax(7.5rem, 1.2fr)',
    narrow: 'hide',
    cell: (run) =>
      run.duration_ms !== null && run.reason !== 'blocked' && <DurationBar run={run} longest_ms={longest_ms} />,
  }
}

export const RUN_STARTED: Column<ListedRun> = {
  id: 'started',
  label: 'Started',
  track: '7rem',
  align: 'end',
  cell: (run) => (
    <Text component="span" size="sm" c="dimmed">
      <TimeText at={run.started_at} />
    </Text>
  ),
}

export const RUN_BY: Column<ListedRun> = {
  id: 'by',
  label: 'By',
  track: 'minmax(6rem, 1fr)',
  cell: (run) => (
    <Text component="span" size="sm" truncate>
      {run.requested_by_name}
    </Text>
  ),
}
