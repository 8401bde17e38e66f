import { Button } from '@mantine/core'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { useSession } from '../session.tsx'
import { Banner, type BannerTone } from './banner.tsx'
import { outcomeText } from './outcome-text.ts'
import classes from './run.module.css'

/** How a run ended in plain words, what to do next, and the place in the script that it points at. */
export function OutcomeBanner({
  run,
  onLocate,
}: {
  run: RunDetailView
  onLocate?: (line: number, column: number) => void
}) {
  const { member } = useSession()
  if (run.status === 'running' || run.status === 'succeeded') return null
  const { title, advice } = outcomeText(run.status, run.reason, run.view === 'full' ? run.limits.timeout_ms : null, {
    hasLog: run.view === 'full',
    isRequester: run.requested_by === member.id,
  })
  const location = run.view === 'full' ? run.location : null
  const summary = run.error_summary === null || isSaidElsewhere(run) ? null : run.error_summary
  // The app's own summary may say the same and more: `The script stopped with an error: ZeroDivisionError`.
  const saysMore = summary !== null && summary.startsWith(title) && !summary.includes('\n')
  return (
    <Banner tone={toneOf(run)} title={saysMore ? summary : title}>
      {summary !== null && !saysMore && <div className={classes.summary}>{summary}</div>}
      {advice !== '' && <div className={classes.advice}>{advice}</div>}
      {location !== null && onLocate !== undefined && (
        <Button size="compact-xs" variant="default" mt={6} onClick={() => onLocate(location.line, location.column)}>
          Go to line {location.line}
        </Button>
      )}
    </Banner>
  )
}

/** In the banner's own words, or in the decision that stands below it. */
function isSaidElsewhere(run: RunDetailView): boolean {
  switch (run.reason) {
    case 'blocked':
      return run.view === 'full' && run.decision !== null
    case 'cancelled':
    case 'interrupted':
    case 'oom':
      return true
    default:
      return run.status === 'timed_out'
  }
}

function toneOf(run: RunDetailView): BannerTone {
  if (run.reason === 'cancelled' || run.reason === 'interrupted') return 'neutral'
  return run.status === 'timed_out' ? 'warn' : 'bad'
}
