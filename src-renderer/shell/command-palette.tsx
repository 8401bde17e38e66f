import { spotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { createRef } from 'react'
import { flushSync } from 'react-dom'
import { useCommandRegistry, type AppCommand } from '../commands.ts'
import { KeyboardHint } from '../ui/keyboard-hint.tsx'
import styles from './command-palette.module.css'

const searchField = createRef<HTMLInputElement>()

/**
 * Opens or closes the palette, whole before this returns: what is typed next is meant for it, not for what had the
 * focus, however long the next frame takes.
 */
export function togglePalette(): void {
  flushSync(spotlight.toggle)
  searchField.current?.focus()
}

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
      // Held at its top: in the middle it would move with each letter that changes how much is found.
      centered={false}
      maxHeight="60vh"
      radius="md"
      title="Find or do anything"
      overlayProps={{ backgroundOpacity: 0.45 }}
      // A transition starts with a frame, and there would be no field to type into until it is drawn.
      transitionProps={{ duration: 0 }}
      styles={{ header: { display: 'none' } }}
      classNames={{ actionsGroup: styles['group'] ?? '' }}
      searchProps={{
        ref: searchField,
        placeholder: 'Find a place or something to do',
        leftSection: <IconSearch size={18} />,
      }}
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
