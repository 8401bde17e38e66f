import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useQuery } from '../../bridge/client.ts'

const MOST_SUGGESTIONS = 30
const PAUSE_MS = 180

/** Chooses a tool by typing part of its title. */
export function ToolFilter({ value, onChange }: { value: string | null; onChange(slug: string | null): void }) {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed, PAUSE_MS)
  const chosen = useQuery('tools.get', value === null ? null : { tool: value })
  // The title of the chosen tool stands in the box; it is no search.
  const isSearch = text !== chosen.data?.title
  const tools = useQuery('tools.list', { text: isSearch ? text : '', limit: MOST_SUGGESTIONS }, { keepPrevious: true })

  const options = new Map((tools.data?.items ?? []).map((tool) => [tool.slug, tool.title]))
  if (value !== null) options.set(value, chosen.data?.title ?? value)
  return (
    <Select
      aria-label="Tool"
      placeholder="Any tool"
      w={180}
      clearable
      searchable
      value={value}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      nothingFoundMessage="No tool matches"
      data={[...options].map(([slug, label]) => ({ value: slug, label }))}
    />
  )
}
