import { z } from 'zod'
import { idSchema, timeSchema } from './identifier.ts'
import { roleSchema, type Role } from './member.ts'
import type { Json } from './result.ts'

/** Workspace settings: their bounds, their defaults and who may change them. Values change only by an event (TR-1). */

interface SettingDefinition {
  schema: z.ZodType<Json>
  default: Json
  changed_by: Role
  unit: string | null
  description: string
}

export const MEBIBYTE = 1024 * 1024

/** What names an image in every engine: the hash of what it is, whatever it is called there. */
export const imageIdSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not an image’s id (sha256: and 64 digits)')

function wholeNumber(minimum: number, maximum: number): z.ZodType<Json> {
  return z.int().min(minimum).max(maximum)
}

/** The longest that a run may be given to end after its time. */
export const MAX_KILL_GRACE_S = 60

/** Defaults are those of RN-3 and RN-9. */
export const SETTINGS = {
  sandbox_timeout_s: define(wholeNumber(1, 3600), 60, 's', 'How long a sandbox run may take.'),
  production_timeout_s: define(wholeNumber(1, 3600), 120, 's', 'How long a production run may take.'),
  kill_grace_s: define(
    wholeNumber(1, MAX_KILL_GRACE_S),
    10,
    's',
    'How long after its time limit a run’s results may still be collected, and stopping it may take.',
  ),
  memory_bytes: define(
    wholeNumber(64 * MEBIBYTE, 64 * 1024 * MEBIBYTE),
    1024 * MEBIBYTE,
    'bytes',
    'Memory of one run.',
  ),
  cpus: define(z.number().min(0.1).max(64), 1, 'CPUs', 'Processor time of one run, in CPUs.'),
  pids: define(wholeNumber(8, 4096), 256, null, 'Processes and threads of one run.'),
  work_bytes: define(wholeNumber(16 * MEBIBYTE, 8192 * MEBIBYTE), 256 * MEBIBYTE, 'bytes', 'Size of /work in a run.'),
  tmp_bytes: define(wholeNumber(16 * MEBIBYTE, 8192 * MEBIBYTE), 256 * MEBIBYTE, 'bytes', 'Size of /tmp in a run.'),
  max_concurrency: define(wholeNumber(1, 32), 2, null, 'Runs under way at once on one data folder (RN-4).'),
  sandbox_retention_days: define(wholeNumber(1, 3650), 7, 'days', 'How long files of sandbox runs are kept (RN-9).'),
  kept_files_max_bytes: define(
    wholeNumber(256 * MEBIBYTE, 1024 * 1024 * MEBIBYTE),
    20 * 1024 * MEBIBYTE,
    'bytes',
    'How much the kept files of runs may take together (RN-9); pinned and cited ones stay.',
  ),
  production_requires_docker: define(
    z.boolean(),
    false,
    null,
    'Refuse production runs when there is no engine (RN-1).',
  ),
  require_distinct_reviewer: define(
    z.boolean(),
    false,
    null,
    'Whoever wrote or submitted a version may not publish it (RB-5).',
  ),
  lock_after_idle_min: define(
    wholeNumber(0, 1440),
    15,
    'minutes',
    'Lock an unlocked key when nobody was there for this long; 0 = never (TR-6).',
  ),
  yellow_blocks: define(
    z.boolean(),
    false,
    null,
    'Block runs whose decision is YELLOW, until an override is approved (EV-3).',
  ),
  allow_red_override: define(
    z.boolean(),
    false,
    null,
    'Let a superuser approve the override of a RED block; while off, approved ones are not in force (EV-3).',
  ),
  explanation_approval: define(
    z.enum(['A', 'B', 'C']),
    'B',
    null,
    'Which explanations are approved by themselves: A every, B those of GREEN decisions, C none (AD-3).',
  ),
  allow_vega_lite: define(z.boolean(), false, null, 'Show charts that a script describes in Vega-Lite (RC-6).'),
  runner_image_id: define(
    imageIdSchema.nullable(),
    null,
    null,
    'The one image that Docker runs use on every device; null for the one that each device has (RN-2).',
  ),
  sandbox_runtime: define(
    z.enum(['default', 'runsc']),
    'default',
    null,
    'The engine’s runtime that containers run in: its own, or gVisor (runsc), where it is installed.',
  ),
} satisfies Record<string, SettingDefinition>

function define(schema: z.ZodType<Json>, value: Json, unit: string | null, description: string): SettingDefinition {
  return { schema, default: value, changed_by: 'superuser', unit, description }
}

export type SettingKey = keyof typeof SETTINGS
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[]
export const settingKeySchema = z.enum(SETTING_KEYS as [SettingKey, ...SettingKey[]])

export const settingSchema = z.object({
  key: settingKeySchema,
  value: z.json() as z.ZodType<Json>,
  default: z.json() as z.ZodType<Json>,
  unit: z.string().nullable(),
  /** Bounds of a number; null for anything else. */
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  /** The values to choose from; null for numbers and switches. */
  options: z.array(z.string()).nullable(),
  description: z.string(),
  changed_by: roleSchema,
  updated_by: idSchema.nullable(),
  updated_at: timeSchema.nullable(),
})
export type Setting = z.infer<typeof settingSchema>

export interface Settings {
  sandbox_timeout_s: number
  production_timeout_s: number
  kill_grace_s: number
  memory_bytes: number
  cpus: number
  pids: number
  work_bytes: number
  tmp_bytes: number
  max_concurrency: number
  sandbox_retention_days: number
  kept_files_max_bytes: number
  production_requires_docker: boolean
  require_distinct_reviewer: boolean
  lock_after_idle_min: number
  yellow_blocks: boolean
  allow_red_override: boolean
  explanation_approval: 'A' | 'B' | 'C'
  allow_vega_lite: boolean
  runner_image_id: string | null
  sandbox_runtime: 'default' | 'runsc'
}

/** The settings in force: what was changed, on top of the defaults. */
export function settingsInForce(changed: ReadonlyMap<string, Json>): Settings {
  const entries = SETTING_KEYS.map((key) => [key, changed.get(key) ?? SETTINGS[key].default])
  return Object.fromEntries(entries) as unknown as Settings
}
