import { Button, Checkbox, Group, List, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { Banner } from '../../run/banner.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { PathInput } from '../../ui/path-input.tsx'

export type Restored = Output<'backups.restore'>

interface RestoreDialogProps {
  /** The backup's path, or an empty one to be typed; null closes the dialog. */
  path: string | null
  onClose(): void
  onRestored(restored: Restored): void
}

export function RestoreDialog({ path, onClose, onRestored }: RestoreDialogProps) {
  return (
    <FormDialog subject={path} title={() => 'Restore a backup'} size="lg" onClose={onClose}>
      {(shown) => <RestoreForm key={shown} given={shown} onClose={onClose} onRestored={onRestored} />}
    </FormDialog>
  )
}

function RestoreForm({ given, onClose, onRestored }: { given: string } & Omit<RestoreDialogProps, 'path'>) {
  const [path, setPath] = useState(given)
  const [isUnderstood, setIsUnderstood] = useState(false)
  const restore = useCommand('backups.restore', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await restore.run({ path: path.trim() })
    if (!answer.ok) return
    onRestored(answer.data)
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Banner tone="warn" title="Everything that came after the backup goes out of use here">
          Versions, runs, members and settings go back to how they were when it was made.
        </Banner>
        <PathInput
          label="Backup"
          description="Its full path on this device."
          isFocused={given === ''}
          value={path}
          error={problemOf(restore.error, 'path')}
          onChange={setPath}
        />
        <div>
          <Text size="sm" fw={560}>
            What happens next
          </Text>
          <List size="sm" type="ordered" mt={4} spacing={2}>
            <List.Item>The backup is verified now. If anything in it is wrong, nothing is changed.</List.Item>
            <List.Item>It takes its place when the app starts again. The present history is kept beside it.</List.Item>
            <List.Item>
              A superuser then states that no other device holds later events. Until that, nothing can be changed.
            </List.Item>
          </List>
        </div>
        <Checkbox
          label="I know that work since the backup goes out of use"
          checked={isUnderstood}
          onChange={(event) => setIsUnderstood(event.currentTarget.checked)}
        />
        <FormFailure failure={restore.error} fields={['path']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={restore.running} disabled={!isUnderstood || path.trim() === ''}>
            Restore at the next start
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
