import { Checkbox, MultiSelect, NumberInput, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core'
import type { PlainField } from '../../src-main/domain/field.ts'
import { unreachable, type Json } from '../../src-main/domain/result.ts'
import { FilesField } from './files-field.tsx'
import type { FieldsForm } from './use-fields-form.ts'

/** A form made from a schema (SC-5): one input per field, what is wrong with it under it. */
export function FieldsFormInputs({ form, disabled }: { form: FieldsForm; disabled: boolean }) {
  return (
    <Stack gap="sm">
      {form.fileFields.map((field) => (
        <FilesField
          key={field.name}
          field={field}
          files={form.files[field.name] ?? []}
          otherFiles={Object.entries(form.files).flatMap(([name, files]) => (name === field.name ? [] : files))}
          problem={form.problems[field.name]}
          disabled={disabled}
          onChange={(files) => form.setFiles(field.name, files)}
        />
      ))}
      {form.plainFields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={form.values[field.name] ?? null}
          problem={form.problems[field.name]}
          disabled={disabled}
          onChange={(value) => form.setValue(field.name, value)}
        />
      ))}
    </Stack>
  )
}

interface FieldInputProps {
  field: PlainField
  value: Json
  problem: string | undefined
  disabled: boolean
  onChange(value: Json): void
}

function FieldInput({ field, value, problem, disabled, onChange }: FieldInputProps) {
  const common = {
    label: field.label,
    description: field.help,
    error: problem,
    disabled,
    size: 'sm',
    withAsterisk: field.required ?? false,
  } as const
  const text = typeof value === 'string' ? value : ''

  switch (field.kind) {
    case 'string': {
      const Input = field.secret === true ? PasswordInput : TextInput
      return (
        <Input {...common} value={text} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />
      )
    }
    case 'text':
      return field.secret === true ? (
        <PasswordInput
          {...common}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          {...common}
          value={text}
          autosize
          minRows={3}
          maxRows={12}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          allowDecimal={field.kind === 'number'}
          clampBehavior="none"
          onChange={(entered) => onChange(entered === '' ? null : entered)}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
        />
      )
    case 'boolean':
      return (
        <Checkbox
          label={field.label}
          description={field.help}
          error={problem}
          disabled={disabled}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'enum':
      return (
        <Select
          {...common}
          data={field.options}
          value={text === '' ? null : text}
          clearable={field.required !== true}
          onChange={onChange}
        />
      )
    case 'multi_enum':
      return (
        <MultiSelect
          {...common}
          data={field.options}
          value={Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []}
          clearable
          onChange={onChange}
        />
      )
    default:
      return unreachable(field)
  }
}
