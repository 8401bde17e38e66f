/**
 * Which of the backups that the app makes by itself are kept: the newest 7 days, and the first of the newest 4 weeks.
 */

const KEPT_DAYS = 7
const KEPT_WEEKS = 4
const NAME = /^daily-(\d{4}-\d\d-\d\d)\.sqlite$/
const DAY_MS = 24 * 60 * 60 * 1000

export function dailyBackupName(now: string): string {
  return `daily-${now.slice(0, 10)}.sqlite`
}

/** Of all names in the folder: only our own daily ones are ever in the answer. */
export function backupsToRemove(names: readonly string[]): string[] {
  const days = names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .sort()
    .reverse()
  const kept = new Set(days.slice(0, KEPT_DAYS))
  const firstOfWeek = new Map<number, string>()
  for (const day of days) firstOfWeek.set(weekOf(day), day)
  const weeks = [...firstOfWeek.keys()].sort((a, b) => b - a).slice(0, KEPT_WEEKS)
  for (const week of weeks) kept.add(firstOfWeek.get(week) ?? '')
  return days.filter((day) => !kept.has(day)).map((day) => `daily-${day}.sqlite`)
}

/** Weeks counted from a Monday long ago. */
function weekOf(day: string): number {
  return Math.floor((Date.parse(`${day}T00:00:00Z`) / DAY_MS + 3) / 7)
}
