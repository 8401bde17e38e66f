import { useEffect, useState } from 'react'

const TICK_MS = 100

/**
 * Time since a moment (of `performance.now()`), ticking. Hidden from screen readers, which would read it out
 * forever.
 */
export function Elapsed({ sinceMs }: { sinceMs: number }) {
  const [nowMs, setNowMs] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <span aria-hidden style={{ fontVariantNumeric: 'tabular-nums' }}>
      {formatElapsed(Math.max(0, nowMs - sinceMs))}
    </span>
  )
}

/** `4.2 s`, `1 min 05 s`: of steady width, so that nothing beside it moves. */
export function formatElapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`
}
