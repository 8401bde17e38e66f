import { Anchor } from '@mantine/core'
import type { Output } from '../../../src-preload/contract/contract.ts'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useQuery } from '../../bridge/client.ts'
import { VersionDecision } from '../../evidence/version-decision.tsx'
import { toHref } from '../../routes.ts'
import { RunStatusBadge } from '../../ui/badges.tsx'
import { formatDuration } from '../../ui/formats.ts'
import { TimeText } from '../../ui/time-text.tsx'
import classes from './review.module.css'
import { Timeline } from './timeline.tsx'

const RECENT_RUNS = 8

/** Who, when, why, how it ran, and what was decided so far. */
export function About({
  version,
  onLocate,
}: {
  version: VersionWithContent
  /** Shows a place of the script in the difference. */
  onLocate(line: number, column: number): void
}) {
  const runs = useQuery('runs.list', { version: version.id, limit: RECENT_RUNS })
  const risk = useQuery('versions.decision', { version: version.id })

  return (
    <>
      <dl className={classes.facts}>
        <dt>Written by</dt>
        <dd>
          {version.created_by_name}, <TimeText at={version.created_at} />
        </dd>
        {version.submitted_for_review_at !== null && (
          <>
            <dt>Submitted by</dt>
            <dd>
              {version.submitted_for_review_by_name}, <TimeText at={version.submitted_for_review_at} />
            </dd>
          </>
        )}
        {version.reviewed_at !== null && (
          <>
            <dt>Reviewed by</dt>
            <dd>
              {version.reviewed_by_name}, <TimeText at={version.reviewed_at} />
            </dd>
          </>
        )}
        <dt>What changed</dt>
        <dd>{version.change_summary ?? <span className={classes.dimmed}>Not said</span>}</dd>
        <dt>Entrypoint</dt>
        <dd className="mono">{version.entrypoint}</dd>
        <dt>Content</dt>
        <dd className="mono" title={version.manifest_hash}>
          {version.manifest_hash.slice(0, 12)}…
        </dd>
      </dl>
      <section className={classes.section}>
        <h2>Risk</h2>
        <VersionDecision decision={risk} onLocate={onLocate} />
      </section>
      <section className={classes.section}>
        <h2>Note to the reviewer</h2>
        {version.review_note === null ? (
          <p className={classes.dimmed}>None was left.</p>
        ) : (
          <p className={classes.note}>{version.review_note}</p>
        )}
      </section>
      <section className={classes.section}>
        <h2>Runs of this version</h2>
        {runs.data !== undefined && <RecentRuns runs={runs.data.items} />}
        {runs.error !== undefined && <p className={classes.dimmed}>{runs.error.message}</p>}
      </section>
      <section className={classes.section}>
        <h2>Submissions and verdicts of this tool</h2>
        <Timeline tool={version.tool_slug} />
      </section>
    </>
  )
}

function RecentRuns({ runs }: { runs: Output<'runs.list'>['items'] }) {
  if (runs.length === 0)
    return <p className={classes.dimmed}>Nobody has run it yet. “Try it” runs it in the sandbox.</p>
  return (
    <ul className={classes.runs}>
      {runs.map((run) => (
        <li key={run.id}>
          <RunStatusBadge status={run.status} reason={run.reason} />
          <span>{run.requested_by_name}</span>
          <Anchor inherit href={toHref({ screen: 'run', run: run.id })}>
            {run.duration_ms !== null && `${formatDuration(run.duration_ms)}, `}
            <TimeText at={run.started_at} />
          </Anchor>
        </li>
      ))}
    </ul>
  )
}
