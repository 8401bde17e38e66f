import type { Json } from './result.ts'
import { MEBIBYTE, SETTINGS, SETTING_KEYS, type SettingKey } from './setting.ts'

/** How people know settings and their values: the same on the screen that changes them and in the history of changes. */

export const SETTING_LABELS: Record<SettingKey, string> = {
  sandbox_timeout_s: 'Time for a sandbox run',
  production_timeout_s: 'Time for a production run',
  kill_grace_s: 'Time to stop',
  memory_bytes: 'Memory',
  cpus: 'Processors',
  pids: 'Processes and threads',
  work_bytes: 'Working folder',
  tmp_bytes: 'Temporary folder',
  max_concurrency: 'Runs at once',
  sandbox_retention_days: 'Keep sandbox files',
  kept_files_max_bytes: 'Room for kept files',
  lock_after_idle_min: 'Lock after idle time',
  require_distinct_reviewer: 'Another person reviews',
  production_requires_docker: 'Production needs Docker',
  yellow_blocks: 'Block scripts that ask for caution',
  allow_red_override: 'Overrides of high risk',
  explanation_approval: 'Approved without a person',
  sandbox_runtime: 'Container runtime',
  allow_vega_lite: 'Charts from scripts',
  runner_image_id: 'Runner image',
}

/** Values that are chosen by a name of their own. */
export const SETTING_CHOICES: { readonly [K in SettingKey]?: readonly { value: string | null; label: string }[] } = {
  explanation_approval: [
    { value: 'A', label: 'All (A)' },
    { value: 'B', label: 'Those of low risk (B)' },
    { value: 'C', label: 'None (C)' },
  ],
  sandbox_runtime: [
    { value: 'default', label: 'The engine’s own' },
    { value: 'runsc', label: 'gVisor (runsc)' },
  ],
  runner_image_id: [{ value: null, label: 'Each device’s own' }],
}

/** What a number is shown in: bytes in MiB, everything else in what it is kept in. */
export function settingUnit(key: SettingKey): string {
  const { unit } = SETTINGS[key]
  if (unit === 'bytes') return 'MiB'
  return unit === 'CPUs' ? 'CPU' : (unit ?? '')
}

/** `2048 MiB`, `on`, `“None (C)”`. */
export function settingValueText(key: SettingKey, value: Json): string {
  const choice = SETTING_CHOICES[key]?.find((each) => each.value === value)
  if (choice !== undefined) return `“${choice.label}”`
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return JSON.stringify(value)
  const unit = settingUnit(key)
  if (unit !== 'MiB') return `${value} ${unit}`.trim()
  return value % MEBIBYTE === 0 ? `${value / MEBIBYTE} MiB` : `${value} bytes`
}

/** Settings that are called so, with any value, and values that are called so. */
export function settingsNamed(word: string): { key: SettingKey; value?: Json }[] {
  const wanted = word.toLowerCase()
  const says = (text: string) => text.toLowerCase().includes(wanted)
  return SETTING_KEYS.flatMap((key): { key: SettingKey; value?: Json }[] => {
    const { unit, default: usual } = SETTINGS[key]
    if (says(SETTING_LABELS[key]) || says(settingUnit(key)) || (unit !== null && says(unit))) return [{ key }]
    const choices = (SETTING_CHOICES[key] ?? []).filter(({ label }) => says(label))
    const switched = typeof usual === 'boolean' ? [true, false].filter((on) => says(settingValueText(key, on))) : []
    const inMebibytes = unit === 'bytes' && /^\d{1,9}$/.test(word) ? [Number(word) * MEBIBYTE] : []
    return [...choices.map(({ value }) => value), ...switched, ...inMebibytes].map((value) => ({ key, value }))
  })
}
