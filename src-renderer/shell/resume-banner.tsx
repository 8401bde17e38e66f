import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useCommand } from '../bridge/client.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { useHasRole, useSession } from '../session.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { FormFailure } from '../ui/form-failure.tsx'
import styles from './connection-banner.module.css'

/** A restored or copied data folder may not append until it is known that no other device went on meanwhile (TR-11). */
export function ResumeBanner() {
  const { status } = useSession()
  const isSuperuser = useHasRole('superuser')
  const [isOpen, setIsOpen] = useState(false)
  if (status.must_resume === null) return null
  return (
    <div role="status" className={`${styles['banner']} ${styles['lost']}`}>
      <strong>This data folder was {status.must_resume}, so nothing can be changed yet.</strong>
      <span>
        {isSuperuser
          ? 'Go on only if no other device has gone on with this workspace.'
          : 'A superuser has to say that it may go on.'}
      </span>
      {isSuperuser && (
        <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
          Go on here…
        </Button>
      )}
      <FormDialog subject={isOpen || null} title={() => 'Go on in this folder'} onClose={() => setIsOpen(false)}>
        {() => <ResumeForm onClose={() => setIsOpen(false)} />}
      </FormDialog>
    </div>
  )
}

function ResumeForm({ onClose }: { onClose(): void }) {
  const { refresh } = useSession()
  const [reason, setReason] = useState('')
  const resume = useCommand('workspace.resume', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await resume.run({ reason })
    if (!answer.ok) return
    refresh()
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm">
          You state, on record, that no other device holds later changes of this workspace. If one does, both can’t be
          brought together again.
        </Text>
        <Textarea
          label="Why you are sure"
          data-autofocus
          autosize
          minRows={2}
          maxLength={2000}
          value={reason}
          error={problemOf(resume.error, 'reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormFailure failure={resume.error} fields={['reason']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={resume.running} disabled={reason.trim() === ''}>
            Go on here
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
