import type { CSSProperties } from 'react'
import type { Output } from '../../src-preload/contract/contract.ts'
import { toneOfRun } from './badges.tsx'
import styles from './duration-bar.module.css'
import { formatDuration } from './formats.ts'

interface DurationBarProps {
  run: Pick<Output<'runs.list'>['items'][number], 'duration_ms' | 'status' | 'reason'>
  longest_ms: number
}

/** A duration as a bar in the tone of the outcome, beside the number that says the same. */
export function DurationBar({ run: { duration_ms, status, reason }, longest_ms }: DurationBarProps) {
  const part = longest_ms === 0 ? 0 : ((duration_ms ?? 0) / longest_ms) * 100
  const look = { '--part': `${part}%`, '--tone': `var(--app-tone-${toneOfRun(status, reason)})` } as CSSProperties
  return (
    <span className={styles['duration']}>
      <span className={styles['track']} aria-hidden>
        <span className={styles['bar']} style={look} />
      </span>
      <span className={`${styles['text']} numeric`}>{formatDuration(duration_ms ?? 0)}</span>
    </span>
  )
}
