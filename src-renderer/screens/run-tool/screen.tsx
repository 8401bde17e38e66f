import { Skeleton, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '../../bridge/client.ts'
import { toHref } from '../../routes.ts'
import { RunPanel } from '../../run/run-panel.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Tags } from '../../ui/tags.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './run-tool.module.css'
import { ToolSettings } from './tool-settings.tsx'

const BACK = { href: toHref({ screen: 'catalogue' }), label: 'Catalogue' }

/** Runs one published tool: its form, how to use it, and how the newest run went. No code anywhere. */
export function RunToolScreen({ tool }: { tool: string }) {
  const entry = useQuery('catalogue.get', { tool })
  const isWide = useMediaQuery('(min-width: 75rem)', undefined, { getInitialValueInEffect: false })
  if (entry.data === undefined) {
    return (
      <Page title="Tool" back={BACK} width="list">
        {entry.error === undefined ? <Loading /> : <ErrorState failure={entry.error} onRetry={entry.reload} />}
      </Page>
    )
  }
  const { title, summary, slug, tags, version_number, published_at, input_schema, settings_schema, packages } =
    entry.data
  const instructions = entry.data.usage_instructions?.trim() ?? ''
  const hasAside = instructions !== ''
  return (
    <Page
      title={title}
      back={BACK}
      width="list"
      description={summary === '' ? undefined : summary}
      actions={
        settings_schema !== null && settings_schema.length > 0 && <ToolSettings tool={slug} fields={settings_schema} />
      }
    >
      <div className={styles['facts']}>
        <Text size="sm" c="dimmed">
          Version {version_number}
          {published_at !== null && (
            <>
              , published <TimeText at={published_at} />
            </>
          )}
        </Text>
        <Tags tags={tags} />
      </div>
      <div className={hasAside ? styles['columns'] : undefined}>
        <section className={styles['panel']} aria-label="Run the tool">
          {/* Another version may have another form, so the panel starts anew with it. */}
          <RunPanel
            key={entry.data.version_id}
            subject={{ kind: 'tool', tool: slug, inputSchema: input_schema, packages }}
          />
        </section>
        {hasAside && (
          <aside className={styles['aside']} aria-label="How to use it">
            {/* Beside the form where there is room; above it, and folded, where there isn't. */}
            <details key={String(isWide)} open={isWide}>
              <summary className={styles['asideTitle']}>
                <h2>How to use it</h2>
              </summary>
              <Markdown text={instructions} />
            </details>
          </aside>
        )}
      </div>
    </Page>
  )
}

function Loading() {
  return (
    <Stack className="late" role="status" aria-busy="true" aria-label="Loading the tool">
      <Skeleton height={18} width="50%" />
      <Skeleton height={220} radius="md" />
    </Stack>
  )
}
