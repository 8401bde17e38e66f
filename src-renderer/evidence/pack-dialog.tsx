import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../src-preload/contract/contract.ts'
import { useCommand } from '../bridge/client.ts'
import { Banner } from '../run/banner.tsx'
import { CopyAction } from '../run/copy-action.tsx'
import { ExportForm } from '../ui/export-form.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { formatBytes, formatCount } from '../ui/formats.ts'
import styles from './pack.module.css'

/** What a pack is about: one run, or a version with its newest runs. */
export type PackSubject = { run: string } | { version: string }

/** Takes the evidence of a run or a version elsewhere, in one file that can be checked without the app. */
export function PackDialog({ subject, onClose }: { subject: PackSubject | null; onClose(): void }) {
  return (
    <FormDialog subject={subject} title={() => 'Export evidence pack'} size="lg" onClose={onClose}>
      {(shown) => <PackForm subject={shown} onClose={onClose} />}
    </FormDialog>
  )
}

function PackForm({ subject, onClose }: { subject: PackSubject; onClose(): void }) {
  const [files, setFiles] = useState(true)
  const [written, setWritten] = useState<Output<'packs.export'> | null>(null)
  const exporting = useCommand('packs.export', { failures: 'form' })

  const write = async (path: string) => {
    const answer = await exporting.run({ ...subject, path, files })
    if (answer.ok) setWritten(answer.data)
  }
  if (written !== null) return <Written pack={written} onClose={onClose} />
  const isRun = 'run' in subject
  return (
    <ExportForm
      about={
        <>
          {isRun
            ? 'The record of this run, its script, logs and outputs, what stands beside it, and the signed events about all of these.'
            : 'The script of this version, the records of its newest hundred runs, and the signed events about all of these.'}{' '}
          Anyone can check the file with <code>bin/verify-evidence.mjs</code>, without the app.
        </>
      }
      label="File"
      description="A new file on this device, by its full path."
      failure={exporting.error}
      isRunning={exporting.running}
      onExport={write}
      onCancel={onClose}
    >
      {isRun && (
        <Checkbox
          label="With the files that it read and wrote"
          description="Without, they are named by their hashes only."
          checked={files}
          onChange={(event) => setFiles(event.currentTarget.checked)}
        />
      )}
    </ExportForm>
  )
}

/** Where it is, what it holds, and what whoever checks it must hear from somewhere else. */
function Written({ pack, onClose }: { pack: Output<'packs.export'>; onClose(): void }) {
  const absent = pack.absent === 0 ? '' : ` ${formatCount(pack.absent, 'more is', 'more are')} named by hash only.`
  return (
    <Stack>
      <div role="status">
        <Banner tone="good" title={`Evidence pack written, ${formatBytes(pack.bytes)}`}>
          <code className={styles['path']}>{pack.path}</code>
        </Banner>
      </div>
      <Text size="sm">
        It holds {formatCount(pack.events, 'event')} and{' '}
        {formatCount(pack.files, 'file, log or output', 'files, logs and outputs')}.{absent}
      </Text>
      <Text size="sm">
        Whoever checks it should know the root fingerprint from you rather than from the file. Keep it, and tell it by
        another way:
      </Text>
      <div className={styles['root']}>
        <code aria-label={`Root fingerprint ${pack.root}`}>{pack.root}</code>
        <CopyAction label="Copy the root fingerprint" text={() => pack.root} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  )
}
