import { Button, Loader } from '@mantine/core'
import { IconPlayerStop, IconShieldCheck } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { prunedText, VerifyProblems } from '../../evidence/verify-problems.tsx'
import styles from '../../evidence/evidence.module.css'
import { Banner, FailureBanner } from '../../run/banner.tsx'
import { formatCount, formatExactTime } from '../../ui/formats.ts'
import { verifyAll, type VerifyOutcome, type VerifyTally } from './verify-all.ts'

const MOST_SHOWN = 200

/** Whether the files of all runs are still what was recorded. */
export function VerifySection() {
  const [tally, setTally] = useState<VerifyTally | null>(null)
  const [outcome, setOutcome] = useState<VerifyOutcome | null>(null)
  const stopper = useRef<AbortController | null>(null)
  const isRunning = tally !== null && outcome === null
  useEffect(() => () => stopper.current?.abort(), [])

  const start = async () => {
    stopper.current = new AbortController()
    setOutcome(null)
    setOutcome(await verifyAll(setTally, stopper.current.signal))
  }
  return (
    <section className={styles['part']} aria-labelledby="verify-files">
      <div className={styles['partHead']}>
        <h2 id="verify-files">Files of runs</h2>
        <div className={styles['partEnd']}>
          {isRunning ? (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden />}
              onClick={() => stopper.current?.abort()}
            >
              Stop
            </Button>
          ) : (
            <Button leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={() => void start()}>
              {tally === null ? 'Verify all files' : 'Verify again'}
            </Button>
          )}
        </div>
      </div>
      <p className={styles['hint']}>
        Hashes every kept input, output, log and artifact again and compares it with what was recorded when it ran.
      </p>
      {isRunning && (
        <div className={styles['progress']}>
          <Loader size="xs" aria-hidden />
          <span className="numeric">{progressText(tally)}</span>
        </div>
      )}
      <div role="status">
        {isRunning && <span className="visually-hidden">Verifying</span>}
        {outcome !== null && tally !== null && <Outcome outcome={outcome} tally={tally} />}
      </div>
      {tally !== null && tally.problems.length > 0 && (
        <>
          <VerifyProblems problems={tally.problems.slice(0, MOST_SHOWN)} linksRun />
          {tally.problems.length > MOST_SHOWN && (
            <p className={styles['hint']}>And {tally.problems.length - MOST_SHOWN} more.</p>
          )}
        </>
      )}
    </section>
  )
}

function progressText({ runs, checked, problems, reached }: VerifyTally): string {
  const found = problems.length === 0 ? '' : `, ${formatCount(problems.length, 'problem')}`
  const back = reached === null ? '' : `, back to ${formatExactTime(new Date(reached))}`
  return `${formatCount(runs, 'run')}, ${formatCount(checked, 'part')} hashed${found}${back}`
}

function Outcome({ outcome, tally }: { outcome: VerifyOutcome; tally: VerifyTally }) {
  const { runs, checked, pruned, problems } = tally
  if (outcome.kind === 'failed') return <FailureBanner failure={outcome.failure} />
  const gone = prunedText(pruned)
  const scope = `${formatCount(checked, 'part')} of ${formatCount(runs, 'run')}`
  if (problems.length > 0) {
    return (
      <Banner tone="bad" title={`${formatCount(problems.length, 'problem')} among ${scope}`}>
        Restore what is named below from a backup. Records and hashes are kept, so a restored file can be verified
        again. {gone}
      </Banner>
    )
  }
  if (outcome.kind === 'stopped') {
    return (
      <Banner tone="neutral" title={`Stopped: ${scope} were as recorded`}>
        {gone}
      </Banner>
    )
  }
  return (
    <Banner tone="good" title={runs === 0 ? 'Nothing has run yet' : `${scope}: all as recorded`}>
      {gone}
    </Banner>
  )
}
