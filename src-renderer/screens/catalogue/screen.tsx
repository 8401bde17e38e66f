import { Button, Skeleton, Text } from '@mantine/core'
import { IconBooks, IconSearchOff } from '@tabler/icons-react'
import type { CatalogueItem } from '../../../src-preload/contract/tools.ts'
import { usePages } from '../../bridge/pages.ts'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { Page, Toolbar } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Tags } from '../../ui/tags.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './catalogue.module.css'
import { useCatalogueSearch } from './state.ts'

/** Published tools, for everybody to run. */
export function CatalogueScreen() {
  const { text, setText } = useCatalogueSearch()
  const tools = usePages('catalogue.list', { text })
  return (
    <Page title="Catalogue" description="Tools that are ready to run." width="wide">
      <Toolbar label="Find a tool">
        <SearchBox label="Search the catalogue" value={text} onChange={setText} />
      </Toolbar>
      {tools.items.length > 0 ? (
        <>
          <ul className={styles['cards']} aria-label="Tools" aria-busy={tools.loading}>
            {tools.items.map((tool) => (
              <li key={tool.id}>
                <Card tool={tool} />
              </li>
            ))}
          </ul>
          {tools.hasMore && (
            <Button
              variant="default"
              loading={tools.loadingMore}
              onClick={tools.loadMore}
              style={{ alignSelf: 'center' }}
            >
              Show more
            </Button>
          )}
        </>
      ) : tools.error !== undefined ? (
        <ErrorState failure={tools.error} onRetry={tools.reload} />
      ) : tools.loading ? (
        <div className={`${styles['cards']} late`} role="status" aria-busy="true" aria-label="Loading the catalogue">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} height={148} radius="md" />
          ))}
        </div>
      ) : (
        <NothingHere isSearch={text !== ''} />
      )}
    </Page>
  )
}

function Card({ tool }: { tool: CatalogueItem }) {
  return (
    <article className={styles['card']}>
      <h2 className={styles['title']}>
        <a href={toHref({ screen: 'run-tool', tool: tool.slug })} data-row-link="">
          {tool.title}
        </a>
      </h2>
      <Text size="sm" c="dimmed" lineClamp={3} className={styles['summary']}>
        {tool.summary === '' ? 'No summary yet.' : tool.summary}
      </Text>
      <div className={styles['foot']}>
        <Tags tags={tool.tags} />
        <Text size="xs" c="dimmed" className={styles['version']}>
          v{tool.version_number}
          {tool.published_at !== null && (
            <>
              {' '}
              · <TimeText at={tool.published_at} />
            </>
          )}
        </Text>
      </div>
    </article>
  )
}

function NothingHere({ isSearch }: { isSearch: boolean }) {
  const isContributor = useHasRole('contributor')
  if (isSearch) {
    return (
      <EmptyState icon={IconSearchOff} title="No tool matches">
        Try fewer letters, or another word.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={IconBooks}
      title="The catalogue is empty"
      action={
        isContributor && (
          <Button component="a" variant="default" href={toHref({ screen: 'library' })}>
            Go to Tools
          </Button>
        )
      }
    >
      {isContributor
        ? 'Tools show here once a version is published and the tool is put into the catalogue.'
        : 'Tools show here once an admin has published them.'}
    </EmptyState>
  )
}
