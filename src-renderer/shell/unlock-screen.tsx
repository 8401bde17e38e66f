import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Output } from '../../src-preload/contract/contract.ts'
import type { Member } from '../../src-main/domain/member.ts'
import { useCommand } from '../bridge/client.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { FormFailure } from '../ui/form-failure.tsx'
import { useDocumentTitle } from '../ui/page.tsx'
import styles from './card.module.css'
import { Mark } from './mark.tsx'
import { MemberChoice } from './member-choice.tsx'

interface UnlockScreenProps {
  status: Output<'system.status'>
  member: Member
  onChanged(): void
}

/** Asks for the passphrase of the acting member's key. */
export function UnlockScreen({ status, member, onChanged }: UnlockScreenProps) {
  useDocumentTitle('Locked')
  const [passphrase, setPassphrase] = useState('')
  const unlock = useCommand('session.unlock', { failures: 'form' })
  const isWrong = unlock.error?.reason === 'wrong_passphrase'
  const others = status.local_members.filter((other) => other.id !== member.id)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await unlock.run({ passphrase })
    if (answer.ok) onChanged()
  }
  return (
    <main className={styles['ground']}>
      <div className={styles['card']}>
        <Mark className={styles['mark']} />
        <Title order={1} mt="md">
          Welcome back, {member.name}
        </Title>
        <Text c="dimmed" mt={6}>
          Your key is locked. Unlock it to go on where you were.
        </Text>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Stack mt="lg">
            <PasswordInput
              label="Passphrase"
              autoFocus
              autoComplete="current-password"
              value={passphrase}
              maxLength={1000}
              error={isWrong ? 'That isn’t the passphrase.' : problemOf(unlock.error, 'passphrase')}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
            <FormFailure failure={unlock.error} fields={['passphrase']} />
            <Button type="submit" loading={unlock.running} disabled={passphrase === ''}>
              Unlock
            </Button>
          </Stack>
        </form>
        {others.length > 0 && (
          <>
            <Text size="sm" c="dimmed" mt="lg">
              Or act as somebody else:
            </Text>
            <MemberChoice members={others} onChosen={onChanged} />
          </>
        )}
      </div>
    </main>
  )
}
