import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import styles from '../../evidence/evidence.module.css'
import { Banner, FailureBanner } from '../../run/banner.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'
import { PruneDialog } from './prune-dialog.tsx'
import { StorageFigures } from './storage-figures.tsx'

/** What is stored on the disk, and letting go of what is over age or over size: looked at first, then deleted. */
export function PruneSection() {
  const storage = useQuery('system.storage', {})
  const settings = useQuery('settings.list', {})
  const prune = useCommand('runs.prune', { failures: 'form' })
  const [done, setDone] = useState<Output<'runs.prune'> | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const days = settings.data?.items.find(({ key }) => key === 'sandbox_retention_days')?.value
  const stored = storage.data
  const free = stored?.kept_files.would_free

  const remove = async () => {
    const answer = await prune.run({ dry_run: false })
    if (!answer.ok) return
    setIsAsking(false)
    setDone(answer.data)
    storage.reload()
  }
  return (
    <section className={styles['part']} aria-labelledby="disk">
      <div className={styles['partHead']}>
        <h2 id="disk">Disk</h2>
        <div className={styles['partEnd']}>
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={free === undefined || free.over_age.files + free.over_size.files === 0}
            loading={storage.loading}
            onClick={() => setIsAsking(true)}
          >
            Prune…
          </Button>
        </div>
      </div>
      {storage.error !== undefined && <FailureBanner failure={storage.error} />}
      {stored !== undefined && <StorageFigures stored={stored} />}
      <p className={styles['hint']}>
        Files of sandbox runs are kept {typeof days === 'number' ? formatCount(days, 'day') : 'for a while'}
        {stored !== undefined && `, and those of all runs up to ${formatBytes(stored.kept_files.max_bytes)} together`}.
        What is over goes at the start of the app and daily, the oldest first. Pinned and cited runs keep theirs, saved
        inputs theirs until they are removed, and records keep every hash.
      </p>
      {done !== null && (
        <div role="status">
          <Banner tone="good" title={`Freed ${formatBytes(done.freed_bytes)}`}>
            {freedText(done)} {formatBytes(done.kept_bytes)} are kept.
          </Banner>
        </div>
      )}
      {isAsking && free !== undefined && (
        <PruneDialog
          free={free}
          failure={prune.error}
          isRunning={prune.running}
          onPrune={() => void remove()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </section>
  )
}

const CAUSES = [
  ['over_age', 'over age'],
  ['over_size', 'over size'],
  ['left_over', 'left over from a crash'],
] as const

/** "3 files of 2 runs went: 2 MiB over age, 1 MiB over size." */
function freedText({ files, runs, by_cause }: Output<'runs.prune'>): string {
  const parts = CAUSES.flatMap(([cause, name]) => {
    const { freed_bytes: bytes } = by_cause[cause]
    return bytes === 0 ? [] : [`${formatBytes(bytes)} ${name}`]
  })
  const causes = parts.length === 0 ? '' : `: ${parts.join(', ')}`
  return `${formatCount(files, 'file')} of ${formatCount(runs, 'run')} went${causes}.`
}
