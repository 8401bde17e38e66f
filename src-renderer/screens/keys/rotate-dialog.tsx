import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { KeyView } from '../../../src-preload/contract/members.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useSession } from '../../session.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'

interface RotateDialogProps {
  /** Null closes the dialog. */
  ownKey: KeyView | null
  onClose(): void
  /** Whoever had no protection is offered some for the new key. */
  onRotated(): void
}

export function RotateDialog({ ownKey, onClose, onRotated }: RotateDialogProps) {
  return (
    <FormDialog subject={ownKey} title={() => 'Replace your key'} onClose={onClose}>
      {(subject) => <RotateForm ownKey={subject} onClose={onClose} onRotated={onRotated} />}
    </FormDialog>
  )
}

function RotateForm({ ownKey, onClose, onRotated }: Omit<RotateDialogProps, 'ownKey'> & { ownKey: KeyView }) {
  const [passphrase, setPassphrase] = useState('')
  const needsPassphrase = ownKey.protection === 'passphrase'
  const { refresh } = useSession()
  const rotate = useCommand('keys.rotate', { failures: 'form' })
  const send = async () => {
    const answer = await rotate.run(needsPassphrase ? { passphrase } : {})
    if (!answer.ok) return
    notifySuccess('You sign with a new key now')
    refresh()
    onClose()
    if (ownKey.protection === 'none') onRotated()
  }
  return (
    <Stack>
      <Text size="sm">
        A new key is made on this device and signs from now on. Everything that the present one signed stays valid; it
        can’t sign anything more, and is removed from this device.
      </Text>
      {needsPassphrase ? (
        <PasswordInput
          label="Passphrase for the new key"
          description="At least 8 characters. It may be the one that you have now."
          autoComplete="new-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
      ) : (
        <Text size="sm">The new key is kept in the same way as the present one.</Text>
      )}
      <FormFailure failure={rotate.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Keep the present one
        </Button>
        <Button data-autofocus loading={rotate.running} onClick={() => void send()}>
          Replace it
        </Button>
      </Group>
    </Stack>
  )
}
