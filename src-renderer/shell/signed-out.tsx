import { Code, Title, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { EmptyState } from '../ui/states.tsx'

/** The page isn't signed in to the app. Only the address that the app prints at start can change that. */
export function SignedOut() {
  return (
    <main>
      <Title order={1} className="visually-hidden">
        Scriptorium
      </Title>
      <EmptyState icon={IconPlugConnectedX} title="Open Scriptorium from its own address">
        <Text inherit>
          This page is not signed in. When the app starts it prints an address that begins with{' '}
          <Code>{location.origin}/#code=</Code>; open that one. Each address works once: for another, press Enter in the
          terminal where the app runs, or start it again.
        </Text>
      </EmptyState>
    </main>
  )
}
