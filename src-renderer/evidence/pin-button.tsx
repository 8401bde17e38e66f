import { Button, Tooltip } from '@mantine/core'
import { IconPin, IconPinFilled } from '@tabler/icons-react'
import { useCommand, useQuery } from '../bridge/client.ts'

/** Keeps the files of a run from being pruned (RN-9). */
export function PinButton({ runId }: { runId: string }) {
  const notes = useQuery('runs.notes', { run: runId })
  const pin = useCommand('runs.pin')
  if (notes.data === undefined) return null
  const isPinned = notes.data.is_pinned
  const PinIcon = isPinned ? IconPinFilled : IconPin
  return (
    <Tooltip label={isPinned ? 'Its files are never pruned' : 'Keep its files from being pruned'}>
      <Button
        variant="default"
        aria-pressed={isPinned}
        leftSection={<PinIcon size={17} aria-hidden />}
        loading={pin.running}
        onClick={() => void pin.run({ run: runId, pinned: !isPinned })}
      >
        {isPinned ? 'Pinned' : 'Pin'}
      </Button>
    </Tooltip>
  )
}
