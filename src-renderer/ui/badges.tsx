import type { CSSProperties, ReactNode } from 'react'
import {
  IconArchive,
  IconCheck,
  IconCircleCheck,
  IconClockX,
  IconEye,
  IconLoader2,
  IconPencil,
  IconX,
  type Icon,
} from '@tabler/icons-react'
import type { RunReason, RunStatus } from '../../src-main/domain/run.ts'
import type { VersionState } from '../../src-main/domain/version.ts'
import styles from './badge.module.css'

export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad'

interface ToneBadgeProps {
  tone: Tone
  icon?: Icon
  turning?: boolean
  title?: string
  children: ReactNode
}

/** A word with a tone; the word and the icon say it too, so that nothing depends on seeing the colour. */
export function ToneBadge({ tone, icon: BadgeIcon, turning = false, title, children }: ToneBadgeProps) {
  const colours = { '--badge-text': `var(--app-tone-${tone})`, '--badge-ground': `var(--app-tone-${tone}-ground)` }
  return (
    <span className={styles['badge']} style={colours as CSSProperties} title={title}>
      {BadgeIcon !== undefined && (
        <BadgeIcon size={13} aria-hidden className={turning ? styles['turning'] : undefined} />
      )}
      {children}
    </span>
  )
}

const STATES: Record<VersionState, { label: string; tone: Tone; icon: Icon }> = {
  draft: { label: 'Draft', tone: 'neutral', icon: IconPencil },
  in_review: { label: 'In review', tone: 'warn', icon: IconEye },
  active: { label: 'Active', tone: 'good', icon: IconCircleCheck },
  archived: { label: 'Archived', tone: 'neutral', icon: IconArchive },
}

/** The state of a version, with its number where one is given (`null` = not numbered yet). */
export function StateBadge({ state, number }: { state: VersionState; number?: number | null }) {
  const { label, tone, icon } = STATES[state]
  return (
    <ToneBadge tone={tone} icon={icon}>
      {label}
      {number !== undefined && <span className={styles['number']}>{number === null ? 'pending' : `v${number}`}</span>}
    </ToneBadge>
  )
}

const REASONS: Partial<Record<RunReason, string>> = {
  syntax_error: 'Syntax error',
  entrypoint_missing: 'Entry point missing',
  oom: 'Out of memory',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
  blocked: 'Blocked',
  engine_unavailable: 'No engine',
  limit_exceeded: 'Over a limit',
  runner_contract_violation: 'Unreadable result',
}

export function toneOfRun(status: RunStatus, reason: RunReason | null): Tone {
  switch (status) {
    case 'running':
      return 'info'
    case 'succeeded':
      return 'good'
    case 'timed_out':
      return 'warn'
    case 'failed':
      return reason === 'cancelled' || reason === 'interrupted' ? 'neutral' : 'bad'
  }
}

/** How a run stands or ended. A reason that says more than "failed" takes its place. */
export function RunStatusBadge({ status, reason = null }: { status: RunStatus; reason?: RunReason | null }) {
  switch (status) {
    case 'running':
      return (
        <ToneBadge tone="info" icon={IconLoader2} turning>
          Running
        </ToneBadge>
      )
    case 'succeeded':
      return (
        <ToneBadge tone="good" icon={IconCheck}>
          Succeeded
        </ToneBadge>
      )
    case 'timed_out':
      return (
        <ToneBadge tone="warn" icon={IconClockX}>
          Timed out
        </ToneBadge>
      )
    case 'failed': {
      const tone = toneOfRun(status, reason)
      return (
        <ToneBadge tone={tone} icon={IconX}>
          {(reason !== null && REASONS[reason]) || 'Failed'}
        </ToneBadge>
      )
    }
  }
}
