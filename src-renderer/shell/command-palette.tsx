import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useCommandRegistry, type AppCommand } from '../commands.ts'
import { KeyboardHint } from '../ui/keyboard-hint.tsx'
import styles from './command-palette.module.css'

/** Every command by name (Mod+K). */
export function CommandPalette() {
  const { commands } = useCommandRegistry()
  const shown = [...commands.values()].filter((command) => command.id !== 'palette')
  return (
    <Spotlight
      actions={inGroups(shown)}
      shortcut={null}
      nothingFound="Nothing goes by that name"
      highlightQuery
      scrollable
      maxHeight="60vh"
      radius="md"
      title="Find or do anything"
      overlayProps={{ backgroundOpacity: 0.45 }}
      styles={{ header: { display: 'none' } }}
      classNames={{ actionsGroup: styles['group'] ?? '' }}
      searchProps={{ placeholder: 'Find a place or something to do', leftSection: <IconSearch size={18} /> }}
    />
  )
}

function inGroups(commands: readonly AppCommand[]): SpotlightActionGroupData[] {
  const groups = Map.groupBy(commands, (command) => command.group)
  return [...groups].map(([group, members]) => ({
    group,
    actions: members.map((command) => ({
      id: command.id,
      label: command.label,
      keywords: [...(command.keywords ?? [])],
      rightSection: command.keys === undefined ? null : <KeyboardHint keys={command.keys} />,
      // Spotlight gives the focus back when it closes; a dialog opened before that would lose it.
      onClick: () => setTimeout(command.run),
    })),
  }))
}
