import { Button, Checkbox, Group, PasswordInput, Radio, Stack } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useSession } from '../../session.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { PROTECTIONS, type Protection } from './protection.ts'

interface ProtectDialogProps {
  /** How the key is protected now; null closes the dialog. */
  present: Protection | null
  onClose(): void
}

export function ProtectDialog({ present, onClose }: ProtectDialogProps) {
  return (
    <FormDialog subject={present} title={() => 'Protect your key'} onClose={onClose}>
      {(shown) => <ProtectForm present={shown} onClose={onClose} />}
    </FormDialog>
  )
}

const SHORTEST = 8

function ProtectForm({ present, onClose }: { present: Protection; onClose(): void }) {
  const { status, refresh } = useSession()
  const [chosen, setChosen] = useState<Protection>(present === 'none' ? 'passphrase' : present)
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [isUnderstood, setIsUnderstood] = useState(false)
  const protect = useCommand('keys.protect', { failures: 'form' })
  const differs = again !== '' && again !== passphrase
  const isReady = {
    passphrase: passphrase.length >= SHORTEST && again === passphrase,
    keychain: present !== 'keychain',
    none: isUnderstood && present !== 'none',
  }[chosen]

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await protect.run({ protection: chosen, passphrase: chosen === 'passphrase' ? passphrase : null })
    if (!answer.ok) return
    notifySuccess(chosen === 'none' ? 'Your key is no longer protected' : 'Your key is protected')
    refresh()
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Radio.Group
          aria-label="Protection"
          value={chosen}
          error={problemOf(protect.error, 'protection')}
          onChange={(value) => setChosen(value as Protection)}
        >
          <Stack gap="sm">
            <Radio
              value="passphrase"
              label={PROTECTIONS.passphrase.label}
              description={PROTECTIONS.passphrase.meaning}
            />
            <Radio
              value="keychain"
              label={PROTECTIONS.keychain.label}
              disabled={!status.has_keychain}
              description={
                status.has_keychain
                  ? PROTECTIONS.keychain.meaning
                  : 'Not to be had here: it needs the desktop app on a computer with a keychain.'
              }
            />
            <Radio value="none" label="No protection" description={PROTECTIONS.none.meaning} />
          </Stack>
        </Radio.Group>
        {chosen === 'passphrase' && (
          <>
            <PasswordInput
              label={present === 'passphrase' ? 'New passphrase' : 'Passphrase'}
              description="At least 8 characters. A few words that you remember are better than one with odd signs."
              data-autofocus
              autoComplete="new-password"
              value={passphrase}
              maxLength={1000}
              error={problemOf(protect.error, 'passphrase')}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
            <PasswordInput
              label="The same again"
              autoComplete="new-password"
              value={again}
              maxLength={1000}
              error={differs && 'Not the same'}
              onChange={(event) => setAgain(event.currentTarget.value)}
            />
          </>
        )}
        {chosen === 'none' && (
          <Checkbox
            label="I know that others could sign as me then"
            checked={isUnderstood}
            onChange={(event) => setIsUnderstood(event.currentTarget.checked)}
          />
        )}
        <FormFailure failure={protect.error} fields={['passphrase', 'protection']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(chosen === 'none' ? { color: 'red' } : {})}
            loading={protect.running}
            disabled={!isReady}
          >
            {chosen === 'none' ? 'Leave it unprotected' : 'Protect it'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
