import { Button, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import styles from '../../shell/card.module.css'
import { Mark } from '../../shell/mark.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { useDocumentTitle } from '../../ui/page.tsx'

/** The first thing anybody sees: makes the workspace and its first member. */
export function WelcomeScreen({ onDone }: { onDone(): void }) {
  useDocumentTitle('Welcome')
  const [name, setName] = useState('')
  const [member, setMember] = useState('')
  const init = useCommand('workspace.init', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await init.run({ name, member })
    if (answer.ok) onDone()
  }
  return (
    <main className={styles['ground']}>
      <div className={styles['card']}>
        <Mark className={styles['mark']} />
        <Title order={1} mt="md">
          Welcome to Scriptorium
        </Title>
        <Text c="dimmed" mt={6}>
          A workspace is a shelf of small Python tools: who may write and run them, and a signed record of every step.
          Let’s make yours on this device.
        </Text>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Stack mt="lg">
            <TextInput
              label="Name of the workspace"
              placeholder="Teaching tools"
              autoComplete="off"
              data-autofocus
              autoFocus
              value={name}
              maxLength={100}
              error={problemOf(init.error, 'name')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label="Your name"
              description="As the others will see it. It is signed into the record of what you do."
              autoComplete="name"
              value={member}
              maxLength={100}
              error={problemOf(init.error, 'member')}
              onChange={(event) => setMember(event.currentTarget.value)}
            />
            <FormFailure failure={init.error} fields={['name', 'member']} />
            <Button type="submit" loading={init.running} disabled={name.trim() === '' || member.trim() === ''}>
              Make the workspace
            </Button>
          </Stack>
        </form>
        <Text size="sm" c="dimmed" mt="md">
          A key is made for you on this device, and you become a superuser: you can add the others next, under Members.
        </Text>
      </div>
    </main>
  )
}
