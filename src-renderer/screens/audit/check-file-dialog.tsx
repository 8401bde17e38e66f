import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { Verification } from '../../../src-preload/contract/audit.ts'
import { call } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { PathInput } from '../../ui/path-input.tsx'
import { VerificationBanner } from './verification-banner.tsx'

/** Checks an exported history, of this workspace or of another one. */
export function CheckFileDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Check an exported history'} size="lg" onClose={onClose}>
      {() => <CheckFileForm onClose={onClose} />}
    </FormDialog>
  )
}

function CheckFileForm({ onClose }: { onClose(): void }) {
  const [path, setPath] = useState('')
  const [root, setRoot] = useState('')
  const [running, setRunning] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const [verification, setVerification] = useState<Verification | null>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setRunning(true)
    setVerification(null)
    const trusted = root.replaceAll(/\s/g, '').toLowerCase()
    const answer = await call('audit.verifyFile', { path: path.trim(), root: trusted === '' ? null : trusted })
    setRunning(false)
    setFailure(answer.ok ? undefined : answer.error)
    if (answer.ok) setVerification(answer.data)
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <PathInput
          label="File"
          description="An export on this device, by its full path."
          isFocused
          value={path}
          error={problemOf(failure, 'path')}
          onChange={setPath}
        />
        <TextInput
          label="Root key that you trust"
          description="The fingerprint that you got from a person, not from the file. Without it the file is only checked against itself."
          autoComplete="off"
          spellCheck={false}
          value={root}
          error={problemOf(failure, 'root')}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => setRoot(event.currentTarget.value)}
        />
        <FormFailure failure={failure} fields={['path', 'root']} />
        {verification !== null && <VerificationBanner verification={verification} subject="The file" />}
        {verification?.ok === true && root.trim() === '' && (
          <Text size="sm" c="dimmed">
            Compare the root key with the one that you were told.
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={running} disabled={path.trim() === ''}>
            Check it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
