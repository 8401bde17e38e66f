import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { Context } from '../context.ts'
import { nowText } from '../context.ts'
import type { Attachment, StoredFile } from '../kept-files-port.ts'
import { later } from '../timers.ts'
import { MAX_INPUT_BYTES, type InputFile } from './uploads.ts'

/**
 * An action run finds the input files of its first run again (SC-2). Those of sandbox runs are kept as files (RN-9);
 * those of production runs stay in this process's memory until no action is left or 30 minutes have passed.
 */
export interface InputVault {
  keep(runId: string, files: InputFile[]): void
  find(runId: string): InputFile[] | null
  forget(runId: string): void
}

const KEEP_MS = 30 * 60 * 1000
const MAX_KEPT_RUNS = 20
/** Of all runs together; the oldest make room. */
const MAX_KEPT_BYTES = 4 * MAX_INPUT_BYTES

export function createInputVault(context: Pick<Context, 'clock' | 'reportBug'>): InputVault {
  const kept = new Map<string, { files: InputFile[]; untilMs: number }>()
  const keptBytes = (): number =>
    [...kept.values()].flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes.length, 0)
  const expire = (): void => {
    const now = context.clock.monotonicMs()
    for (const [runId, entry] of kept) if (entry.untilMs <= now) kept.delete(runId)
  }
  return {
    keep(runId, files) {
      kept.set(runId, { files, untilMs: context.clock.monotonicMs() + KEEP_MS })
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT_RUNS && keptBytes() <= MAX_KEPT_BYTES) break
        kept.delete(oldest)
      }
      // Also where nobody asks again: what a member gave to a published tool is not for staying.
      later(context, KEEP_MS + 1, expire).unref()
    },
    find(runId) {
      expire()
      return kept.get(runId)?.files ?? null
    },
    forget: (runId) => {
      kept.delete(runId)
    },
  }
}

export async function keptInputs(context: Context, vault: InputVault, runId: string): Promise<Result<InputFile[]>> {
  const run = context.store.state.run(runId)
  if (run === null || run.record.inputs.length === 0) return success([])
  const inMemory = vault.find(runId)
  if (inMemory !== null) return success(inMemory)
  const files: InputFile[] = []
  const inputs = context.store.attachments
    .of(runId)
    .filter(({ kind, releasedAt }) => kind === 'input' && releasedAt === null)
  for (const attachment of inputs) {
    const read = await readKeptFile(context, attachment)
    if (read.ok) files.push({ name: attachment.name, bytes: read.bytes })
  }
  if (files.length === run.record.inputs.length) return success(files)
  return failed(
    failure(
      'CONFLICT',
      'inputs_gone',
      'The files of the first step are no longer kept. Start again from the beginning.',
    ),
  )
}

/** Bytes that were altered on the disk are no longer what was kept. */
export async function readKeptFile(
  context: Pick<Context, 'blobs' | 'keys'>,
  { sha256, bytes: length }: { sha256: string; bytes: number },
): Promise<{ ok: true; bytes: Uint8Array } | { ok: false; problem: 'missing' | 'altered' }> {
  // A byte more than there should be, so that a file that grew is told apart.
  const bytes = await context.blobs.read(sha256, 0, length + 1)
  if (bytes === null) return { ok: false, problem: 'missing' }
  const isWhole = context.keys.sha256OfBytes(bytes) === sha256
  return isWhole ? { ok: true, bytes } : { ok: false, problem: 'altered' }
}

/**
 * RN-9: inputs of sandbox runs are kept as files. They are stored before the run begins, and named by the commit that
 * begins it: a crash leaves them findable, and files that nothing names are pruned.
 */
export async function storeSandboxInputs(
  context: Context,
  runId: string,
  inputs: readonly InputFile[],
): Promise<Result<Attachment[]>> {
  const files = await keepFiles(context, inputs)
  if (!files.ok) return files
  const createdAt = nowText(context)
  const mime = 'application/octet-stream'
  return success(files.value.map((file) => ({ ...file, runId, kind: 'input', mime, createdAt, releasedAt: null })))
}

/** Writes input files to the disk, where something that is recorded afterwards is to name them. */
export async function keepFiles(
  context: Pick<Context, 'blobs'>,
  inputs: readonly InputFile[],
): Promise<Result<(StoredFile & { name: string })[]>> {
  const files: (StoredFile & { name: string })[] = []
  for (const { name, bytes } of inputs) {
    const stored = await context.blobs.put(bytes)
    if (!stored.ok) return stored
    files.push({ name, ...stored.value })
  }
  return success(files)
}
