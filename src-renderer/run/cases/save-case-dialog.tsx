import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { caseNameKey } from '../../../src-main/domain/case.ts'
import { isSecret } from '../../../src-main/domain/field-values.ts'
import type { CaseView } from '../../../src-preload/contract/cases.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { KeyboardHint } from '../../ui/keyboard-hint.tsx'
import type { RunSubject } from '../subject.ts'
import type { FieldsForm } from '../use-fields-form.ts'
import { useSaveCase } from './use-save-case.ts'

interface SaveCaseDialogProps {
  isOpen: boolean
  subject: RunSubject
  form: FieldsForm
  cases: readonly CaseView[]
  chosen: CaseView | null
  onSaved(id: string): void
  onClose(): void
}

/** Asks for a name, and says what is kept, where, and for how long. */
export function SaveCaseDialog({ isOpen, onClose, ...props }: SaveCaseDialogProps) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Save these inputs'} onClose={onClose}>
      {() => <SaveCaseForm {...props} onClose={onClose} />}
    </FormDialog>
  )
}

function SaveCaseForm({ subject, form, cases, chosen, onSaved, onClose }: Omit<SaveCaseDialogProps, 'isOpen'>) {
  const [name, setName] = useState(chosen?.name ?? '')
  const { save, failure, running } = useSaveCase(subject, form, chosen?.id ?? null)
  const same = cases.find((each) => caseNameKey(each.name) === caseNameKey(name))
  const secrets = form.plainFields.filter(isSecret).map((field) => field.label)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const saved = await save(name, same !== undefined)
    if (saved === null) return
    notifySuccess(`Saved as “${saved.name}”`)
    onSaved(saved.id)
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={100}
          value={name}
          error={problemOf(failure, 'name')}
          description={same === undefined ? undefined : 'Takes the place of what is saved under this name.'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {contents(form)} Kept on this device, for you alone, until you remove them
          {subject.kind === 'tool' && ', although runs of a published tool keep no inputs'}. <KeyboardHint keys="F9" />{' '}
          runs on them again.
          {secrets.length > 0 && ` Left out, because it is secret: ${secrets.join(', ')}.`}
        </Text>
        <FormFailure failure={failure} fields={['name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={running} disabled={name.trim() === ''}>
            {same === undefined ? 'Save' : 'Replace'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function contents(form: FieldsForm): string {
  const names = form.fileFields.flatMap((field) => (form.files[field.name] ?? []).map((file) => file.name))
  const files = names.length === 0 ? 'no files' : names.join(', ')
  return form.plainFields.length === 0 ? `Files: ${files}.` : `The values of the form, and ${files}.`
}
