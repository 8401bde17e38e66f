import { useEffect, useState } from 'react'
import { formatAge, formatExactTime, formatTimeAgo } from './formats.ts'

/** A time as a person says it; the exact one shows on hover and is what assistive technology may read. */
export function TimeText({ at }: { at: string }) {
  const now = useMinute()
  const time = new Date(at)
  return (
    <time dateTime={at} title={formatExactTime(time)} style={{ whiteSpace: 'nowrap' }}>
      {formatTimeAgo(time, now)}
    </time>
  )
}

const LONG_WAIT_MS = 3 * 24 * 60 * 60 * 1000

/** How long something has been waiting; a long wait stands out. */
export function AgeText({ since }: { since: string }) {
  const now = useMinute()
  const time = new Date(since)
  const age_ms = now.getTime() - time.getTime()
  return (
    <time
      dateTime={since}
      title={formatExactTime(time)}
      style={{
        whiteSpace: 'nowrap',
        ...(age_ms < LONG_WAIT_MS ? {} : { color: 'var(--app-tone-warn)', fontWeight: 560 }),
      }}
    >
      {formatAge(age_ms)}
    </time>
  )
}

function useMinute(): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
