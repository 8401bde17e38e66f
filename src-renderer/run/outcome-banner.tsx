import { Button } from '@mantine/core'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
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
  if (run.status === 'running' || run.status === 'succeeded') return null
  const { title, advice } = outcomeText(
    run.status,
    run.reason,
    run.view === 'full' ? run.limits.timeout_ms : null,
    run.view === 'full',
  )
  const location = run.view === 'full' ? run.location : null
  return (
    <Banner tone={toneOf(run)} title={title}>
      {run.error_summary !== null && !isSaidElsewhere(run) && (
        <pre className={classes.summary}>{run.error_summary}</pre>
      )}
      {advice !== '' && <div style={{ marginTop: 4 }}>{advice}</div>}
      {location !== null &&
        (onLocate === undefined ? (
          <div>
            Line {location.line}, column {location.column}
          </div>
        ) : (
          <Button size="compact-xs" variant="default" mt={6} onClick={() => onLocate(location.line, location.column)}>
            Go to line {location.line}
          </Button>
        ))}
    </Banner>
  )
}

/** In the banner's own words, or in the decision that stands below it. */
function isSaidElsewhere(run: RunDetailView): boolean {
  if (run.reason === 'blocked') return run.view === 'full' && run.decision !== null
  return run.reason === 'cancelled' || run.reason === 'interrupted'
}

function toneOf(run: RunDetailView): BannerTone {
  if (run.reason === 'cancelled' || run.reason === 'interrupted') return 'neutral'
  return run.status === 'timed_out' ? 'warn' : 'bad'
}
