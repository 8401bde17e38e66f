import { useCallback, useEffect, useRef, useState } from 'react'
import type { Input, Output } from '../../src-preload/contract/contract.ts'
import type { Failure } from '../../src-main/domain/result.ts'
import { call, readAgainOnChange, type QueryChannel } from './client.ts'
import { recall, remember } from '../history-entry.ts'
import { topicsOf } from './topics.ts'

/** Channels that answer in pages: those whose input takes `after`. */
export type PagedChannel = Extract<
  QueryChannel,
  | 'tools.list'
  | 'catalogue.list'
  | 'runs.list'
  | 'versions.list'
  | 'reviews.list'
  | 'suggestions.list'
  | 'members.nominations'
  | 'advisories.list'
  | 'audit.list'
>
type Item<C extends PagedChannel> = Output<C>['items'][number]

export interface Pages<T> {
  items: readonly T[]
  error: Failure | undefined
  /** True until the first page of this very input is there; `items` may still be those of the input before. */
  loading: boolean
  hasMore: boolean
  loadingMore: boolean
  loadMore(): void
  reload(): void
}

const PAGE_SIZE = 50
const LARGEST_PAGE = 200

interface Loaded<T> {
  key: string | null
  items: T[]
  next: string | null
  error?: Failure
}

/** A list read page by page by keyset. When its subject changes, as much as is on the screen is read again. */
export function usePages<C extends PagedChannel>(
  channel: C,
  filters: Omit<Input<C>, 'limit' | 'after'>,
): Pages<Item<C>> {
  const key = JSON.stringify([channel, filters])
  const [loaded, setLoaded] = useState<Loaded<Item<C>>>({ key: null, items: [], next: null })
  const [loadingMore, setLoadingMore] = useState(false)
  const [generation, setGeneration] = useState(0)
  const now = useRef({ loaded, filters })
  useEffect(() => void (now.current = { loaded, filters }))

  useEffect(() => {
    const asked = now.current.filters
    return readAgainOnChange(topicsOf(channel), async (isCurrent) => {
      const shown = now.current.loaded
      const isNew = shown.key !== key
      const before = isNew ? recall<number>(key) : shown.items.length
      const wanted = Math.max(before ?? 0, PAGE_SIZE)
      const answer = await readUpTo(channel, asked, wanted, null, (soFar) => {
        if (isCurrent() && isNew && soFar.items.length > 0) setLoaded({ key, ...soFar })
        return isCurrent()
      })
      if (!isCurrent()) return
      // What could be read before stays on the screen when only this reading failed.
      const keepsItems = !isNew && shown.items.length > 0
      setLoaded(answer.error !== undefined && keepsItems ? { ...shown, error: answer.error } : { key, ...answer })
    })
  }, [channel, key, generation])

  const loadMore = useCallback(async () => {
    const { loaded: shown, filters: asked } = now.current
    if (shown.next === null || shown.key !== key) return
    setLoadingMore(true)
    const { items, ...rest } = await readUpTo(channel, asked, PAGE_SIZE, shown.next, () => {
      return now.current.loaded === shown
    })
    setLoadingMore(false)
    setLoaded((before) => {
      if (before !== shown) return before
      const all = [...before.items, ...items]
      // Whoever comes back finds as much of the list as was there.
      remember(key, all.length)
      return { key, items: all, ...rest }
    })
  }, [channel, key])

  const reload = useCallback(() => setGeneration((before) => before + 1), [])
  const isOurs = loaded.key === key
  return {
    items: loaded.items,
    error: isOurs ? loaded.error : undefined,
    loading: !isOurs,
    hasMore: isOurs && loaded.next !== null,
    loadingMore,
    loadMore: () => void loadMore(),
    reload,
  }
}

type PageAnswer<C extends PagedChannel> = { items: Item<C>[]; next: string | null } | { error: Failure }

async function readPage<C extends PagedChannel>(
  channel: C,
  filters: Omit<Input<C>, 'limit' | 'after'>,
  limit: number,
  after: string | null,
): Promise<PageAnswer<C>> {
  const envelope = await call(channel, { ...filters, limit, after } as Input<C>)
  return envelope.ok ? (envelope.data as { items: Item<C>[]; next: string | null }) : { error: envelope.error }
}

/** A page may be short though more follows, where looking for words takes long; `goesOn` hears after each what there is. */
async function readUpTo<C extends PagedChannel>(
  channel: C,
  filters: Omit<Input<C>, 'limit' | 'after'>,
  wanted: number,
  after: string | null,
  goesOn: (soFar: { items: Item<C>[]; next: string | null }) => boolean,
): Promise<{ items: Item<C>[]; next: string | null; error?: Failure }> {
  let items: Item<C>[] = []
  let next = after
  do {
    const answer: PageAnswer<C> = await readPage(channel, filters, Math.min(wanted - items.length, LARGEST_PAGE), next)
    if ('error' in answer) return { items, next, error: answer.error }
    items = [...items, ...answer.items]
    next = answer.next
  } while (next !== null && items.length < wanted && goesOn({ items, next }))
  return { items, next }
}
