import { Button, Title } from '@mantine/core'
import { IconGitCompare, IconHistory, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { VersionView } from '../../../src-preload/contract/views.ts'
import { useQuery } from '../../bridge/client.ts'
import { usePages } from '../../bridge/pages.ts'
import { PackDialog, type PackSubject } from '../../evidence/pack-dialog.tsx'
import { toHref } from '../../routes.ts'
import { useChooseTwo } from '../../ui/choose-two.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { DecisionTimeline } from '../../ui/decision-timeline.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { CompareDialog } from './compare-dialog.tsx'
import { RollBackDialog } from './roll-back-dialog.tsx'
import { versionColumns } from './version-columns.tsx'

/** Every version of a tool that one may see: compare any two, open one, go back to one that was active. */
export function VersionHistoryScreen({ tool }: { tool: string }) {
  const versions = usePages('versions.list', { tool })
  const toolRead = useQuery('tools.get', { tool })
  const decisions = useQuery('versions.decisions', { tool })
  const [comparing, setComparing] = useState<readonly [string, string] | null>(null)
  const [rollingBackTo, setRollingBackTo] = useState<VersionView | null>(null)
  const [packing, setPacking] = useState<PackSubject | null>(null)
  const title = toolRead.data?.title ?? tool

  const choosing = useChooseTwo(versions.items, (version) => `version ${version.version_number ?? 'pending'}`)
  const { two } = choosing
  const columns = versionColumns({
    decisions: decisions.data?.items ?? [],
    activeId: toolRead.data?.active_version_id ?? null,
    onCompare: (from, to) => setComparing([from, to]),
    onRollBack: setRollingBackTo,
    onPack: ({ id }) => setPacking({ version: id }),
  }).toSpliced(-1, 0, choosing.column)
  return (
    <Page
      title={title}
      description="Version history, newest first."
      back={{ href: toHref({ screen: 'library' }), label: 'Tools' }}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconGitCompare size={16} aria-hidden />}
            disabled={two === null}
            onClick={() => two !== null && setComparing([two[0].id, two[1].id])}
          >
            {two === null ? 'Choose two to compare' : 'Compare the two'}
          </Button>
          <Button
            component="a"
            leftSection={<IconPencil size={16} aria-hidden />}
            href={toHref({ screen: 'editor', tool })}
          >
            Open the editor
          </Button>
        </>
      }
    >
      {versions.error !== undefined && versions.items.length === 0 ? (
        <ErrorState failure={versions.error} onRetry={versions.reload} />
      ) : versions.loading && versions.items.length === 0 ? (
        <LoadingState />
      ) : versions.items.length === 0 ? (
        <EmptyState
          icon={IconHistory}
          title="No versions yet"
          action={
            <Button component="a" href={toHref({ screen: 'editor', tool })}>
              Open the editor
            </Button>
          }
        >
          Saving in the editor makes the first one.
        </EmptyState>
      ) : (
        <DataList
          label={`Versions of ${title}`}
          columns={columns}
          items={versions.items}
          keyOf={(version) => version.id}
          more={versions.hasMore ? { load: versions.loadMore, loading: versions.loadingMore } : undefined}
        />
      )}
      {decisions.data !== undefined && decisions.data.items.length > 0 && (
        <section aria-labelledby="verdicts">
          <Title order={2} id="verdicts" mt="md" mb="sm">
            Submissions and verdicts
          </Title>
          <DecisionTimeline
            decisions={decisions.data.items}
            nameOf={(id) => {
              const number = versions.items.find((version) => version.id === id)?.version_number
              return number == null ? null : `v${number}`
            }}
          />
        </section>
      )}
      {comparing !== null && <CompareDialog from={comparing[0]} to={comparing[1]} onClose={() => setComparing(null)} />}
      <PackDialog subject={packing} onClose={() => setPacking(null)} />
      {rollingBackTo !== null && toolRead.data !== undefined && (
        <RollBackDialog tool={toolRead.data} version={rollingBackTo} onClose={() => setRollingBackTo(null)} />
      )}
    </Page>
  )
}
