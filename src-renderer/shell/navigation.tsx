import { Text, UnstyledButton } from '@mantine/core'
import {
  IconBooks,
  IconBulb,
  IconClipboardCheck,
  IconDatabase,
  IconFileCertificate,
  IconHistory,
  IconKey,
  IconListSearch,
  IconPlayerPlay,
  IconSearch,
  IconSettings,
  IconShieldCheck,
  IconTools,
  IconUsers,
  type Icon,
} from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useQuery } from '../bridge/client.ts'
import { toHref, useRoute, type Route } from '../routes.ts'
import { useHasRole, useSession } from '../session.tsx'
import { KeyboardHint } from '../ui/keyboard-hint.tsx'
import { useSection } from '../ui/page.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import { togglePalette } from './command-palette.tsx'
import { EngineIndicator } from './engine-indicator.tsx'
import { MemberMenu } from './member-menu.tsx'
import { Mark } from './mark.tsx'
import styles from './navigation.module.css'

interface Place {
  label: string
  icon: Icon
  route: Route
  /** Screens that belong under this link. */
  screens: readonly Route['screen'][]
  count?: number
}

const RUNNING: readonly Place[] = [
  { label: 'Catalogue', icon: IconBooks, route: { screen: 'catalogue' }, screens: ['catalogue', 'run-tool'] },
  { label: 'My runs', icon: IconPlayerPlay, route: { screen: 'my-runs' }, screens: ['my-runs'] },
]

export function Navigation() {
  const { workspace } = useSession()
  const isContributor = useHasRole('contributor')
  const isAdmin = useHasRole('admin')
  const inReview = useReviewCount(isContributor)
  const suggested = usePendingSuggestions(isAdmin)
  const overrides = useWaitingOverrides(isAdmin)
  const nominated = usePendingNominations(useHasRole('superuser'))

  const making: Place[] = [
    {
      label: 'Tools',
      icon: IconTools,
      route: { screen: 'library' },
      screens: ['library', 'editor', 'version-history'],
    },
    {
      label: 'Reviews',
      icon: IconClipboardCheck,
      route: { screen: 'reviews' },
      screens: ['reviews', 'review'],
      count: inReview,
    },
    {
      label: 'Suggestions',
      icon: IconBulb,
      route: { screen: 'suggestions' },
      screens: ['suggestions'],
      count: suggested,
    },
  ]
  const managing: Place[] = [
    { label: 'All runs', icon: IconHistory, route: { screen: 'run-history' }, screens: ['run-history'] },
    {
      label: 'Advisories',
      icon: IconFileCertificate,
      route: { screen: 'advisories' },
      screens: ['advisories'],
      count: overrides,
    },
    { label: 'Integrity', icon: IconShieldCheck, route: { screen: 'integrity' }, screens: ['integrity'] },
    { label: 'Members', icon: IconUsers, route: { screen: 'members' }, screens: ['members'], count: nominated },
    { label: 'Keys', icon: IconKey, route: { screen: 'keys' }, screens: ['keys'] },
    { label: 'Audit', icon: IconListSearch, route: { screen: 'audit' }, screens: ['audit'] },
    { label: 'Backups', icon: IconDatabase, route: { screen: 'backups' }, screens: ['backups'] },
    { label: 'Settings', icon: IconSettings, route: { screen: 'settings' }, screens: ['settings'] },
  ]

  return (
    <div className={styles['navigation']}>
      <div className={styles['head']}>
        <Mark className={styles['mark']} />
        <Text className={styles['workspace']} lineClamp={2} title={workspace.name}>
          {workspace.name}
        </Text>
      </div>
      <UnstyledButton className={styles['find']} onClick={togglePalette}>
        <IconSearch size={15} aria-hidden />
        <span>Find or do…</span>
        <KeyboardHint keys="mod+K" />
      </UnstyledButton>
      <nav className={styles['links']} aria-label="Main">
        <Places places={RUNNING} />
        {isContributor && <Places heading="Workshop" places={making} />}
        {isAdmin && <Places heading="Workspace" places={managing} />}
      </nav>
      <div className={styles['foot']}>
        <EngineIndicator />
        <MemberMenu />
        <ColorSchemeSwitch />
      </div>
    </div>
  )
}

function Places({ heading, places }: { heading?: string; places: readonly Place[] }) {
  const route = useRoute()
  const section = useSection()
  const list = useRef<HTMLUListElement>(null)
  const isHere = ({ screens, route: target }: Pick<Place, 'screens' | 'route'>) =>
    screens.includes(route.screen) || section.href === toHref(target)
  const here = places.find(isHere)?.label
  useEffect(() => {
    // In a low window the list is longer than what is shown of it.
    if (here !== undefined) list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [here])
  return (
    <>
      {heading !== undefined && <div className={styles['group']}>{heading}</div>}
      <ul ref={list} className={styles['list']} aria-label={heading}>
        {places.map(({ icon: PlaceIcon, ...place }) => (
          <li key={place.label}>
            <a className={styles['link']} href={toHref(place.route)} aria-current={isHere(place) ? 'page' : undefined}>
              <PlaceIcon size={18} stroke={1.7} aria-hidden />
              {place.label}
              {place.count !== undefined && place.count > 0 && (
                <span className={styles['count']}>
                  {place.count}
                  <span className="visually-hidden"> waiting</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

const MOST_COUNTED = 99

/** Somebody’s work stands still until these are decided. */
function useWaitingOverrides(isWanted: boolean): number {
  const waiting = useQuery(
    'advisories.list',
    isWanted ? { kind: 'override_request', reviewed: false, limit: MOST_COUNTED } : null,
  )
  return waiting.data?.items.length ?? 0
}

function useReviewCount(isWanted: boolean): number {
  const reviews = useQuery('reviews.list', isWanted ? { limit: MOST_COUNTED } : null)
  return reviews.data?.items.length ?? 0
}

function usePendingSuggestions(isWanted: boolean): number {
  const pending = useQuery('suggestions.list', isWanted ? { status: 'pending', limit: MOST_COUNTED } : null)
  return pending.data?.items.length ?? 0
}

function usePendingNominations(isWanted: boolean): number {
  const pending = useQuery('members.nominations', isWanted ? { status: 'pending', limit: MOST_COUNTED } : null)
  return pending.data?.items.length ?? 0
}
