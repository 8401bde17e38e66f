/** How quantities read. Every number on the screen carries its unit. */

/**
 * The app speaks English: dates and hours are written as in the reader's own, else as in most of the world. Browsers may
 * name what is no language: `en-US@posix` where the system has no locale.
 */
const ENGLISH = navigator.languages.find((language) => /^en-[A-Z]{2}$/.test(language)) ?? 'en-GB'

const whole = new Intl.NumberFormat('en')
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const MEBIBYTE = 1024 * 1024

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${whole.format(count)} ${count === 1 ? one : many}`
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < MEBIBYTE) return `${oneDecimal.format(bytes / 1024)} KiB`
  if (bytes < 1024 * MEBIBYTE) return `${oneDecimal.format(bytes / MEBIBYTE)} MiB`
  return `${oneDecimal.format(bytes / (1024 * MEBIBYTE))} GiB`
}

export function formatDuration(duration_ms: number): string {
  if (duration_ms < 1000) return `${Math.round(duration_ms)} ms`
  const seconds = duration_ms / 1000
  if (seconds < 60) return `${oneDecimal.format(seconds)} s`
  if (seconds < 3600) return twoUnits(Math.round(seconds), 60, 'min', 's')
  return twoUnits(Math.round(seconds / 60), 60, 'h', 'min')
}

/** `2 min`, `2 min 5 s`. */
function twoUnits(amount: number, size: number, large: string, small: string): string {
  const rest = amount % size
  return `${Math.floor(amount / size)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

const STEPS: readonly [limit_s: number, divisor_s: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const dayOfYear = new Intl.DateTimeFormat(ENGLISH, { day: 'numeric', month: 'short' })
const dayAndYear = new Intl.DateTimeFormat(ENGLISH, { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat(ENGLISH, { dateStyle: 'medium', timeStyle: 'medium' })

/** "just now", "5 minutes ago", "yesterday"; a date once that says more. */
export function formatTimeAgo(at: Date, now: Date): string {
  const age_s = (now.getTime() - at.getTime()) / 1000
  if (Math.abs(age_s) < 45) return 'just now'
  for (const [limit_s, divisor_s, unit] of STEPS) {
    if (Math.abs(age_s) < limit_s) return relative.format(-Math.round(age_s / divisor_s), unit)
  }
  return (at.getFullYear() === now.getFullYear() ? dayOfYear : dayAndYear).format(at)
}

/** "12 days": whole units, the largest that there is one of. */
export function formatAge(age_ms: number): string {
  const minutes = Math.floor(age_ms / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 60) return formatCount(minutes, 'minute')
  if (minutes < 24 * 60) return formatCount(Math.floor(minutes / 60), 'hour')
  return formatCount(Math.floor(minutes / (24 * 60)), 'day')
}

export function formatExactTime(at: Date): string {
  return exact.format(at)
}
