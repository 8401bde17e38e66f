import { Button, Group, Stack, Textarea } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { useTyped } from '../typed.ts'
import { FormFailure } from './form-failure.tsx'

interface ReasonFormProps {
  /** Names the step and what it is about, so that what was typed is there when the form is opened again. */
  place: string
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
  /** Answers whether it was done. */
  onConfirm(reason: string): Promise<boolean>
  onClose(): void
}

/** A step that needs a reason: it says what will happen, asks why, and keeps what was typed until it is done. */
export function ReasonForm(props: ReasonFormProps) {
  const { children, field = 'reason', label = 'Reason', description = 'It goes on record.', confirm } = props
  const { place, isDangerous = false, running, failure, onConfirm, onClose } = props
  const [reason, setReason, forget] = useTyped(place, '')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await onConfirm(reason)) forget()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
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
