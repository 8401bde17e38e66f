import { Anchor, Button } from '@mantine/core'
import { IconArrowsExchange, IconEqual } from '@tabler/icons-react'
import type { RunDetailView } from '../../../src-preload/contract/runs.ts'
import { useQuery } from '../../bridge/client.ts'
import { useAppCommands } from '../../commands.ts'
import { RiskBadge } from '../../evidence/risk-badge.tsx'
import { RunDiffView, SeverityBadge } from '../../evidence/run-diff-view.tsx'
import { navigate, toHref, type Route } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { RunStatusBadge, ToneBadge } from '../../ui/badges.tsx'
import { formatCount, formatDuration, formatExactTime } from '../../ui/formats.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import styles from './run-compare.module.css'

/** Two runs side by side, and what changed from the one to the other (EV-7). */
export function RunCompareScreen({ a, b }: { a: string; b: string }) {
  const isAdmin = useHasRole('admin')
  const before = useQuery('runs.get', { run: a })
  const after = useQuery('runs.get', { run: b })
  const diff = useQuery('runs.diff', { a, b })
  const swapped: Route = { screen: 'run-compare', a: b, b: a }
  useAppCommands([{ id: 'compare.swap', group: 'Compare', label: 'Swap the two runs', run: () => navigate(swapped) }])
  const failure = before.error ?? after.error ?? diff.error

  return (
    <Page
      title="Compare two runs"
      width="wide"
      back={
        isAdmin
          ? { href: toHref({ screen: 'run-history' }), label: 'All runs' }
          : { href: toHref({ screen: 'my-runs' }), label: 'My runs' }
      }
      badge={diff.data?.severity != null && <SeverityBadge severity={diff.data.severity} />}
      description={
        diff.data !== undefined && diff.data.changes.length > 0
          ? `${formatCount(diff.data.changes.length, 'difference')} between the first run and the second.`
          : undefined
      }
      actions={
        <Button component="a" variant="default" href={toHref(swapped)} leftSection={<IconArrowsExchange size={17} />}>
          Swap
        </Button>
      }
    >
      {failure !== undefined ? (
        <ErrorState
          failure={failure}
          onRetry={() => {
            before.reload()
            after.reload()
            diff.reload()
          }}
        />
      ) : before.data === undefined || after.data === undefined || diff.data === undefined ? (
        <LoadingState rows={4} label="Comparing" />
      ) : (
        <>
          <div className={styles['sides']}>
            <Side name="First run" run={before.data} />
            <Side name="Second run" run={after.data} />
          </div>
          {diff.data.changes.length === 0 ? (
            <EmptyState icon={IconEqual} title="Nothing that matters differs">
              Same content, inputs, limits, outcome and outputs.
            </EmptyState>
          ) : (
            <RunDiffView diff={diff.data} names={['First run', 'Second run']} />
          )}
        </>
      )}
    </Page>
  )
}

function Side({ name, run }: { name: string; run: RunDetailView }) {
  const version = run.version_number === null ? 'pending version' : `v${run.version_number}`
  return (
    <section className={styles['side']} aria-label={name}>
      <div className={styles['name']}>{name}</div>
      <div className={styles['head']}>
        <Anchor href={toHref({ screen: 'run', run: run.id })} fw={600}>
          {run.tool_title}
        </Anchor>
        <span>{version}</span>
        {run.context === 'sandbox' && <ToneBadge tone="neutral">Sandbox</ToneBadge>}
      </div>
      <div className={styles['head']}>
        <RunStatusBadge status={run.status} reason={run.reason} />
        {run.view === 'full' && run.decision !== null && <RiskBadge level={run.decision.risk_level} />}
        {run.duration_ms !== null && run.reason !== 'blocked' && (
          <span className="numeric">{formatDuration(run.duration_ms)}</span>
        )}
      </div>
      <div className={styles['foot']}>
        {run.requested_by_name}, {formatExactTime(new Date(run.started_at))}
      </div>
    </section>
  )
}
