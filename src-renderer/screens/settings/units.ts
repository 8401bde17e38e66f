import type { Setting, SettingKey } from '../../../src-main/domain/setting.ts'
import { SETTINGS } from '../../../src-main/domain/setting.ts'
import { MEBIBYTE } from '../../ui/formats.ts'

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
    const unit = setting.unit === 'CPUs' ? 'CPU' : (setting.unit ?? '')
    return { unit, minimum, maximum, isWhole, toShown: (value) => value, toKept: (shown) => shown }
  }
  return {
    unit: 'MiB',
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
  group: Group
  label: string
  hint: string
}

/** How settings are called here. One that is missing shows all the same, under its own name. */
const TEXTS: Partial<Record<string, SettingText>> = {
  sandbox_timeout_s: text('limits', 'Time for a sandbox run', 'A try-out that takes longer is stopped.'),
  production_timeout_s: text(
    'limits',
    'Time for a production run',
    'A run of a published tool that takes longer is stopped.',
  ),
  kill_grace_s: text(
    'limits',
    'Time to stop',
    'How long after its time a run may take to hand over files, or to stop.',
  ),
  memory_bytes: text('limits', 'Memory', 'A script that needs more is stopped.'),
  cpus: text('limits', 'Processors', 'How many a script may keep busy at once.'),
  pids: text('limits', 'Processes and threads', 'A script can’t start more than these.'),
  work_bytes: text('limits', 'Working folder', 'Room for input, output and the script itself, under /work.'),
  tmp_bytes: text('limits', 'Temporary folder', 'Room under /tmp.'),
  max_concurrency: text('workspace', 'Runs at once', 'On one device. One more is refused until another has ended.'),
  sandbox_retention_days: text('workspace', 'Keep sandbox files', 'Then the files of a try-out go; its record stays.'),
  kept_files_max_bytes: text(
    'workspace',
    'Room for kept files',
    'Beyond it the oldest files of any run go; pinned and cited ones stay.',
  ),
  lock_after_idle_min: text('workspace', 'Lock after idle time', '0 never locks. Unlocking needs the passphrase.'),
  require_distinct_reviewer: text(
    'rules',
    'Another person reviews',
    'Whoever wrote or submitted a version can’t publish it.',
  ),
  production_requires_docker: text(
    'rules',
    'Production needs Docker',
    'Published tools don’t run in the embedded Python.',
  ),
  yellow_blocks: text(
    'rules',
    'Block scripts that ask for caution',
    'A script judged “Caution” isn’t run until an admin approves it.',
  ),
  allow_red_override: text(
    'rules',
    'Overrides of high risk',
    'A superuser may approve runs of a script judged “High risk” or “Not judged”. While off, earlier approvals don’t count.',
  ),
  explanation_approval: text(
    'rules',
    'Approved without a person',
    'Which explanations of a run need nobody’s approval.',
  ),
  sandbox_runtime: text(
    'rules',
    'Container runtime',
    'gVisor puts a kernel of its own between scripts and the machine. Devices without it don’t run in Docker then.',
  ),
  allow_vega_lite: text('rules', 'Charts from scripts', 'Show charts that a script describes in Vega-Lite.'),
}

function text(group: Group, label: string, hint: string): SettingText {
  return { group, label, hint }
}

export function textOf(setting: Setting): SettingText {
  const name = setting.key.replaceAll('_', ' ')
  return TEXTS[setting.key] ?? text('rules', name.charAt(0).toUpperCase() + name.slice(1), setting.description)
}

/** What a setting that is neither a number nor yes or no can be. */
export function choicesOf(key: SettingKey): readonly { value: string; label: string }[] {
  const { options = [] } = SETTINGS[key].schema as { options?: readonly string[] }
  return options.map((value) => ({ value, label: CHOICE_TEXTS[`${key}.${value}`] ?? value }))
}

const CHOICE_TEXTS: Partial<Record<string, string>> = {
  'explanation_approval.A': 'All (A)',
  'explanation_approval.B': 'Those of low risk (B)',
  'explanation_approval.C': 'None (C)',
  'sandbox_runtime.default': 'The engine’s own',
  'sandbox_runtime.runsc': 'gVisor (runsc)',
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
  const places = Object.keys(TEXTS)
  const rows = settings.filter((setting) => !ELSEWHERE.includes(setting.key))
  const inOrder = rows.toSorted((one, other) => places.indexOf(one.key) - places.indexOf(other.key))
  return GROUPS.map(({ group, title, hint }) => ({
    title,
    hint,
    settings: inOrder.filter((setting) => textOf(setting).group === group),
  }))
}
