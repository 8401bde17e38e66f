import { ActionIcon, Button, Group, Input, Text } from '@mantine/core'
import { IconFile, IconUpload, IconX } from '@tabler/icons-react'
import { useId, useRef, useState, type DragEvent } from 'react'
import type { FileField } from '../../src-main/domain/field.ts'
import { formatBytes } from '../ui/formats.ts'
import { isKept, type ChosenFile } from './chosen-file.ts'
import { MAX_FILE_WORDS, MAX_FILES, takeFiles } from './file-limits.ts'
import classes from './run.module.css'

export type FilesByField = Record<string, readonly ChosenFile[]>

interface FilesFieldProps {
  field: FileField
  files: readonly ChosenFile[]
  /** Chosen for the form's other file fields: the limits are for all files of a run together. */
  otherFiles: readonly ChosenFile[]
  problem: string | undefined
  disabled: boolean
  onChange(files: readonly ChosenFile[]): void
}

/** Files by dialog or by dropping them. What can't be taken is said in words, for each file. */
export function FilesField({ field, files, otherFiles, problem, disabled, onChange }: FilesFieldProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const labelId = useId()
  const [refusals, setRefusals] = useState<string[]>([])
  const [dragging, setDragging] = useState(false)
  const accept = field.accept ?? []
  const takesOne = field.max === 1

  const add = (offered: readonly File[]) => {
    const kept = takesOne ? [] : files
    const present = [...kept, ...otherFiles].map((file) => ({ name: file.name, bytes: file.size }))
    const { taken, refusals: found } = takeFiles(present, takesOne ? offered.slice(0, 1) : offered)
    const oneOfMany = takesOne && offered.length > 1 ? ['One file is enough here: the first one was taken.'] : []
    setRefusals([...oneOfMany, ...found])
    if (taken.length > 0) onChange([...kept, ...taken])
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDragging(false)
    if (!disabled) add([...event.dataTransfer.files])
  }
  const required = field.required === true || (field.min ?? 0) > 0

  return (
    <Input.Wrapper
      label={field.label}
      labelProps={{ id: labelId }}
      labelElement="div"
      description={field.help}
      withAsterisk={required}
      error={problem}
    >
      <div
        role="group"
        aria-labelledby={labelId}
        className={classes.drop}
        data-dragging={dragging || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setDragging(true)
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={drop}
      >
        <Group gap="4px 10px">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconUpload size={14} />}
            disabled={disabled}
            onClick={() => chooser.current?.click()}
          >
            {takesOne ? 'Choose a file…' : 'Choose files…'}
          </Button>
          <Text size="xs" c="dimmed">
            {hintOf(field)}
          </Text>
        </Group>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple={!takesOne}
          accept={accept.join(',')}
          onChange={(event) => {
            add([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
        {files.length > 0 && (
          <ul className={classes.files} aria-label={`Files for ${field.label}`}>
            {files.map((file) => (
              <li key={file.name}>
                <IconFile size={14} aria-hidden />
                <span className={classes.fileName} title={file.name}>
                  {file.name}
                </span>
                <span className={classes.dimmed}>
                  {isKept(file) && 'saved · '}
                  {formatBytes(file.size)}
                </span>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${file.name}`}
                  disabled={disabled}
                  onClick={() => onChange(files.filter((other) => other !== file))}
                >
                  <IconX size={14} />
                </ActionIcon>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div role="status">
        {refusals.map((refusal) => (
          <Text key={refusal} size="xs" c="var(--mantine-color-error)" mt={4}>
            {refusal}
          </Text>
        ))}
      </div>
    </Input.Wrapper>
  )
}

function hintOf(field: FileField): string {
  const kinds = field.accept === undefined || field.accept.length === 0 ? '' : `${field.accept.join(', ')} · `
  if (field.max === 1) return `${kinds}or drop it here · up to ${MAX_FILE_WORDS}`
  return `${kinds}or drop them here · up to ${field.max ?? MAX_FILES} files, ${MAX_FILE_WORDS} each`
}
