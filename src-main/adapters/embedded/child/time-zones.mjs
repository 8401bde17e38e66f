/** What Node knows of a time zone, for Python, which has no such data of its own here. */

const DAY_SECONDS = 86_400
/** Shorter than any season. */
const STEP_SECONDS = 14 * DAY_SECONDS
const FIRST = Date.UTC(1970, 0, 1) / 1000
const LAST = Date.UTC(2050, 0, 1) / 1000
const THREE_SEASONS_SECONDS = 270 * DAY_SECONDS
/** Each has short names for its own part of the world only: CET and EST, and GMT-5 for the other's. */
const LOCALES = ['en-GB', 'en-US']
const NAME_LENGTH = 10

/**
 * The moments from which another offset holds, as JSON `[[seconds since 1970, offset, is summer time, name], …]`, the
 * first being the beginning; null for a zone that is not known.
 * @param {string} key
 */
export function timeZone(key) {
  const offsets = formatter('en-GB', key, 'longOffset')
  if (offsets === null) return null
  const names = LOCALES.map((locale) => formatter(locale, key, 'short'))
  const offsetAt = (/** @type {number} */ at) => {
    const [, sign, hours, minutes, seconds] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(offsets.format(at * 1000)) ?? []
    if (hours === undefined) return 0
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
    return sign === '-' ? -size : size
  }
  const entry = (/** @type {number} */ at) => {
    const offset = offsetAt(at)
    // Summer is what the next winter takes back; an offset that stays is none.
    const isSummer = offset > offsetAt(at + THREE_SEASONS_SECONDS)
    const called = names.map(
      (format) =>
        format
          ?.format(at * 1000)
          .split(' ')
          .at(-1) ?? '',
    )
    return [at, offset, isSummer, (called.find((name) => !/^GMT./.test(name)) ?? called[0] ?? '').slice(0, NAME_LENGTH)]
  }
  const found = [entry(FIRST)]
  for (let start = FIRST; start < LAST; start += STEP_SECONDS) {
    if (offsetAt(start) === offsetAt(start + STEP_SECONDS)) continue
    let before = start
    let after = start + STEP_SECONDS
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offsetAt(middle) === offsetAt(start)) before = middle
      else after = middle
    }
    found.push(entry(after))
  }
  return JSON.stringify(found)
}

/** @param {string} locale @param {string} timeZone @param {'longOffset' | 'short'} timeZoneName */
function formatter(locale, timeZone, timeZoneName) {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
  } catch {
    return null
  }
}
