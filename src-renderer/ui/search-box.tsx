import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useAppCommands } from '../commands.ts'
import { focusFirstRow } from './data-list.tsx'
import { KeyboardHint } from './keyboard-hint.tsx'

const PAUSE_MS = 180

interface SearchBoxProps {
  label: string
  value: string
  onChange(text: string): void
}

/** Searches while one types, after a short pause. `/` comes here from anywhere, arrow down goes on to the results. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const report = useRef(onChange)
  useEffect(() => void (report.current = onChange))
  useEffect(() => {
    const timer = setTimeout(() => report.current(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  useAppCommands([{ id: 'search', group: 'General', label, keys: '/', run: () => input.current?.select() }])

  const clear = () => {
    setTyped('')
    input.current?.focus()
  }
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={200}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') {
          event.preventDefault()
          focusFirstRow()
        }
        if (event.key === 'Escape' && typed !== '') clear()
      }}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed === '' ? (
          <KeyboardHint keys="/" />
        ) : (
          <CloseButton size="sm" aria-label="Clear the search" onClick={clear} />
        )
      }
      style={{ flex: '1 1 12rem', maxWidth: '24rem' }}
    />
  )
}
