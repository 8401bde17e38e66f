import { Button, Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { ToolView, VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useQuery } from '../../bridge/client.ts'
import { VersionDiff } from '../../code/version-diff.tsx'
import { Banner } from '../../run/banner.tsx'
import { RunPanel } from '../../run/run-panel.tsx'
import type { RunSubject } from '../../run/subject.ts'
import { StateBadge } from '../../ui/badges.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { About } from './about.tsx'
import { Comments } from './comments.tsx'
import classes from './review.module.css'
import { ReviewToolbar } from './toolbar.tsx'
import { useComments } from './use-comments.ts'

const WIDE = '(min-width: 75rem)'
type Tab = 'diff' | 'about' | 'comments' | 'try'

/**
 * The verdict is on the difference that was shown. So the active version that it is shown against stays the same until
 * the reviewer asks for another, also when somebody publishes meanwhile.
 */
export function ReviewDesk({ version, tool }: { version: VersionWithContent; tool: ToolView }) {
  const [shownActiveId, setShownActiveId] = useState(tool.active_version_id)
  const active = useQuery('versions.get', shownActiveId === null ? null : { version: shownActiveId })
  const wide = useMediaQuery(WIDE, window.matchMedia(WIDE).matches)
  const [chosen, setChosen] = useState<Tab>('diff')
  const tab = wide && chosen === 'diff' ? 'about' : chosen
  const comments = useComments(version, (wanted) => (wide && wanted === 'diff') || setChosen(wanted))
  const { id, tool_slug, input_schema, runtime } = version
  const subject = useMemo<RunSubject>(
    () => ({
      kind: 'sandbox',
      tool: tool_slug,
      version: id,
      inputSchema: input_schema,
      packages: runtime?.packages ?? [],
    }),
    [id, tool_slug, input_schema, runtime],
  )
  const lookAgain = () => setShownActiveId(tool.active_version_id)
  const hasMoved = version.state === 'in_review' && tool.active_version_id !== shownActiveId

  return (
    <div className={classes.screen}>
      <ReviewToolbar version={version} tool={tool} shownActiveId={shownActiveId} onLookAgain={lookAgain} />
      {hasMoved && (
        <div className={classes.notices} role="status">
          <Banner
            tone="warn"
            title="The active version has changed since you opened this"
            action={
              <Button size="compact-sm" variant="default" onClick={lookAgain}>
                Show the new difference
              </Button>
            }
          >
            {tool.active_version_number === null ? 'None is active now.' : `v${tool.active_version_number} is.`} Look at
            the difference again before you decide.
          </Banner>
        </div>
      )}
      <div className={classes.body} data-wide={wide || undefined}>
        <section className={classes.diff} hidden={!wide && tab !== 'diff'} aria-label="Difference">
          <Against before={active.data ?? null} version={version} />
          {active.error !== undefined ? (
            <ErrorState failure={active.error} onRetry={active.reload} />
          ) : active.loading ? (
            <LoadingState rows={6} />
          ) : (
            <VersionDiff
              before={active.data ?? null}
              after={version}
              label="active version and version in review"
              notes={comments.notes}
            />
          )}
        </section>
        <Tabs value={tab} onChange={(value) => setChosen((value ?? 'about') as Tab)} className={classes.tabs}>
          <Tabs.List aria-label="Parts of the review">
            {!wide && <Tabs.Tab value="diff">Difference</Tabs.Tab>}
            <Tabs.Tab value="about">About</Tabs.Tab>
            <Tabs.Tab value="comments">
              Comments{comments.count > 0 && <span className={classes.count}>{comments.count}</span>}
            </Tabs.Tab>
            <Tabs.Tab value="try">Try it</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <div className={classes.side} hidden={tab !== 'about'}>
          <About version={version} onLocate={comments.show} />
        </div>
        <div className={classes.side} hidden={tab !== 'comments'}>
          <Comments {...comments.props} />
        </div>
        <div className={classes.side} hidden={tab !== 'try'}>
          {version.may.run ? (
            <RunPanel subject={subject} />
          ) : (
            <Banner tone="neutral">You may read this version, but not run it.</Banner>
          )}
        </div>
      </div>
    </div>
  )
}

function Against({ before, version }: { before: VersionWithContent | null; version: VersionWithContent }) {
  return (
    <div className={classes.against}>
      {before === null ? (
        <>The first version of this tool: all of it is new.</>
      ) : before.manifest_hash === version.manifest_hash ? (
        <>
          The same content as <StateBadge state={before.state} number={before.version_number} />
        </>
      ) : (
        <>
          <StateBadge state={version.state} number={version.version_number} /> compared with
          <StateBadge state={before.state} number={before.version_number} />
        </>
      )}
    </div>
  )
}
