import { Button, Group, Stack, Text } from '@mantine/core'
import type { CaseView } from '../../../src-preload/contract/cases.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'

interface RemoveCaseDialogProps {
  subject: CaseView | null
  onRemoved(removed: CaseView): void
  onClose(): void
}

/** Asks first: the files may be nowhere else any more. */
export function RemoveCaseDialog({ subject, onRemoved, onClose }: RemoveCaseDialogProps) {
  const remove = useCommand('cases.remove', { failures: 'form' })
  const send = async (saved: CaseView) => {
    const answer = await remove.run({ case: saved.id })
    if (!answer.ok) return
    notifySuccess(`“${saved.name}” is removed`)
    onRemoved(saved)
    onClose()
  }
  return (
    <FormDialog subject={subject} title={(saved) => `Remove “${saved.name}”`} onClose={onClose}>
      {(saved) => (
        <Stack>
          <Text size="sm">
            These saved inputs go, and the next pruning removes the copies of their files from this device. Runs that
            were made on them stay.
          </Text>
          <FormFailure failure={remove.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep them
            </Button>
            <Button data-autofocus color="red" loading={remove.running} onClick={() => void send(saved)}>
              Remove
            </Button>
          </Group>
        </Stack>
      )}
    </FormDialog>
  )
}
