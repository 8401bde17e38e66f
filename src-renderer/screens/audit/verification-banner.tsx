import { Button, Loader } from '@mantine/core'
import type { Verification } from '../../../src-preload/contract/audit.ts'
import { Banner } from '../../run/banner.tsx'
import { Elapsed } from '../../run/elapsed.tsx'
import { formatCount } from '../../ui/formats.ts'
import styles from './audit.module.css'

interface VerificationBannerProps {
  verification: Verification
  /** What was checked: `The history`, `The file`. */
  subject: string
  onDismiss?(): void
}

/** The answer of a verification: that all is well and of what, or the first thing that is wrong. */
export function VerificationBanner({ verification, subject, onDismiss }: VerificationBannerProps) {
  const { ok, events, root, head_hash, first_problem } = verification
  const dismiss = onDismiss && (
    <Button size="compact-sm" variant="default" onClick={onDismiss}>
      Dismiss
    </Button>
  )
  if (ok) {
    return (
      <div role="status">
        <Banner tone="good" title={`${subject} is whole: ${formatCount(events, 'event')} verified`} action={dismiss}>
          Every hash, chain, signature, authority and outcome is right, from the first event on.
          <dl className={styles['hashes']}>
            <dt>Root key</dt>
            <dd>
              <code>{root}</code>
            </dd>
            <dt>Head</dt>
            <dd>
              <code>{head_hash}</code>
            </dd>
          </dl>
        </Banner>
      </div>
    )
  }
  const place = first_problem === null || first_problem.order === 0 ? '' : ` at event ${first_problem.order}`
  return (
    <div role="alert">
      <Banner tone="bad" title={`${subject} is not what it was: something is wrong${place}`} action={dismiss}>
        {first_problem?.message}{' '}
        {events > 0 && `${formatCount(events, 'event')} before it ${events === 1 ? 'is' : 'are'} right.`}
        {first_problem !== null && (
          <dl className={styles['hashes']}>
            <dt>Reason</dt>
            <dd>
              <code>{first_problem.reason}</code>
            </dd>
            {first_problem.event_id !== null && (
              <>
                <dt>Event</dt>
                <dd>
                  <code>{first_problem.event_id}</code>
                </dd>
              </>
            )}
          </dl>
        )}
      </Banner>
    </div>
  )
}

export function VerifyingBanner({ sinceMs }: { sinceMs: number }) {
  return (
    <div role="status">
      <Banner tone="info" title="Verifying the history">
        <span className={styles['verifying']}>
          <Loader size={14} /> Every event from the first on, and the tables made from them.{' '}
          <Elapsed sinceMs={sinceMs} />
        </span>
      </Banner>
    </div>
  )
}
