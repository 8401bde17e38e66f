import { Select } from '@mantine/core'

interface MemberFilterProps {
  label: string
  members: readonly { id: string; name: string }[]
  placeholder: string
  value: string | null
  onChange(memberId: string | null): void
  /** Names beside those of members, such as those under which a device acts. */
  others?: readonly { value: string; label: string }[]
}

/** Chooses a member, present or past, by typing part of the name. */
export function MemberFilter({ label, members, placeholder, value, onChange, others = [] }: MemberFilterProps) {
  const people = members.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      w={160}
      clearable
      searchable
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      value={value}
      onChange={onChange}
      nothingFoundMessage="Nobody matches"
      data={
        others.length === 0
          ? people
          : [
              { group: 'People', items: people },
              { group: 'Automatic', items: [...others] },
            ]
      }
    />
  )
}
