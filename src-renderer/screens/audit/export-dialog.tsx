import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand } from '../../bridge/client.ts'
import { Banner } from '../../run/banner.tsx'
import { ExportForm } from '../../ui/export-form.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'
import styles from './audit.module.css'

/** Takes the history elsewhere, in a file that can be checked without the app's data. */
export function ExportDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Export the history'} size="lg" onClose={onClose}>
      {() => <HistoryExport onClose={onClose} />}
    </FormDialog>
  )
}

function HistoryExport({ onClose }: { onClose(): void }) {
  const [written, setWritten] = useState<Output<'audit.export'> | null>(null)
  const exporting = useCommand('audit.export', { failures: 'form' })

  const write = async (path: string) => {
    const answer = await exporting.run({ path })
    if (answer.ok) setWritten(answer.data)
  }
  if (written !== null) {
    return (
      <Stack>
        <Banner tone="good" title={`${formatCount(written.events, 'event')} exported, ${formatBytes(written.bytes)}`}>
          <code>{written.path}</code>
        </Banner>
        <Text size="sm">
          Whoever checks the file should know the root key from you rather than from the file. Note it, and the head
          that says where the file ends:
        </Text>
        <dl className={styles['hashes']}>
          <dt>Root key</dt>
          <dd>
            <code>{written.root}</code>
          </dd>
          <dt>Head</dt>
          <dd>
            <code>{written.head_hash}</code>
          </dd>
        </dl>
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    )
  }
  return (
    <ExportForm
      about={
        'All events go into one JSON Lines file with a signed end, so that a file that was cut off or changed is found ' +
        'out. It holds everything that was signed, also the source of every version.'
      }
      label="File"
      description="A new file on this device, by its full path."
      failure={exporting.error}
      isRunning={exporting.running}
      onExport={write}
      onCancel={onClose}
    />
  )
}
