import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Column } from './data-list.tsx'

interface Chosen<T> {
  count: number
  /** The two that were chosen, the older one first, in a list that has the newest first. */
  two: readonly [older: T, newer: T] | null
  column: Column<T>
}

/** Lets a person choose two items of a list, newest first, to compare them. A third takes the place of the first. */
export function useChooseTwo<T extends { id: string }>(items: readonly T[], nameOf: (item: T) => string): Chosen<T> {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const toggle = (id: string) =>
    setChosen((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before, id].slice(-2)))
  const [newer, older] = items.filter(({ id }) => chosen.includes(id))
  return {
    count: older !== undefined ? 2 : newer !== undefined ? 1 : 0,
    two: newer !== undefined && older !== undefined ? [older, newer] : null,
    column: {
      id: 'choose',
      label: 'Compare',
      track: '1.25rem',
      narrow: 'corner',
      cell: (item) => (
        <Checkbox
          size="xs"
          aria-label={`Compare ${nameOf(item)}`}
          styles={{ icon: { zIndex: 2 } }}
          checked={chosen.includes(item.id)}
          onChange={() => toggle(item.id)}
        />
      ),
    },
  }
}
