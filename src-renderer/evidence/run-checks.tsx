import { Anchor, Button } from '@mantine/core'
import { IconRefreshDot, IconShieldCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { call } from '../bridge/client.ts'
import { toHref } from '../routes.ts'
import { Banner, FailureBanner } from '../run/banner.tsx'
import { Elapsed } from '../run/elapsed.tsx'
import { useHasRole } from '../session.tsx'
import { formatCount } from '../ui/formats.ts'
import styles from './evidence.module.css'
import { RunDiffView } from './run-diff-view.tsx'
import { prunedText, VerifyProblems } from './verify-problems.tsx'

type Answer =
  | { kind: 'verified'; result: Output<'runs.verify'> }
  | { kind: 'reverified'; result: Output<'runs.reverify'> }
  | { kind: 'failed'; failure: Failure }

/** Whether what is kept is still what was recorded, and whether the run gives the same again. */
export function RunChecks({ run }: { run: RunDetailView }) {
  const isContributor = useHasRole('contributor')
  const mayReverify = isContributor && run.record_status === 'OK'
  const [busy, setBusy] = useState<{ what: 'verify' | 'reverify'; sinceMs: number } | null>(null)
  const [answer, setAnswer] = useState<Answer | null>(null)

  const ask = async (what: 'verify' | 'reverify') => {
    setAnswer(null)
    setBusy({ what, sinceMs: performance.now() })
    setAnswer(what === 'verify' ? await verify(run.id) : await reverify(run.id))
    setBusy(null)
  }
  return (
    <section className={styles['part']} aria-labelledby="run-checks">
      <div className={styles['partHead']}>
        <h2 id="run-checks">Proof</h2>
        <div className={styles['partEnd']}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconShieldCheck size={15} aria-hidden />}
            loading={busy?.what === 'verify'}
            disabled={busy !== null}
            onClick={() => void ask('verify')}
          >
            Verify files
          </Button>
          {mayReverify && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefreshDot size={15} aria-hidden />}
              loading={busy?.what === 'reverify'}
              disabled={busy !== null}
              onClick={() => void ask('reverify')}
            >
              Reverify
            </Button>
          )}
        </div>
      </div>
      <p className={styles['hint']}>
        Verifying hashes the kept files again.
        {mayReverify &&
          ' Reverifying runs the same version on the same kept inputs once more and compares what comes out.'}
      </p>
      <div role="status">
        {busy?.what === 'reverify' && (
          <p className={styles['hint']}>
            Running it again… <Elapsed sinceMs={busy.sinceMs} />
          </p>
        )}
        {answer?.kind === 'failed' && <FailureBanner failure={answer.failure} />}
        {answer?.kind === 'verified' && <Verified result={answer.result} />}
        {answer?.kind === 'reverified' && <Reverified result={answer.result} />}
      </div>
    </section>
  )
}

async function verify(run: string): Promise<Answer> {
  const envelope = await call('runs.verify', { run })
  return envelope.ok ? { kind: 'verified', result: envelope.data } : { kind: 'failed', failure: envelope.error }
}

async function reverify(run: string): Promise<Answer> {
  const envelope = await call('runs.reverify', { run })
  return envelope.ok ? { kind: 'reverified', result: envelope.data } : { kind: 'failed', failure: envelope.error }
}

function Verified({ result: { ok, checked, pruned, problems } }: { result: Output<'runs.verify'> }) {
  const gone = prunedText(pruned)
  if (ok && checked === 0)
    return (
      <Banner tone="neutral" title="Nothing is kept that could be verified">
        {gone}
      </Banner>
    )
  if (ok)
    return (
      <Banner tone="good" title={`All ${formatCount(checked, 'kept part')} are as recorded`}>
        {gone}
      </Banner>
    )
  return (
    <Banner tone="bad" title={`${formatCount(problems.length, 'problem')} among ${formatCount(checked, 'kept part')}`}>
      <VerifyProblems problems={problems} />
      {gone}
    </Banner>
  )
}

const VERDICTS = {
  MATCH: { tone: 'good', title: 'Match: it gave the same again' },
  DRIFT: { tone: 'warn', title: 'Drift: it gave something else this time' },
  UNREPRODUCIBLE: { tone: 'neutral', title: 'It can’t be reproduced here' },
} as const

function Reverified({ result: { verdict, reason, run_id, diff } }: { result: Output<'runs.reverify'> }) {
  const { tone, title } = VERDICTS[verdict]
  return (
    <div className={styles['decision']}>
      <Banner
        tone={tone}
        title={title}
        action={
          run_id !== null && (
            <Anchor inherit href={toHref({ screen: 'run', run: run_id })}>
              Open the new run
            </Anchor>
          )
        }
      >
        {reason}
      </Banner>
      {diff !== null && diff.changes.length > 0 && (
        <RunDiffView diff={diff} names={['This run', 'Run again']} headingOrder={3} />
      )}
    </div>
  )
}
