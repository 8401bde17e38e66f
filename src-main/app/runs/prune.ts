import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { mayOperate } from '../../domain/policy.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import { actingMember } from '../actor.ts'
import { changed, currentSettings, nowText, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Attachment } from '../kept-files-port.ts'

/**
 * RN-9: files of sandbox runs that are over age go; those of runs that are pinned or cited stay. A run is cited when a
 * person attached something to it: a note, a suggestion or an override request. Logs and outputs are in the database and
 * stay as well; the records keep every hash, and say what is no longer kept.
 */

const DAY_MS = 24 * 60 * 60 * 1000
const AT_ONCE = 500
/** Nobody takes longer between writing a file and naming it; see `adapters/blobs`. */
const YOUNG_MS = 60 * 60 * 1000
/** When files were last pruned by themselves, whichever process did it. */
const PRUNED_AT = 'pruned_at'

type Pruned = Output<'runs.prune'>

export async function pruneRuns(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.prune'>,
): Promise<Result<Pruned>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins may prune files.'))
  const signal = new AbortController().signal
  return success(input.dry_run ? foresee(context) : await prune(context, signal))
}

/** Once a day on one data folder, at the first start of that day or while the app goes on. */
export async function pruneWhenDue(context: Context, signal: AbortSignal): Promise<void> {
  if (context.store.state.workspace() === null) return
  const isDue = context.store.transaction(() => {
    const now = context.clock.now()
    const last = Number(context.store.local.get(PRUNED_AT) ?? '0')
    // A clock that was set back must not stop it for years.
    if (last <= now && now - last < DAY_MS) return false
    context.store.local.set(PRUNED_AT, String(now))
    return true
  })
  if (isDue) await prune(context, signal)
}

/** What a run of it would free now. */
function foresee(context: Context): Pruned {
  const runs = new Set<string>()
  const released = new Map<string, { bytes: number; times: number }>()
  for (const { runId, sha256, bytes } of overAge(context)) {
    runs.add(runId)
    released.set(sha256, { bytes, times: (released.get(sha256)?.times ?? 0) + 1 })
  }
  const unused = [...released].filter(([sha256, { times }]) => context.store.attachments.keepers(sha256) === times)
  const freedBytes = unused.reduce((sum, [, { bytes }]) => sum + bytes, 0)
  const keptBytes = context.store.attachments.keptBytes() - freedBytes
  return { runs: runs.size, files: unused.length, freed_bytes: freedBytes, kept_bytes: keptBytes, dry_run: true }
}

/** The names go first, in one transaction a batch, then what nobody names. Stopped anywhere, the next time goes on. */
async function prune(context: Context, signal: AbortSignal): Promise<Pruned> {
  const { store, blobs } = context
  const { attachments } = store
  const runs = new Set<string>()
  const at = nowText(context)
  for (const batch of inBatches(overAge(context))) {
    if (signal.aborted) break
    store.transaction(() => {
      for (const { runId, kind, name } of batch) attachments.release(runId, kind, name, at)
    })
    for (const { runId } of batch) runs.add(runId)
  }
  let files = 0
  let freedBytes = 0
  // All that is there, not only what was let go just now: crashes leave files that no run came to name.
  for await (const { sha256 } of blobs.list(DAY_MS)) {
    if (signal.aborted) break
    if (attachments.keepers(sha256) > 0) continue
    const freed = await blobs.remove(sha256, YOUNG_MS)
    files += Number(freed > 0)
    freedBytes += freed
  }
  if (runs.size > 0) changed(context, 'runs')
  return { runs: runs.size, files, freed_bytes: freedBytes, kept_bytes: attachments.keptBytes(), dry_run: false }
}

function* overAge(context: Context): Generator<Attachment> {
  const before = new Date(context.clock.now() - currentSettings(context).sandbox_retention_days * DAY_MS).toISOString()
  let last: Attachment | null = null
  for (;;) {
    const page: Attachment[] = context.store.attachments.overAge(before, last, AT_ONCE)
    yield* page
    last = page.at(-1) ?? null
    if (page.length < AT_ONCE) return
  }
}

function* inBatches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < AT_ONCE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
