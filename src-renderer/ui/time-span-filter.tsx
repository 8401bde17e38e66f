import { Select, TextInput } from '@mantine/core'

export interface TimeSpan {
  preset: 'any' | 'day' | 'week' | 'month' | 'own'
  since: string | null
  until: string | null
}

export const ANY_TIME: TimeSpan = { preset: 'any', since: null, until: null }

const DAY_MS = 24 * 60 * 60 * 1000
const DAYS = { day: 1, week: 7, month: 30 }

const OPTIONS: readonly { value: TimeSpan['preset']; label: string }[] = [
  { value: 'any', label: 'Any time' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'own', label: 'From day to day…' },
]

/** When: one of a few spans, or from one day to another. The bounds stand still until another one is chosen. */
export function TimeSpanFilter({ value, onChange }: { value: TimeSpan; onChange(span: TimeSpan): void }) {
  const choose = (preset: TimeSpan['preset']) => {
    if (preset === 'any') return onChange(ANY_TIME)
    if (preset === 'own') return onChange({ ...value, preset })
    onChange({ preset, since: new Date(Date.now() - DAYS[preset] * DAY_MS).toISOString(), until: null })
  }
  return (
    <>
      <Select
        aria-label="Time"
        w={140}
        allowDeselect={false}
        value={value.preset}
        onChange={(preset) => choose((preset ?? 'any') as TimeSpan['preset'])}
        data={OPTIONS}
      />
      {value.preset === 'own' && (
        <>
          <TextInput
            type="date"
            aria-label="From"
            w={150}
            value={dayOf(value.since, 0)}
            onChange={(event) => onChange({ ...value, since: startOf(event.currentTarget.value, 0) })}
          />
          <TextInput
            type="date"
            aria-label="To, including"
            w={150}
            value={dayOf(value.until, -1)}
            onChange={(event) => onChange({ ...value, until: startOf(event.currentTarget.value, 1) })}
          />
        </>
      )}
    </>
  )
}

/** Midnight, here, of a day as a date field gives it; null for no day. */
function startOf(day: string, plusDays: number): string | null {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined || Number.isNaN(date)) return null
  return new Date(year, month - 1, date + plusDays).toISOString()
}

function dayOf(time: string | null, plusDays: number): string {
  if (time === null) return ''
  const at = new Date(time)
  at.setDate(at.getDate() + plusDays)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
