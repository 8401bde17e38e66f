import { Button, Text } from '@mantine/core'
import { IconCode, IconRepeat } from '@tabler/icons-react'
import type { RunDetailView } from '../../../src-preload/contract/runs.ts'
import { useQuery } from '../../bridge/client.ts'
import { MoreMenu } from '../../evidence/more-menu.tsx'
import { PinButton } from '../../evidence/pin-button.tsx'
import { RunEvidence } from '../../evidence/run-evidence.tsx'
import { cameFrom } from '../../history-entry.ts'
import { toHref } from '../../routes.ts'
import { RunView } from '../../run/run-view.tsx'
import { useHasRole, useSession } from '../../session.tsx'
import { ToneBadge } from '../../ui/badges.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { RunFacts } from './run-facts.tsx'

/** One run: what it was, how it went, and what came out of it. */
export function RunScreen({ run: id }: { run: string }) {
  const { member } = useSession()
  const run = useQuery('runs.get', { run: id })
  const isAdmin = useHasRole('admin')
  const isMine = run.data?.requested_by === member.id
  const back = backFrom(run.data === undefined ? null : isMine, isAdmin)

  if (run.data === undefined) {
    return (
      <Page title="Run" {...back}>
        {run.error === undefined ? (
          <LoadingState rows={3} label="Loading the run" />
        ) : (
          <ErrorState failure={run.error} onRetry={run.reload} />
        )}
      </Page>
    )
  }
  const { tool_title, version_number, context, requested_by_name, started_at } = run.data
  return (
    <Page
      title={tool_title}
      {...back}
      badge={context === 'sandbox' && <ToneBadge tone="neutral">Sandbox</ToneBadge>}
      description={
        <Text size="sm">
          {version_number === null ? 'A version that is still pending' : `Version ${version_number}`}, run by{' '}
          {isMine ? 'you' : requested_by_name} <TimeText at={started_at} />
        </Text>
      }
      actions={<Actions run={run.data} />}
    >
      <RunView runId={id} />
      {run.data.status !== 'running' && <RunEvidence run={run.data} />}
      <RunFacts run={run.data} />
    </Page>
  )
}

/**
 * The list that one came from, if the run is in it, else the one that it is in; while that isn't known (`isMine` is
 * null), none.
 */
function backFrom(isMine: boolean | null, isAdmin: boolean): { back?: { href: string; label: string } } {
  const mine = { href: toHref({ screen: 'my-runs' }), label: 'My runs' }
  const all = { href: toHref({ screen: 'run-history' }), label: 'All runs' }
  if (cameFrom(all.href)) return { back: all }
  if (!isAdmin || isMine === true) return { back: mine }
  if (isMine === false) return { back: all }
  return cameFrom(mine.href) ? { back: mine } : {}
}

function Actions({ run }: { run: RunDetailView }) {
  const isContributor = useHasRole('contributor')
  return (
    <>
      {isContributor && run.status !== 'running' && <PinButton runId={run.id} />}
      {run.context === 'production' && (
        <Button
          component="a"
          variant="default"
          href={toHref({ screen: 'run-tool', tool: run.tool_slug })}
          leftSection={<IconRepeat size={17} />}
        >
          Run it again
        </Button>
      )}
      {isContributor && run.view === 'full' && (
        <Button
          component="a"
          variant="default"
          href={toHref({ screen: 'editor', tool: run.tool_slug })}
          leftSection={<IconCode size={17} />}
        >
          Open the tool
        </Button>
      )}
      {run.view === 'full' && run.status !== 'running' && <MoreMenu of="this run" subject={{ run: run.id }} />}
    </>
  )
}
