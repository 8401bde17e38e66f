import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { navigate } from '../../routes.ts'
import { useTyped } from '../../typed.ts'
import { VerdictFailure } from './moved.tsx'

/** A message is needed; it stays typed when sending fails, and while the dialog is closed to look something up. */
export function RequestChangesDialog({ version, onClose }: { version: VersionWithContent; onClose: () => void }) {
  const request = useCommand('versions.requestChanges', { failures: 'form' })
  const [message, setMessage, forget] = useTyped(`request changes ${version.id}`, '')
  const [missing, setMissing] = useState(false)

  const type = (text: string) => {
    setMessage(text)
    setMissing(false)
  }
  const send = async () => {
    if (message.trim() === '') return setMissing(true)
    const envelope = await request.run({ version: version.id, message })
    if (!envelope.ok) return
    forget()
    notifySuccess('Sent back with your message. It is a draft again.')
    navigate({ screen: 'reviews' })
  }

  return (
    <Modal opened onClose={onClose} title="Request changes">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            It becomes a draft of {version.created_by_name} again, with all its content and your message.
          </Text>
          <Textarea
            label="What should change"
            withAsterisk
            autosize
            minRows={4}
            maxRows={14}
            maxLength={2000}
            data-autofocus
            error={missing && 'Say what should change'}
            value={message}
            onChange={(event) => type(event.currentTarget.value)}
          />
          <VerdictFailure failure={request.error} version={version} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not yet
            </Button>
            <Button type="submit" loading={request.running} disabled={request.error?.reason === 'state_moved'}>
              Request changes
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
