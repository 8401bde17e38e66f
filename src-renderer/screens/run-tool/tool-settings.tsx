import { Button, Group, Stack, Text } from '@mantine/core'
import { IconAdjustments } from '@tabler/icons-react'
import { useMemo, useState, type FormEvent } from 'react'
import type { PlainField } from '../../../src-main/domain/field.ts'
import type { JsonObject } from '../../../src-main/domain/result.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FieldsFormInputs } from '../../run/fields-form.tsx'
import { useFieldsForm } from '../../run/use-fields-form.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'

interface ToolSettingsProps {
  tool: string
  fields: readonly PlainField[]
}

/** The member's own settings of a tool; they stay on this device (SC-5). */
export function ToolSettings({ tool, fields }: ToolSettingsProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button variant="default" leftSection={<IconAdjustments size={17} />} onClick={() => setIsOpen(true)}>
        My settings
      </Button>
      <FormDialog subject={isOpen || null} title={() => 'My settings of this tool'} onClose={() => setIsOpen(false)}>
        {() => <Settings tool={tool} fields={fields} onClose={() => setIsOpen(false)} />}
      </FormDialog>
    </>
  )
}

function Settings({ tool, fields, onClose }: ToolSettingsProps & { onClose(): void }) {
  const kept = useQuery('toolSettings.get', { tool })
  if (kept.data !== undefined) {
    const { values, secrets_set } = kept.data
    return <Form tool={tool} fields={fields} onClose={onClose} values={values} secretsSet={secrets_set} />
  }
  if (kept.error !== undefined) return <ErrorState failure={kept.error} onRetry={kept.reload} />
  return <LoadingState rows={3} />
}

interface FormProps extends ToolSettingsProps {
  values: JsonObject
  secretsSet: readonly string[]
  onClose(): void
}

function Form({ tool, fields, values, secretsSet, onClose }: FormProps) {
  const shown = useMemo(() => fields.map((field) => keepable(field, secretsSet)), [fields, secretsSet])
  const form = useFieldsForm(shown, `settings ${tool}`, values)
  const set = useCommand('toolSettings.set', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const checked = form.check()
    if (checked === null) return
    const answer = await set.run({ tool, values: withoutUntouchedSecrets(checked, secretsSet) })
    if (!answer.ok) return void form.showFailure(answer.error)
    form.sent()
    notifySuccess('Settings saved')
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          Kept on this device, for you alone. The tool reads them when you run it.
        </Text>
        <FieldsFormInputs form={form} disabled={set.running} />
        <FormFailure failure={set.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.running}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** A secret that is set is never shown again: its input starts empty, and staying empty keeps it. */
function keepable(field: PlainField, secretsSet: readonly string[]): PlainField {
  if (!secretsSet.includes(field.name)) return field
  return { ...field, required: false, help: `${field.help ?? ''} It is set; leave this empty to keep it.`.trim() }
}

function withoutUntouchedSecrets(values: JsonObject, secretsSet: readonly string[]): JsonObject {
  const isTyped = (value: unknown) => value !== null && value !== ''
  const isKept = ([name, value]: [string, unknown]) => !secretsSet.includes(name) || isTyped(value)
  return Object.fromEntries(Object.entries(values).filter(isKept))
}
