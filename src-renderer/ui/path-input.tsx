import { TextInput } from '@mantine/core'

interface PathInputProps {
  label: string
  description: string
  value: string
  error: string | null
  isFocused?: boolean
  onChange(path: string): void
}

/** A file or folder of the device that the core runs on, which is the one that reads and writes it. */
export function PathInput({ label, description, value, error, isFocused = false, onChange }: PathInputProps) {
  return (
    <TextInput
      label={label}
      description={description}
      {...(isFocused ? { 'data-autofocus': true } : {})}
      autoComplete="off"
      spellCheck={false}
      value={value}
      maxLength={4096}
      error={error}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
