import type { Setting, SettingKey } from '../../../src-main/domain/setting.ts'
import { MEBIBYTE, SETTINGS } from '../../../src-main/domain/setting.ts'
import { SETTING_CHOICES, SETTING_LABELS, settingUnit } from '../../../src-main/domain/setting-words.ts'

/** How a numeric setting reads and is entered: bytes as MiB, everything else as it is kept. */
export interface NumberForm {
  unit: string
  minimum: number
  maximum: number
  isWhole: boolean
  toShown(value: number): number
  toKept(shown: number): number
}

export function numberFormOf(setting: Setting): NumberForm | null {
  if (typeof setting.value !== 'number') return null
  const { minimum, maximum, isWhole } = boundsOf(setting.key)
  if (setting.unit !== 'bytes') {
    return {
      unit: settingUnit(setting.key),
      minimum,
      maximum,
      isWhole,
      toShown: (value) => value,
      toKept: (shown) => shown,
    }
  }
  return {
    unit: settingUnit(setting.key),
    minimum: Math.ceil(minimum / MEBIBYTE),
    maximum: Math.floor(maximum / MEBIBYTE),
    isWhole: true,
    toShown: (value) => Math.round(value / MEBIBYTE),
    toKept: (shown) => Math.round(shown * MEBIBYTE),
  }
}

/** The bounds are those that the core checks with; they are only told here. */
function boundsOf(key: SettingKey): { minimum: number; maximum: number; isWhole: boolean } {
  const schema = SETTINGS[key].schema as { minValue?: number | null; maxValue?: number | null; format?: string | null }
  return {
    minimum: schema.minValue ?? Number.MIN_SAFE_INTEGER,
    maximum: schema.maxValue ?? Number.MAX_SAFE_INTEGER,
    isWhole: schema.format === 'safeint',
  }
}

type Group = 'limits' | 'workspace' | 'rules'

interface SettingText {
  label: string
  hint: string
}

/** What is said about settings beside what they are called. One that is missing says what the core says of it. */
const HINTS: Partial<Record<SettingKey, { group: Group; hint: string }>> = {
  sandbox_timeout_s: limit('A try-out that takes longer is stopped.'),
  production_timeout_s: limit('A run of a published tool that takes longer is stopped.'),
  kill_grace_s: limit('How long after its time a run may take to hand over files, or to stop.'),
  memory_bytes: limit('A script that needs more is stopped.'),
  cpus: limit('How many a script may keep busy at once.'),
  pids: limit('A script can’t start more than these.'),
  work_bytes: limit('Room for input, output and the script itself, under /work.'),
  tmp_bytes: limit('Room under /tmp.'),
  max_concurrency: workspace('On one device. One more is refused until another has ended.'),
  sandbox_retention_days: workspace('Then the files of a try-out go; its record stays.'),
  kept_files_max_bytes: workspace('Beyond it the oldest files of any run go; pinned and cited ones stay.'),
  lock_after_idle_min: workspace('0 never locks. Unlocking needs the passphrase.'),
  require_distinct_reviewer: rule('Whoever wrote or submitted a version can’t publish it.'),
  production_requires_docker: rule('Published tools don’t run in the embedded Python.'),
  yellow_blocks: rule('A script judged “Caution” isn’t run until an admin approves it.'),
  allow_red_override: rule(
    'A superuser may approve runs of a script judged “High risk” or “Not judged”. While off, earlier approvals don’t count.',
  ),
  explanation_approval: rule('Which explanations of a run need nobody’s approval.'),
  sandbox_runtime: rule(
    'gVisor puts a kernel of its own between scripts and the machine. Devices without it don’t run in Docker then.',
  ),
  allow_vega_lite: rule('Show charts that a script describes in Vega-Lite.'),
}

function limit(hint: string) {
  return { group: 'limits', hint } as const
}

function workspace(hint: string) {
  return { group: 'workspace', hint } as const
}

function rule(hint: string) {
  return { group: 'rules', hint } as const
}

export function textOf({ key, description }: Setting): SettingText {
  return { label: SETTING_LABELS[key], hint: HINTS[key]?.hint ?? description }
}

/** What a setting that is neither a number nor yes or no can be. */
export function choicesOf(key: SettingKey): readonly { value: string; label: string }[] {
  const { options = [] } = SETTINGS[key].schema as { options?: readonly string[] }
  const labels = SETTING_CHOICES[key] ?? []
  return options.map((value) => ({ value, label: labels.find((each) => each.value === value)?.label ?? value }))
}

const GROUPS: readonly { group: Group; title: string; hint: string }[] = [
  {
    group: 'limits',
    title: 'Limits of a run',
    hint: 'What one run may use. Whoever starts a run may ask for less, never for more.',
  },
  { group: 'workspace', title: 'This workspace', hint: 'How much goes on, and for how long.' },
  { group: 'rules', title: 'Rules', hint: 'What is allowed, and by whom.' },
]

/** Set where the image is shown, with the image before one's eyes. */
const ELSEWHERE: readonly SettingKey[] = ['runner_image_id']

export function inGroups(settings: readonly Setting[]) {
  const places = Object.keys(HINTS)
  const rows = settings.filter((setting) => !ELSEWHERE.includes(setting.key))
  const inOrder = rows.toSorted((one, other) => places.indexOf(one.key) - places.indexOf(other.key))
  return GROUPS.map(({ group, title, hint }) => ({
    title,
    hint,
    settings: inOrder.filter(({ key }) => (HINTS[key]?.group ?? 'rules') === group),
  }))
}
