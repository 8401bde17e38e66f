import { Button, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { FormFailure } from './form-failure.tsx'
import { PathInput } from './path-input.tsx'

interface ExportFormProps {
  /** What is written, and how it can be used. */
  about: ReactNode
  /** What the path names, and where it may be. */
  label: string
  description: string
  /** What may be chosen besides the path. */
  children?: ReactNode
  failure: Failure | undefined
  isRunning: boolean
  onExport(path: string): Promise<void>
  onCancel(): void
}

/** Asks where on this device something is to be written. */
export function ExportForm(props: ExportFormProps) {
  const { about, label, description, children, failure, isRunning, onExport, onCancel } = props
  const [path, setPath] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void onExport(path.trim())
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{about}</Text>
        <PathInput
          label={label}
          description={description}
          isFocused
          value={path}
          error={problemOf(failure, 'path')}
          onChange={setPath}
        />
        {children}
        <FormFailure failure={failure} fields={['path']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isRunning} disabled={path.trim() === ''}>
            Export
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
