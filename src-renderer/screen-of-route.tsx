import { Button } from '@mantine/core'
import { IconMapPinOff } from '@tabler/icons-react'
import { Suspense, useEffect } from 'react'
import { lazyPart } from './lazy-part.ts'
import { navigate, toHref, useRoute, type Route } from './routes.ts'
import { BackupsScreen } from './screens/backups/screen.tsx'
import { CatalogueScreen } from './screens/catalogue/screen.tsx'
import { KeysScreen } from './screens/keys/screen.tsx'
import { LibraryScreen } from './screens/library/screen.tsx'
import { MembersScreen } from './screens/members/screen.tsx'
import { MyRunsScreen } from './screens/my-runs/screen.tsx'
import { RunScreen } from './screens/my-runs/run-screen.tsx'
import { ReviewsScreen } from './screens/reviews/screen.tsx'
import { RunHistoryScreen } from './screens/run-history/screen.tsx'
import { RunToolScreen } from './screens/run-tool/screen.tsx'
import { SuggestionsScreen } from './screens/suggestions/screen.tsx'
import { useHasRole } from './session.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'
import { Page } from './ui/page.tsx'
import { EmptyState, LoadingState } from './ui/states.tsx'

// What brings schemas or the code editor along is fetched when it is first opened.
const SettingsScreen = lazyPart(async () => ({
  default: (await import('./screens/settings/screen.tsx')).SettingsScreen,
}))
const AuditScreen = lazyPart(async () => ({ default: (await import('./screens/audit/screen.tsx')).AuditScreen }))
const EditorScreen = lazyPart(async () => ({ default: (await import('./screens/editor/screen.tsx')).EditorScreen }))
const ReviewScreen = lazyPart(async () => ({ default: (await import('./screens/review/screen.tsx')).ReviewScreen }))
const AdvisoriesScreen = lazyPart(async () => ({
  default: (await import('./screens/advisories/screen.tsx')).AdvisoriesScreen,
}))
const IntegrityScreen = lazyPart(async () => ({
  default: (await import('./screens/integrity/screen.tsx')).IntegrityScreen,
}))
const RunCompareScreen = lazyPart(async () => ({
  default: (await import('./screens/run-compare/screen.tsx')).RunCompareScreen,
}))
const VersionHistoryScreen = lazyPart(async () => ({
  default: (await import('./screens/version-history/screen.tsx')).VersionHistoryScreen,
}))

export function ScreenOfRoute() {
  const route = useRoute()
  return (
    <ErrorBoundary key={JSON.stringify(route)}>
      <Suspense fallback={<ScreenOnItsWay />}>{screenOf(route)}</Suspense>
    </ErrorBoundary>
  )
}

function screenOf(route: Route) {
  switch (route.screen) {
    case 'home':
      return <Home />
    case 'catalogue':
      return <CatalogueScreen />
    case 'run-tool':
      return <RunToolScreen key={route.tool} tool={route.tool} />
    case 'my-runs':
      return <MyRunsScreen />
    case 'run-history':
      return <RunHistoryScreen />
    case 'run':
      return <RunScreen key={route.run} run={route.run} />
    case 'run-compare':
      return <RunCompareScreen a={route.a} b={route.b} />
    case 'library':
      return <LibraryScreen />
    case 'suggestions':
      return <SuggestionsScreen />
    case 'advisories':
      return <AdvisoriesScreen />
    case 'integrity':
      return <IntegrityScreen />
    case 'members':
      return <MembersScreen />
    case 'keys':
      return <KeysScreen />
    case 'audit':
      return <AuditScreen />
    case 'backups':
      return <BackupsScreen />
    case 'settings':
      return <SettingsScreen />
    case 'editor':
      return <EditorScreen key={route.tool} tool={route.tool} />
    case 'version-history':
      return <VersionHistoryScreen key={route.tool} tool={route.tool} />
    case 'reviews':
      return <ReviewsScreen />
    case 'review':
      return <ReviewScreen key={route.version} version={route.version} />
    case 'unknown':
      return <Unknown />
  }
}

/** Whoever writes tools starts with them; everybody else starts with what they can run. */
function Home() {
  const isContributor = useHasRole('contributor')
  useEffect(() => {
    const target: Route = isContributor ? { screen: 'library' } : { screen: 'catalogue' }
    history.replaceState(null, '', toHref(target))
    window.dispatchEvent(new HashChangeEvent('hashchange'))
  }, [isContributor])
  return null
}

function Unknown() {
  return (
    <Page title="Not found">
      <EmptyState
        icon={IconMapPinOff}
        title="There is nothing at this address"
        action={<Button onClick={() => navigate({ screen: 'home' })}>Go to the start</Button>}
      >
        It may have been mistyped, or come from another version of the app.
      </EmptyState>
    </Page>
  )
}

function ScreenOnItsWay() {
  return (
    <div style={{ padding: '1.5rem clamp(0.875rem, 2.5vw, 2.25rem)' }}>
      <LoadingState />
    </div>
  )
}
