import { Button } from '@mantine/core'
import { IconGitCompare } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAppCommands } from '../commands.ts'
import { navigate } from '../routes.ts'
import { useChooseTwo } from './choose-two.tsx'
import type { Column } from './data-list.tsx'
import { formatExactTime } from './formats.ts'
import type { ListedRun } from './run-columns.tsx'

/** For a list of runs, newest first: a column to choose two of them in, and the button that compares these. */
export function useCompareRuns(items: readonly ListedRun[]): { column: Column<ListedRun>; button: ReactNode } {
  const { two, column } = useChooseTwo(items, nameOf)
  const compare = () => {
    if (two !== null) navigate({ screen: 'run-compare', a: two[0].id, b: two[1].id })
  }
  useAppCommands(
    two === null ? [] : [{ id: 'runs.compare', group: 'Runs', label: 'Compare the two runs', run: compare }],
  )
  const button = items.length > 1 && (
    <Button
      variant="default"
      leftSection={<IconGitCompare size={17} aria-hidden />}
      disabled={two === null}
      onClick={compare}
    >
      {two === null ? 'Choose two to compare' : 'Compare the two'}
    </Button>
  )
  return { column, button }
}

function nameOf(run: ListedRun): string {
  return `${run.tool_title}, ${formatExactTime(new Date(run.started_at))}`
}
