import { useLayoutEffect, useRef, type RefObject } from 'react'
import { recall, remember } from '../history-entry.ts'

const SCROLLED = 'scrolled'
const OPENED = 'opened'
/** A list that takes longer than this to be as long as it was is left where it is. */
const PATIENCE_MS = 3_000

/** A new screen is read, and tabbed through, from its beginning; one that was left is found as it was left. */
export function useLeftPlace(main: RefObject<HTMLElement | null>, place: string): void {
  const shownPlace = useRef(place)

  useLayoutEffect(() => {
    const scroller = main.current
    if (scroller === null) return
    const isFirst = shownPlace.current === place
    shownPlace.current = place
    const top = recall<number>(SCROLLED) ?? 0
    const opened = recall<string>(OPENED)
    if (!isFirst) {
      scroller.focus({ preventScroll: true })
      scroller.scrollTo({ top: 0 })
    }
    const stopReturning = isFirst || (top === 0 && opened === undefined) ? null : returnTo(scroller, top, opened)

    const onScroll = () => remember(SCROLLED, scroller.scrollTop)
    const onOpen = ({ target }: Event) => {
      const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-row-link]') : null
      if (link !== null) remember(OPENED, link.hash)
    }
    scroller.addEventListener('scroll', onScroll, { passive: true })
    scroller.addEventListener('click', onOpen)
    return () => {
      stopReturning?.()
      scroller.removeEventListener('scroll', onScroll)
      scroller.removeEventListener('click', onOpen)
    }
  }, [main, place])
}

/** Waits for the screen to be as long as it was, unless somebody moves on it meanwhile. */
function returnTo(scroller: HTMLElement, top: number, opened: string | undefined): () => void {
  const growth = new MutationObserver(tryNow)
  const timer = setTimeout(stop, PATIENCE_MS)
  const moves = ['wheel', 'pointerdown', 'keydown'] as const
  for (const move of moves) window.addEventListener(move, stop)
  growth.observe(scroller, { childList: true, subtree: true })
  tryNow()
  return stop

  function stop() {
    clearTimeout(timer)
    growth.disconnect()
    for (const move of moves) window.removeEventListener(move, stop)
  }
  function tryNow() {
    const links = [...scroller.querySelectorAll<HTMLAnchorElement>('a[data-row-link]')]
    const row = links.find(({ hash }) => hash === opened)
    if (scroller.scrollHeight - scroller.clientHeight < top || (opened !== undefined && row === undefined)) return
    stop()
    scroller.scrollTo({ top })
    row?.focus({ preventScroll: true })
  }
}
