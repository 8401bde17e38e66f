import { Group, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { create } from 'zustand'
import { useCommandRegistry } from '../commands.ts'
import { KeyboardHint } from '../ui/keyboard-hint.tsx'

const useHelpSheet = create<{ isOpen: boolean }>(() => ({ isOpen: false }))

export function openHelpSheet(): void {
  useHelpSheet.setState({ isOpen: true })
}

/** The shortcuts that work right now (?). */
export function HelpSheet() {
  const { isOpen } = useHelpSheet()
  const { commands } = useCommandRegistry()
  const withKeys = [...commands.values()].filter((command) => command.keys !== undefined)
  const groups = Map.groupBy(withKeys, (command) => command.group)
  return (
    <Modal opened={isOpen} onClose={() => useHelpSheet.setState({ isOpen: false })} title="Keyboard" size="lg">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xl" verticalSpacing="lg">
        {[...groups].map(([group, members]) => (
          <section key={group}>
            <Title order={3} mb="xs">
              {group}
            </Title>
            <Stack gap={6}>
              {members.map((command) => (
                <Group key={command.id} justify="space-between" wrap="nowrap" gap="sm">
                  <Text size="sm">{command.label}</Text>
                  <KeyboardHint keys={command.keys ?? ''} />
                </Group>
              ))}
            </Stack>
          </section>
        ))}
      </SimpleGrid>
    </Modal>
  )
}
