import { z } from 'zod'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { command } from './channel.ts'
import { listOf } from './paging.ts'
import { toolReference } from './tools.ts'

/** Tools from folders, and into folders. */

const path = z.string().min(1).max(4096)

const seeded = z.object({
  slug: z.string(),
  outcome: z.enum(['created', 'unchanged', 'differs', 'updated', 'failed']),
  message: z.string(),
})
export type SeededTool = z.infer<typeof seeded>

export const bankChannels = {
  'bank.seed': command(
    'Seeds a script bank from a folder of this device: idempotent by slug (TL-5)',
    z.strictObject({
      path,
      dry_run: z.boolean().default(false),
      sync_metadata: z.boolean().default(false),
      sync_code: z.boolean().default(false),
      publish: z.boolean().default(false),
    }),
    listOf(seeded),
  ),
  'tools.export': command(
    'Writes a tool’s published versions as files for a code repository (TL-6)',
    z.strictObject({ tool: toolReference, path }),
    z.object({ id: idSchema, files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })) }),
  ),
} as const
