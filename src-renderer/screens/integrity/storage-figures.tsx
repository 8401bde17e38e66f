import type { CSSProperties } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import evidence from '../../evidence/evidence.module.css'
import { Banner } from '../../run/banner.tsx'
import { formatBytes } from '../../ui/formats.ts'
import styles from './storage.module.css'

/** What is stored, in numbers, and how full the room for kept files is. */
export function StorageFigures({ stored }: { stored: Output<'system.storage'> }) {
  const { kept_files: kept, backups, database_bytes, free_bytes } = stored
  const { over_age: overAge, over_size: overSize } = kept.would_free
  const freeable = overAge.freed_bytes + overSize.freed_bytes
  const part = (bytes: number): string => `${Math.min(100, (bytes / kept.max_bytes) * 100)}%`
  const widths = { '--held': part(kept.held_bytes), '--kept': part(kept.bytes) } as CSSProperties
  return (
    <>
      <dl className={evidence['figures']}>
        <Figure label="Kept files of runs" value={formatBytes(kept.bytes)} />
        <Figure label="Database" value={formatBytes(database_bytes)} />
        <Figure label="Backups" value={formatBytes(backups.bytes)} />
        {free_bytes !== null && <Figure label="Free on the disk" value={formatBytes(free_bytes)} />}
      </dl>
      <div className={styles['room']}>
        <div className={styles['track']} style={widths} aria-hidden />
        <span className="numeric">
          {formatBytes(kept.bytes)} of {formatBytes(kept.max_bytes)}
        </span>
      </div>
      <dl className={evidence['figures']}>
        <Figure label="Pinned or cited, stays" value={formatBytes(kept.held_bytes)} isHeld />
        <Figure label="Over age" value={amount(overAge.freed_bytes)} />
        <Figure label="Over size" value={amount(overSize.freed_bytes)} />
        <Figure label="Kept after a prune" value={formatBytes(kept.bytes - freeable)} />
      </dl>
      {kept.held_bytes > kept.max_bytes && (
        <Banner tone="warn" title="Pinned and cited files alone are over the limit">
          Pruning can’t get below it. Unpin runs whose files nobody needs, or raise “Room for kept files” in the
          settings.
        </Banner>
      )}
    </>
  )
}

const amount = (bytes: number): string => (bytes === 0 ? 'Nothing' : formatBytes(bytes))

function Figure({ label, value, isHeld = false }: { label: string; value: string; isHeld?: boolean }) {
  return (
    <div>
      <dt>
        {isHeld && <span className={styles['mark']} aria-hidden />}
        {label}
      </dt>
      <dd className="numeric">{value}</dd>
    </div>
  )
}
