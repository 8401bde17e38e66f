import { useMantineColorScheme } from '@mantine/core'
import { useCommand } from '../bridge/client.ts'
import { useAppCommands, type AppCommand } from '../commands.ts'
import { navigate, type Route } from '../routes.ts'
import { useHasRole, useSession } from '../session.tsx'
import { togglePalette } from './command-palette.tsx'
import { openHelpSheet } from './help-sheet.tsx'

/** The commands that are there on every screen. */
export function GeneralCommands() {
  const isContributor = useHasRole('contributor')
  const isAdmin = useHasRole('admin')
  const { status } = useSession()
  const { setColorScheme } = useMantineColorScheme()
  const lock = useCommand('session.lock')

  useAppCommands([
    { id: 'palette', group: 'General', label: 'Find or do anything', keys: 'mod+K', run: togglePalette },
    { id: 'help', group: 'General', label: 'Keyboard shortcuts', keys: '?', run: openHelpSheet },
    goTo('catalogue', 'Catalogue', 'g c'),
    goTo('my-runs', 'My runs', 'g m'),
    ...(isContributor
      ? [goTo('library', 'Tools', 'g t'), goTo('reviews', 'Reviews', 'g r'), goTo('suggestions', 'Suggestions', 'g w')]
      : []),
    ...(isAdmin
      ? [
          goTo('advisories', 'Advisories', 'g v', ['override', 'explanation', 'approve']),
          goTo('integrity', 'Integrity', 'g i', ['verify', 'hash', 'prune', 'disk']),
        ]
      : []),
    ...(isAdmin
      ? [
          goTo('run-history', 'All runs', 'g a'),
          goTo('members', 'Members', 'g p'),
          goTo('audit', 'Audit', 'g h', ['history', 'events', 'log']),
          goTo('backups', 'Backups', 'g b', ['restore', 'copy']),
          goTo('settings', 'Settings', 'g s'),
        ]
      : []),
    goTo('keys', isAdmin ? 'Keys and devices' : 'My key', 'g k', ['passphrase', 'fingerprint', 'security']),
    ...(status.key_protection === 'passphrase'
      ? [{ id: 'lock', group: 'General', label: 'Lock my key', run: () => void lock.run({}) }]
      : []),
    { id: 'colours.light', group: 'Colours', label: 'Use light colours', run: () => setColorScheme('light') },
    { id: 'colours.dark', group: 'Colours', label: 'Use dark colours', run: () => setColorScheme('dark') },
    { id: 'colours.auto', group: 'Colours', label: 'Use the system’s colours', run: () => setColorScheme('auto') },
  ])
  return null
}

type Place = Extract<
  Route['screen'],
  | 'catalogue'
  | 'my-runs'
  | 'library'
  | 'reviews'
  | 'suggestions'
  | 'run-history'
  | 'advisories'
  | 'integrity'
  | 'members'
  | 'keys'
  | 'audit'
  | 'backups'
  | 'settings'
>

function goTo(screen: Place, label: string, keys: string, keywords: readonly string[] = []): AppCommand {
  return { id: `go.${screen}`, group: 'Go to', label, keys, keywords, run: () => navigate({ screen } satisfies Route) }
}
