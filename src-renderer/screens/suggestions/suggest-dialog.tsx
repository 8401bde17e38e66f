import { Button, Group, Stack } from '@mantine/core'
import type { FormEvent } from 'react'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useTyped } from '../../typed.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { CONTENT_FIELDS, ContentFields } from './content-fields.tsx'
import { NO_CONTENT } from './content.ts'

interface SuggestDialogProps {
  isOpen: boolean
  onClose(): void
  onSubmitted(): void
}

export function SuggestDialog({ isOpen, onClose, onSubmitted }: SuggestDialogProps) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Suggest a tool'} size="lg" onClose={onClose}>
      {() => <SuggestForm onClose={onClose} onSubmitted={onSubmitted} />}
    </FormDialog>
  )
}

function SuggestForm({ onClose, onSubmitted }: Omit<SuggestDialogProps, 'isOpen'>) {
  const [content, setContent, forget] = useTyped('suggestion', NO_CONTENT)
  const suggest = useCommand('suggestions.submit', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await suggest.run(content)
    if (!answer.ok) return
    forget()
    notifySuccess('Thank you. An admin will decide on it.')
    onSubmitted()
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <ContentFields value={content} onChange={setContent} failure={suggest.error} autoFocus />
        <FormFailure failure={suggest.error} fields={CONTENT_FIELDS} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            loading={suggest.running}
            disabled={content.title.trim() === '' || content.description.trim() === ''}
          >
            Suggest it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
