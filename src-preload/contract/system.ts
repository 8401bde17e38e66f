import { z } from 'zod'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { memberNameSchema, memberSchema } from '../../src-main/domain/member.ts'
import { runContextSchema, runnerKindSchema } from '../../src-main/domain/run.ts'
import { imageIdSchema, settingKeySchema, settingSchema } from '../../src-main/domain/setting.ts'
import { packagesSchema } from '../../src-main/domain/version.ts'
import { command, query } from './channel.ts'
import { freedByCauseSchema } from './evidence.ts'
import { listOf } from './paging.ts'
import { memberRef } from './views.ts'

const runnerStatus = z.object({
  kind: runnerKindSchema,
  available: z.boolean(),
  /** What to do when it isn't available; empty when it is. */
  message: z.string(),
  reason: z.string().nullable(),
  version: z.string().nullable(),
  isolation: z.string().nullable(),
  image_id: z.string().nullable(),
  warnings: z.array(z.string()),
  /** What the engine can run containers in, as far as it answered; the setting `sandbox_runtime` must be among them. */
  runtimes: z.array(z.string()),
})
export type RunnerStatusView = z.infer<typeof runnerStatus>

/** An image that was built or imported, and what it is to the workspace. */
const arrivedImage = z.object({
  image_id: z.string(),
  pinned_image_id: imageIdSchema.nullable(),
  is_pinned: z.boolean(),
  /** Fit to show: whether runs use it, and what to do if they don't. */
  message: z.string(),
})

const workspace = z.object({
  id: idSchema,
  name: z.string(),
  genesis_hash: z.string(),
  device: z.object({ id: idSchema, name: z.string() }),
})

export const systemChannels = {
  'system.status': query(
    'Workspace, session and what this device can do',
    z.strictObject({}),
    z.object({
      app_version: z.string(),
      data_dir: z.string(),
      shell: z.enum(['electron', 'browser', 'cli']),
      workspace: workspace.nullable(),
      member: memberSchema.nullable(),
      /** The member's key is sealed and not unlocked in this process: nothing but unlocking can be done. */
      locked: z.boolean(),
      key_protection: z.enum(['none', 'passphrase', 'keychain']).nullable(),
      has_keychain: z.boolean(),
      /** TR-11: why nothing may be appended here until a superuser goes on; null in the ordinary case. */
      must_resume: z.enum(['restored', 'copied']).nullable(),
      /** Members whose keys are on this device: who can be acted as here. */
      local_members: z.array(memberRef),
    }),
  ),
  'system.doctor': query(
    'Checks data folder, database, history, files and runners',
    z.strictObject({}),
    z.object({
      ok: z.boolean(),
      checks: z.array(
        z.object({ name: z.string(), ok: z.boolean(), severity: z.enum(['error', 'warning']), message: z.string() }),
      ),
    }),
  ),
  'system.storage': query(
    'What the data folder takes on the disk, what pruning would free, and how much room is left',
    z.strictObject({}),
    z.object({
      /** With its write-ahead log. */
      database_bytes: z.int(),
      kept_files: z.object({
        files: z.int(),
        bytes: z.int(),
        /** Of runs that are pinned, cited or under way: pruning leaves them. */
        held_bytes: z.int(),
        /** The workspace's setting. */
        max_bytes: z.int(),
        would_free: freedByCauseSchema,
      }),
      backups: z.object({ files: z.int(), bytes: z.int() }),
      /** On the disk, for this user; null where the system doesn't say. */
      free_bytes: z.int().nullable(),
    }),
  ),
  'workspace.init': command(
    'Makes the workspace, this device and its first member, a superuser',
    z.strictObject({ name: z.string().trim().min(1).max(100).default('Scriptorium'), member: memberNameSchema }),
    z.object({ id: idSchema, workspace, member: memberSchema }),
  ),
  'workspace.resume': command(
    'States that no other device holds later events, so that a restored or copied folder may go on (TR-11)',
    z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
    z.object({ id: idSchema }),
  ),
  'session.use': command(
    'Acts as another member whose key is on this device',
    /** A name or an id: whoever is locked out by name can't look ids up. */
    z.strictObject({ member_id: z.string().min(1).max(200) }),
    memberSchema,
  ),
  'settings.list': query(
    'Workspace settings with bounds and who may change them',
    z.strictObject({}),
    listOf(settingSchema),
  ),
  'settings.set': command(
    'Changes one workspace setting',
    z.strictObject({ key: settingKeySchema, value: z.json() }),
    settingSchema,
  ),
  'runners.status': query(
    'Which runners could run a script now, and which one would',
    z.strictObject({}),
    z.object({ runners: z.array(runnerStatus), preferred: runnerKindSchema.nullable() }),
  ),
  'runners.missing': query(
    'Which of these packages each runner lacks, and which runner would be used (VR-2)',
    z.strictObject({ packages: packagesSchema, context: runContextSchema.default('production') }),
    z.object({
      runners: z.array(
        z.object({
          kind: runnerKindSchema,
          available: z.boolean(),
          /** As they were asked for; null when the runner can't tell now. */
          missing: z.array(z.string()).nullable(),
        }),
      ),
      preferred: runnerKindSchema.nullable(),
    }),
  ),
  'image.status': query(
    'The runner image of the Docker engine',
    z.strictObject({}),
    z.object({
      present: z.boolean(),
      name: z.string(),
      image_id: z.string().nullable(),
      bytes: z.int().nullable(),
      created_at: z.string().nullable(),
      /** The one image that runs use on every device; null when each device's own is used. */
      pinned_image_id: imageIdSchema.nullable(),
      /** The engine has the pinned image, under whichever name. */
      pinned_present: z.boolean(),
      /** What the name stands for is the pinned image. */
      is_pinned: z.boolean(),
      /** Of the image that runs use. */
      libraries: z.array(z.object({ name: z.string(), version: z.string() })),
      message: z.string(),
    }),
  ),
  /** Long work: answers when done and reports lines as `job.progress` events under `job_id`, chosen by the caller. */
  'image.build': command('Builds the runner image', z.strictObject({ job_id: idSchema }), arrivedImage),
  'image.export': command(
    'Writes the runner image to a file on this device',
    z.strictObject({ job_id: idSchema, path: z.string().min(1).max(4096) }),
    z.object({ path: z.string(), bytes: z.int() }),
  ),
  'image.import': command(
    'Loads a runner image from a file on this device',
    z.strictObject({ job_id: idSchema, path: z.string().min(1).max(4096) }),
    arrivedImage,
  ),
  'image.accept': command(
    'Pins the runner image that is on this device, so that runs use it and no other on every device',
    /** The image that was looked at; null for whichever it is. */
    z.strictObject({ image_id: imageIdSchema.nullable().default(null) }),
    z.object({ image_id: imageIdSchema, previous_image_id: imageIdSchema.nullable() }),
  ),
  'job.cancel': command(
    'Cancels long work',
    z.strictObject({ job_id: idSchema }),
    z.object({ cancelled: z.boolean() }),
  ),
} as const
