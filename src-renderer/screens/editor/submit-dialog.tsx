import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Failure } from '../../../src-main/domain/result.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FailureBanner } from '../../run/banner.tsx'
import { useTyped } from '../../typed.ts'
import { save, submit } from './save.ts'
import type { Desk } from './use-desk.ts'

/** Sends the head to review with a note. Unsaved changes are saved first, so that what is read is what was meant. */
export function SubmitDialog({ desk, hasUnsaved, onClose }: { desk: Desk; hasUnsaved: boolean; onClose: () => void }) {
  const [note, setNote, forget] = useTyped(`submit ${desk.state.tool.id}`, '')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  const send = async () => {
    setBusy(true)
    setFailure(null)
    const outcome = hasUnsaved ? await save(desk.store) : 'saved'
    if (outcome !== 'saved' && outcome !== 'unchanged') {
      if (outcome === 'invalid_form') desk.setTab('form')
      return onClose()
    }
    const refused = await submit(desk.store, note)
    setBusy(false)
    if (refused !== null) return setFailure(refused)
    forget()
    notifySuccess('Submitted. It is frozen until it was reviewed.')
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title="Submit to review">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            An admin compares it with the active version, then publishes it or asks for changes.
            {hasUnsaved && ' Your unsaved changes are saved first.'}
          </Text>
          <Textarea
            label="Note to the reviewer"
            description="Optional: what to look at, and how it was tried"
            autosize
            minRows={3}
            maxRows={10}
            maxLength={2000}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {failure !== null && <FailureBanner failure={failure} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Go on editing
            </Button>
            <Button type="submit" loading={busy}>
              {hasUnsaved ? 'Save and submit' : 'Submit'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
