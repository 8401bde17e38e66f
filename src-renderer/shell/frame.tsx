import { Burger, Drawer, Text } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useRoute } from '../routes.ts'
import { useSession } from '../session.tsx'
import { CommandPalette } from './command-palette.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { GeneralCommands } from './general-commands.tsx'
import { HelpSheet } from './help-sheet.tsx'
import { Navigation } from './navigation.tsx'
import { ResumeBanner } from './resume-banner.tsx'
import { useLeftPlace } from './use-left-place.ts'
import styles from './frame.module.css'

/** What stays while screens change: navigation at the left, or behind a button where the window is narrow. */
export function Frame({ children }: { children: ReactNode }) {
  const { workspace } = useSession()
  const route = useRoute()
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const place = JSON.stringify(route)
  useEffect(() => setIsMenuOpen(false), [place])
  useLeftPlace(main, place)

  return (
    <div className={styles['frame']}>
      <a
        className={styles['skip']}
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to content
      </a>
      <div className={styles['banners']}>
        <ConnectionBanner />
        <ResumeBanner />
      </div>
      <div role="region" aria-label="Workspace" className={styles['topBar']}>
        <Burger opened={isMenuOpen} size="sm" aria-label="Open navigation" onClick={() => setIsMenuOpen(true)} />
        <Text fw={600} truncate>
          {workspace.name}
        </Text>
      </div>
      <div role="region" aria-label="Navigation and status" className={styles['side']}>
        <Navigation />
      </div>
      <Drawer
        opened={isMenuOpen}
        onClose={() => setIsMenuOpen(false)}
        size="17rem"
        title={<span className="visually-hidden">Navigation</span>}
        withCloseButton={false}
        styles={{
          header: { display: 'none' },
          body: { height: '100%', padding: 0 },
          content: { background: 'var(--app-ground-side)' },
        }}
      >
        <Navigation />
      </Drawer>
      <main ref={main} id="content" tabIndex={-1} className={styles['main']}>
        {children}
      </main>
      <GeneralCommands />
      <CommandPalette />
      <HelpSheet />
    </div>
  )
}
