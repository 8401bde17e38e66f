import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { FailureBanner } from '../../run/banner.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'

type Freed = Output<'runs.prune'>['by_cause']

interface PruneDialogProps {
  free: Freed
  failure: Failure | undefined
  isRunning: boolean
  onPrune(): void
  onClose(): void
}

/** What would go, by its cause, before it does. */
export function PruneDialog({ free, failure, isRunning, onPrune, onClose }: PruneDialogProps) {
  return (
    <Modal opened onClose={onClose} title="Prune kept files">
      <Stack>
        {free.over_age.files > 0 && <Text size="sm">{goingText(free.over_age)}, kept for longer than is set.</Text>}
        {free.over_size.files > 0 && (
          <Text size="sm">{goingText(free.over_size)}, the oldest of what there is no room for.</Text>
        )}
        <Text size="sm">They can’t be brought back; reverifying those runs won’t be possible any more.</Text>
        {failure !== undefined && <FailureBanner failure={failure} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={onClose}>
            Keep them
          </Button>
          <Button color="red" loading={isRunning} onClick={onPrune}>
            Prune
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function goingText({ files, runs, freed_bytes: bytes }: Freed['over_age']): string {
  return `${formatCount(files, 'file')} of ${formatCount(runs, 'run')} would go: ${formatBytes(bytes)}`
}
