import { Button, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { formatCount } from '../../ui/formats.ts'
import { PathInput } from '../../ui/path-input.tsx'

/** Writes a tool's published versions as files for a code repository (TL-6). */
export function ExportDialog({ tool, onClose }: { tool: ToolView | null; onClose(): void }) {
  return (
    <FormDialog subject={tool} title={(shown) => `Export ${shown.title}`} onClose={onClose}>
      {(shown) => <ExportForm tool={shown} onClose={onClose} />}
    </FormDialog>
  )
}

function ExportForm({ tool, onClose }: { tool: ToolView; onClose(): void }) {
  const [path, setPath] = useState('')
  const exporting = useCommand('tools.export', { failures: 'form' })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await exporting.run({ tool: tool.id, path: path.trim() })
    if (!answer.ok) return
    notifySuccess(`${formatCount(answer.data.files.length, 'file')} written`)
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm">
          Its published versions as <code>tools/{tool.slug}/v1.py</code> and so on, with <code>metadata.json</code>{' '}
          beside them: the same bytes each time, so that a code repository shows only what changed.
        </Text>
        <PathInput
          label="Folder"
          description="On this device, by its full path, such as a working copy of the repository."
          isFocused
          value={path}
          error={problemOf(exporting.error, 'path')}
          onChange={setPath}
        />
        <FormFailure failure={exporting.error} fields={['path']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={exporting.running} disabled={path.trim() === ''}>
            Export
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
