import type { ReactNode } from 'react'
import type { Pages } from '../bridge/pages.ts'
import { DataList, type Column } from './data-list.tsx'
import { ErrorState, LoadingState } from './states.tsx'

interface PagedListProps<T> {
  label: string
  pages: Pages<T>
  columns: readonly Column<T>[]
  keyOf(item: T): string
  /** What stands in for the list when there is nothing in it. */
  empty: ReactNode
}

/** A list that is read page by page, in whichever of its states it is: first reading, failed, empty, or there. */
export function PagedList<T>({ label, pages, columns, keyOf, empty }: PagedListProps<T>) {
  if (pages.items.length > 0) {
    return (
      <DataList
        label={label}
        columns={columns}
        items={pages.items}
        keyOf={keyOf}
        stale={pages.loading}
        more={pages.hasMore ? { load: pages.loadMore, loading: pages.loadingMore } : undefined}
      />
    )
  }
  if (pages.error !== undefined) return <ErrorState failure={pages.error} onRetry={pages.reload} />
  if (pages.loading) return <LoadingState rows={8} rowHeight_px={52} label={`Loading ${label.toLowerCase()}`} />
  return empty
}
