import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { FormFailure } from './form-failure.tsx'

interface ReasonFormProps {
  /** What will happen. */
  children: ReactNode
  /** What the core calls the reason. */
  field?: string
  label?: string
  description?: string
  confirm: string
  isDangerous?: boolean
  running: boolean
  failure: Failure | undefined
  onConfirm(reason: string): void
  onClose(): void
}

/** A step that needs a reason: it says what will happen, asks why, and keeps what was typed when it fails. */
export function ReasonForm(props: ReasonFormProps) {
  const { children, field = 'reason', label = 'Reason', description = 'It goes on record.', confirm } = props
  const { isDangerous = false, running, failure, onConfirm, onClose } = props
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onConfirm(reason)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {children}
        <Textarea
          label={label}
          description={description}
          data-autofocus
          autosize
          minRows={2}
          maxRows={8}
          value={reason}
          maxLength={2000}
          error={problemOf(failure, field)}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormFailure failure={failure} fields={[field]} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(isDangerous ? { color: 'red' } : {})}
            loading={running}
            disabled={reason.trim() === ''}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
