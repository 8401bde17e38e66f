import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'
import { PathInput } from '../../ui/path-input.tsx'

interface CreateBackupDialogProps {
  isOpen: boolean
  onClose(): void
  onCreated(): void
}

export function CreateBackupDialog({ isOpen, onClose, onCreated }: CreateBackupDialogProps) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Make a backup'} onClose={onClose}>
      {() => <CreateForm onClose={onClose} onCreated={onCreated} />}
    </FormDialog>
  )
}

function CreateForm({ onClose, onCreated }: Omit<CreateBackupDialogProps, 'isOpen'>) {
  const [path, setPath] = useState('')
  const [files, setFiles] = useState(true)
  const create = useCommand('backups.create', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await create.run({ path: path.trim() === '' ? null : path.trim(), files })
    if (!answer.ok) return
    const { events, bytes } = answer.data
    notifySuccess(`Backed up and verified: ${formatCount(events, 'event')}, ${formatBytes(bytes)}`)
    onCreated()
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm">
          The whole workspace in one file, written while work goes on. It is verified before it counts. Keys go along as
          they are protected here, so keep the file where only you can read it.
        </Text>
        <PathInput
          label="File"
          description="A new file by its full path, on another disk if you can. Left empty, it stays in the data folder."
          isFocused
          value={path}
          error={problemOf(create.error, 'path')}
          onChange={setPath}
        />
        <Checkbox
          label="With the files of runs and of saved inputs"
          description="Those that are still kept, of every member. Without them it is smaller; their hashes are in it anyway."
          checked={files}
          onChange={(event) => setFiles(event.currentTarget.checked)}
        />
        <FormFailure failure={create.error} fields={['path']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.running}>
            Make it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
