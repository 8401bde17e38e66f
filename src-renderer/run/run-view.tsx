import { Anchor, Button, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconPlayerStop } from '@tabler/icons-react'
import { useEffect, useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { DecisionPanel } from '../evidence/decision-panel.tsx'
import { OverrideRequest } from '../evidence/override-request.tsx'
import { notifyFailure } from '../notifications.tsx'
import { toHref } from '../routes.ts'
import { RunStatusBadge } from '../ui/badges.tsx'
import { formatDuration } from '../ui/formats.ts'
import { keysToShow } from '../ui/keys.ts'
import { ErrorState, LoadingState } from '../ui/states.tsx'
import { Artifacts } from './artifacts.tsx'
import { Elapsed } from './elapsed.tsx'
import { LogView } from './log-view.tsx'
import { NextActions } from './next-actions.tsx'
import { OutcomeBanner } from './outcome-banner.tsx'
import { phaseText } from './outcome-text.ts'
import { OutputView } from './outputs/output-view.tsx'
import { cancelRun, isUnderWay, type RunStore } from './run-store.ts'
import classes from './run.module.css'
import { useRunStore } from './use-run.ts'

interface RunViewProps {
  runId: string
  /** Leads to the run's own page, where this is beside a form. */
  linksRecord?: boolean
  /** Goes to a place in the script; without it the place is only said. */
  onLocate?: (line: number, column: number) => void
}

/** One run: how it goes, and what it gave. An action that it offers becomes a run shown in its place. */
export function RunView({ runId, linksRecord = false, onLocate }: RunViewProps) {
  const [chain, setChain] = useState<string[]>([])
  useEffect(() => setChain([]), [runId])
  const shown = chain.at(-1) ?? runId
  const store = useRunStore(shown)

  return (
    <div className={classes.view}>
      {chain.length > 0 && (
        <Anchor component="button" type="button" size="sm" onClick={() => setChain(chain.slice(0, -1))}>
          <IconArrowLeft size={13} aria-hidden /> Back to the run before
        </Anchor>
      )}
      {store === null ? (
        <LoadingState rows={2} label="Loading the run" />
      ) : (
        <RunInside
          key={shown}
          store={store}
          linksRecord={linksRecord}
          onAction={(started) => setChain([...chain, started])}
          {...(onLocate === undefined ? {} : { onLocate })}
        />
      )}
    </div>
  )
}

interface RunInsideProps {
  store: RunStore
  linksRecord: boolean
  onLocate?: (line: number, column: number) => void
  onAction(runId: string): void
}

function RunInside({ store, linksRecord, onLocate, onAction }: RunInsideProps) {
  const detail = useStore(store, (run) => run.detail)
  const failure = useStore(store, (run) => run.failure)
  const underWay = useStore(store, isUnderWay)
  const hasLog = useStore(store, (run) => run.logRevision > 0 || run.log.lines.length > 0)
  const cancel = async () => {
    const refused = await cancelRun(store)
    if (refused !== null) notifyFailure(refused)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !underWay || event.defaultPrevented) return
    event.preventDefault()
    void cancel()
  }
  if (failure !== null) return <ErrorState failure={failure} />
  const ended = detail !== null && detail.status !== 'running' ? detail : null
  const mayHaveLog = detail !== null && detail.view === 'full' && detail.reason !== 'blocked'
  const showsLog = detail === null ? hasLog : mayHaveLog && (hasLog || detail.context === 'sandbox')

  return (
    <div className={classes.view} onKeyDown={onKeyDown}>
      <StatusLine store={store} underWay={underWay} linksRecord={linksRecord} onCancel={() => void cancel()} />
      {ended !== null && (
        <>
          <OutcomeBanner run={ended} {...(onLocate === undefined ? {} : { onLocate })} />
          <Judgement run={ended} onLocate={onLocate} />
          <Results run={ended} />
          {ended.artifacts.length > 0 && <Artifacts runId={ended.id} artifacts={ended.artifacts} />}
          {ended.next_actions.length > 0 && <NextActions run={ended} onStarted={onAction} />}
        </>
      )}
      {showsLog && (
        <LogView
          store={store}
          truncated={ended?.view === 'full' && (ended.stdout_truncated || ended.stderr_truncated)}
        />
      )}
    </div>
  )
}

interface StatusLineProps {
  store: RunStore
  underWay: boolean
  linksRecord: boolean
  onCancel(): void
}

/** The phase is spoken when it changes; the ticking time and the log are not. */
function StatusLine({ store, underWay, linksRecord, onCancel }: StatusLineProps) {
  const phase = useStore(store, (run) => run.phase)
  const beganAtMs = useStore(store, (run) => run.beganAtMs)
  const detail = useStore(store, (run) => run.detail)
  const cancelling = useStore(store, (run) => run.cancelling)
  const runner = detail?.view === 'full' ? detail.runner : null

  return (
    <div className={classes.status}>
      <span role="status" aria-live="polite" className={classes.status}>
        <RunStatusBadge status={detail?.status ?? 'running'} reason={detail?.reason ?? null} />
        {underWay && <span>{cancelling ? 'Cancelling' : phase !== null && phaseText(phase)}</span>}
      </span>
      {underWay && beganAtMs !== null && (
        <span className={classes.dimmed}>
          <Elapsed sinceMs={beganAtMs} />
        </span>
      )}
      {!underWay && detail !== null && detail.duration_ms !== null && (
        <span className={classes.dimmed}>
          {[
            // What was refused took no time, and ran nowhere.
            detail.reason !== 'blocked' && formatDuration(detail.duration_ms),
            runner !== null && (runner.kind === 'docker' ? 'Docker' : 'Embedded'),
            detail.version_number !== null && `v${detail.version_number}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      )}
      {linksRecord && !underWay && detail !== null && (
        <Anchor
          size="sm"
          className={classes.statusEnd}
          href={toHref({ screen: 'run', run: detail.id })}
          aria-label="Record of this run"
        >
          Record
        </Anchor>
      )}
      {underWay && (
        <span className={classes.statusEnd}>
          <Tooltip label={keysToShow('escape').join(' ')}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerStop size={14} aria-hidden />}
              aria-keyshortcuts="Escape"
              disabled={cancelling}
              onClick={onCancel}
            >
              Cancel
            </Button>
          </Tooltip>
        </span>
      )}
    </div>
  )
}

/** The decision before the run, where it asked for caution; and the way on where it let nothing run. */
function Judgement({ run, onLocate }: { run: RunDetailView; onLocate: RunViewProps['onLocate'] }) {
  const decision = run.view === 'full' ? run.decision : null
  const isBlocked = run.reason === 'blocked'
  return (
    <>
      {decision !== null && decision.risk_level !== 'GREEN' && run.reason !== 'syntax_error' && (
        <DecisionPanel decision={decision} of="run" isBlocked={isBlocked} onLocate={onLocate} />
      )}
      {isBlocked && <OverrideRequest run={run} />}
    </>
  )
}

function Results({ run }: { run: RunDetailView }) {
  if (run.outputs.length === 0) {
    if (run.status !== 'succeeded') return null
    return (
      <span className={classes.dimmed}>
        The script gave no result to show{run.artifacts.length > 0 ? ', only files.' : '.'}
      </span>
    )
  }
  return (
    <section className={classes.view} aria-label="Result">
      <h2 className="visually-hidden">Result</h2>
      {run.outputs.map((output, index) => (
        <OutputView key={index} runId={run.id} index={index} output={output} />
      ))}
    </section>
  )
}
