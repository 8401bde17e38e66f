import type { Failure } from '../../../src-main/domain/result.ts'
import type { VersionView } from '../../../src-preload/contract/views.ts'
import { useQuery } from '../../bridge/client.ts'
import { fieldOf } from '../../bridge/failure-text.ts'
import { Banner, FailureBanner } from '../../run/banner.tsx'
import { StateBadge } from '../../ui/badges.tsx'
import { byTime } from '../../ui/decision-timeline.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { VERDICTS } from '../../ui/verdicts.tsx'
import styles from './moved.module.css'

interface VerdictFailureProps {
  failure: Failure | undefined
  version: VersionView
  /** Fields that show their own failure. */
  fields?: readonly string[]
}

/** Why a verdict wasn't taken; if something moved meanwhile, what moved: how it was, how it is, and who did it. */
export function VerdictFailure({ failure, version, fields = [] }: VerdictFailureProps) {
  if (failure === undefined || fields.includes(fieldOf(failure) ?? '')) return null
  if (failure.reason === 'state_moved') return <StateMoved version={version} />
  if (failure.reason === 'active_version_moved') return <ActiveMoved failure={failure} />
  return <FailureBanner failure={failure} />
}

function StateMoved({ version }: { version: VersionView }) {
  const now = useQuery('versions.get', { version: version.id })
  const decisions = useQuery('versions.decisions', { tool: version.tool_slug })
  const last = decisions.data?.items.toSorted(byTime).findLast((decision) => decision.version_id === version.id)
  return (
    <div role="alert">
      <Banner tone="warn" title="Not done: this version has moved meanwhile">
        <span className={styles['moved']}>
          <StateBadge state="in_review" /> became {now.data === undefined ? '…' : <StateBadge state={now.data.state} />}
        </span>
        {last !== undefined && (
          <div>
            {last.by_name} {VERDICTS[last.verdict].did}, <TimeText at={last.at} />
            {last.message !== null && <>: “{last.message}”</>}
          </div>
        )}
        <div>What you typed is still here.</div>
      </Banner>
    </div>
  )
}

function ActiveMoved({ failure }: { failure: Failure }) {
  const before = useVersion(failure.details['expected_active_version_id'])
  const now = useVersion(failure.details['active_version_id'])
  const by = now?.published_by_name
  return (
    <div role="alert">
      <Banner tone="warn" title="Not published: another version is active by now">
        <span className={styles['moved']}>
          Shown against {before === null ? 'no active version' : `v${before.version_number ?? '…'}`}; active now:{' '}
          {now === null ? 'none' : `v${now.version_number ?? '…'}`}
        </span>
        {now !== null && now.published_at !== null && (
          <div>
            {by} published it, <TimeText at={now.published_at} />
            {now.change_summary !== null && <>: “{now.change_summary}”</>}
          </div>
        )}
        <div>Look at the difference against it and decide again.</div>
      </Banner>
    </div>
  )
}

function useVersion(id: unknown): VersionView | null {
  const read = useQuery('versions.get', typeof id === 'string' ? { version: id } : null)
  return read.data ?? null
}
