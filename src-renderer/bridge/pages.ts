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
      const before = shown.key === key ? shown.items.length : recall<number>(key)
      const wanted = Math.max(before ?? 0, PAGE_SIZE)
      const answer = await readUpTo(channel, asked, wanted)
      if (!isCurrent()) return
      // What could be read before stays on the screen when only this reading failed.
      const keepsItems = shown.key === key && shown.items.length > 0
      setLoaded(answer.error !== undefined && keepsItems ? { ...shown, error: answer.error } : { key, ...answer })
    })
  }, [channel, key, generation])

  const loadMore = useCallback(async () => {
    const { loaded: shown, filters: asked } = now.current
    if (shown.next === null || shown.key !== key) return
    setLoadingMore(true)
    const answer = await readPage(channel, asked, PAGE_SIZE, shown.next)
    setLoadingMore(false)
    setLoaded((before) => {
      if (before !== shown) return before
      if ('error' in answer) return { ...before, error: answer.error }
      const items = [...before.items, ...answer.items]
      // Whoever comes back finds as much of the list as was there.
      remember(key, items.length)
      return { key, items, next: answer.next }
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

async function readUpTo<C extends PagedChannel>(
  channel: C,
  filters: Omit<Input<C>, 'limit' | 'after'>,
  wanted: number,
): Promise<{ items: Item<C>[]; next: string | null; error?: Failure }> {
  const items: Item<C>[] = []
  let next: string | null = null
  do {
    const answer: PageAnswer<C> = await readPage(channel, filters, Math.min(wanted - items.length, LARGEST_PAGE), next)
    if ('error' in answer) return { items, next, error: answer.error }
    items.push(...answer.items)
    next = answer.next
  } while (next !== null && items.length < wanted)
  return { items, next }
}
