import { useQuery } from '../../bridge/client.ts'
import { toHref } from '../../routes.ts'
import { Page, useDocumentTitle } from '../../ui/page.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ReviewDesk } from './desk.tsx'
import classes from './review.module.css'

/** One version in review: what changed against the active version, and the verdict. */
export function ReviewScreen({ version }: { version: string }) {
  const read = useQuery('versions.get', { version })
  const tool = useQuery('tools.get', read.data === undefined ? null : { tool: read.data.tool_slug })
  useDocumentTitle(tool.data === undefined ? 'Review' : `Review of ${tool.data.title}`)

  const failure = read.error ?? tool.error
  if (read.data !== undefined && tool.data !== undefined)
    return <ReviewDesk key={read.data.id} version={read.data} tool={tool.data} />
  if (failure !== undefined) {
    return (
      <Page title="Review" back={{ href: toHref({ screen: 'reviews' }), label: 'Reviews' }}>
        <ErrorState
          failure={failure}
          onRetry={() => {
            read.reload()
            tool.reload()
          }}
        />
      </Page>
    )
  }
  return (
    <div className={classes.loading}>
      <LoadingState rows={8} label="Opening the review" />
    </div>
  )
}
