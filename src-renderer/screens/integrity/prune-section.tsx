import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import styles from '../../evidence/evidence.module.css'
import { Banner, FailureBanner } from '../../run/banner.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'

type Pruned = Output<'runs.prune'>

/** What the kept files take, and letting go of those that are over age: looked at first, then deleted. */
export function PruneSection() {
  const look = useCommand('runs.prune', { failures: 'form' })
  const prune = useCommand('runs.prune', { failures: 'form' })
  const settings = useQuery('settings.list', {})
  const [found, setFound] = useState<Pruned | null>(null)
  const [done, setDone] = useState<Pruned | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const days = settings.data?.items.find(({ key }) => key === 'sandbox_retention_days')?.value

  const lookAgain = look.run
  useEffect(() => {
    void lookAgain({ dry_run: true }).then((envelope) => envelope.ok && setFound(envelope.data))
  }, [lookAgain])

  const remove = async () => {
    const envelope = await prune.run({ dry_run: false })
    if (!envelope.ok) return
    setIsAsking(false)
    setDone(envelope.data)
    const again = await look.run({ dry_run: true })
    if (again.ok) setFound(again.data)
  }
  const hasSome = found !== null && found.files > 0
  return (
    <section className={styles['part']} aria-labelledby="disk">
      <div className={styles['partHead']}>
        <h2 id="disk">Disk</h2>
        <div className={styles['partEnd']}>
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={!hasSome}
            loading={look.running && found === null}
            onClick={() => setIsAsking(true)}
          >
            Prune…
          </Button>
        </div>
      </div>
      {look.error !== undefined && <FailureBanner failure={look.error} />}
      {found !== null && (
        <dl className={styles['figures']}>
          <Figure label="Kept files of runs" value={formatBytes(found.kept_bytes)} />
          <Figure
            label="Over age"
            value={hasSome ? `${formatBytes(found.freed_bytes)} in ${formatCount(found.files, 'file')}` : 'Nothing'}
          />
        </dl>
      )}
      <p className={styles['hint']}>
        Files of sandbox runs are kept {typeof days === 'number' ? formatCount(days, 'day') : 'for a while'}, and pruned
        at the start of the app and daily. Pinned runs keep theirs, and records keep every hash.
      </p>
      {done !== null && (
        <div role="status">
          <Banner tone="good" title={`Freed ${formatBytes(done.freed_bytes)}`}>
            {formatCount(done.files, 'file')} of {formatCount(done.runs, 'run')} went; {formatBytes(done.kept_bytes)}{' '}
            are kept.
          </Banner>
        </div>
      )}
      {isAsking && found !== null && (
        <Modal opened onClose={() => setIsAsking(false)} title="Prune files that are over age">
          <Stack>
            <Text size="sm">
              {formatCount(found.files, 'file')} of {formatCount(found.runs, 'run')} would go:{' '}
              {formatBytes(found.freed_bytes)}. They can’t be brought back; reverifying those runs won’t be possible any
              more.
            </Text>
            {prune.error !== undefined && <FailureBanner failure={prune.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" data-autofocus onClick={() => setIsAsking(false)}>
                Keep them
              </Button>
              <Button color="red" loading={prune.running} onClick={() => void remove()}>
                Prune
              </Button>
            </Group>
          </Stack>
        </Modal>
      )}
    </section>
  )
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="numeric">{value}</dd>
    </div>
  )
}
