import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { mayOperate } from '../../domain/policy.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import { actingMember } from '../actor.ts'
import { changed, currentSettings, nowText, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Attachment, KeptContent } from '../kept-files-port.ts'

/**
 * RN-9: files of sandbox runs that are over age go, and then, oldest first, files of any run until all together are
 * within their size. Those of runs that are pinned or cited stay, whatever they take. A run is cited when a person
 * attached something to it: a note, a suggestion or an override request. Logs and outputs are in the database and stay
 * as well; the records keep every hash, and say what is no longer kept. Files of saved inputs stay until these go.
 */

const DAY_MS = 24 * 60 * 60 * 1000
const AT_ONCE = 500
/**
 * Nobody takes longer between writing a file and naming it; see `adapters/blobs`. Nor is a file let go for want of room
 * while whoever ran the script may still look at it.
 */
const YOUNG_MS = 60 * 60 * 1000
/** When files were last pruned by themselves, whichever process did it. */
const PRUNED_AT = 'pruned_at'

type Pruned = Output<'runs.prune'>
type Cause = keyof Pruned['by_cause']

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

/** What pruning would free now. */
export function foresee(context: Context): Pruned {
  const { attachments } = context.store
  const maxBytes = currentSettings(context).kept_files_max_bytes
  const tally = createTally()
  const released = new Map<string, { bytes: number; times: number }>()
  for (const { runId, sha256, bytes } of overAge(context)) {
    tally.letGo('over_age', runId)
    released.set(sha256, { bytes, times: (released.get(sha256)?.times ?? 0) + 1 })
  }
  const gone = new Set<string>()
  let keptBytes = attachments.totals().bytes
  const remove = (cause: Cause, sha256: string, bytes: number): void => {
    gone.add(sha256)
    keptBytes -= bytes
    tally.removed(cause, bytes)
  }
  for (const [sha256, { bytes, times }] of released) {
    if (attachments.keepers(sha256) === times) remove('over_age', sha256, bytes)
  }
  // Within its size nothing is looked at.
  for (const { sha256, bytes } of keptBytes > maxBytes ? unheld(context) : []) {
    if (keptBytes <= maxBytes) break
    if (gone.has(sha256)) continue
    for (const { runId } of keeping(context, sha256)) tally.letGo('over_size', runId)
    remove('over_size', sha256, bytes)
  }
  return { ...tally.sum(), kept_bytes: keptBytes, dry_run: true }
}

/** The names go first, in one transaction a batch, then what nobody names. Stopped anywhere, the next time goes on. */
async function prune(context: Context, signal: AbortSignal): Promise<Pruned> {
  const { store, blobs } = context
  const { attachments } = store
  const tally = createTally()
  const causes = new Map<string, Cause>()
  const at = nowText(context)
  const maxBytes = currentSettings(context).kept_files_max_bytes
  const letGo = (cause: Cause, files: Iterable<Attachment>): void => {
    for (const batch of inBatches(files)) {
      if (signal.aborted) return
      store.transaction(() => {
        for (const { runId, kind, name } of batch) attachments.release(runId, kind, name, at)
      })
      for (const { runId, sha256 } of batch) {
        tally.letGo(cause, runId)
        causes.set(sha256, cause)
      }
    }
  }
  letGo('over_age', overAge(context))
  for (const { sha256 } of attachments.totals().bytes > maxBytes ? unheld(context) : []) {
    if (signal.aborted || attachments.totals().bytes <= maxBytes) break
    letGo('over_size', keeping(context, sha256))
  }
  // All that is there, not only what was let go just now: crashes leave files that no run came to name.
  for await (const { sha256 } of blobs.list(DAY_MS)) {
    if (signal.aborted) break
    if (attachments.keepers(sha256) > 0) continue
    const freed = await blobs.remove(sha256, YOUNG_MS)
    if (freed > 0) tally.removed(causes.get(sha256) ?? 'left_over', freed)
  }
  const sum = tally.sum()
  if (sum.runs > 0) changed(context, 'runs')
  return { ...sum, kept_bytes: attachments.totals().bytes, dry_run: false }
}

/** Counts what goes, by its cause; a run that loses files by two causes is one run. */
function createTally() {
  const none = () => ({ runs: new Set<string>(), files: 0, freed_bytes: 0 })
  const of = { over_age: none(), over_size: none(), left_over: none() } satisfies Record<Cause, unknown>
  const counted = (cause: Cause) => ({ ...of[cause], runs: of[cause].runs.size })
  return {
    letGo: (cause: Cause, runId: string): void => void of[cause].runs.add(runId),
    removed(cause: Cause, bytes: number): void {
      of[cause].files += 1
      of[cause].freed_bytes += bytes
    },
    sum: (): Pick<Pruned, 'runs' | 'files' | 'freed_bytes' | 'by_cause'> => ({
      runs: new Set([...of.over_age.runs, ...of.over_size.runs]).size,
      files: of.over_age.files + of.over_size.files + of.left_over.files,
      freed_bytes: of.over_age.freed_bytes + of.over_size.freed_bytes + of.left_over.freed_bytes,
      by_cause: {
        over_age: counted('over_age'),
        over_size: counted('over_size'),
        left_over: counted('left_over'),
      },
    }),
  }
}

function overAge(context: Context): Generator<Attachment> {
  const before = textOfTime(context.clock.now() - currentSettings(context).sandbox_retention_days * DAY_MS)
  return pageByPage((last) => context.store.attachments.overAge(before, last, AT_ONCE))
}

function unheld(context: Context): Generator<KeptContent> {
  const before = textOfTime(context.clock.now() - YOUNG_MS)
  return pageByPage((last) => context.store.attachments.unheld(before, last, AT_ONCE))
}

function keeping(context: Context, sha256: string): Generator<Attachment> {
  return pageByPage((last) => context.store.attachments.keeping(sha256, last, AT_ONCE))
}

const textOfTime = (atMs: number): string => new Date(atMs).toISOString()

function* pageByPage<T>(read: (last: T | null) => T[]): Generator<T> {
  let last: T | null = null
  for (;;) {
    const page: T[] = read(last)
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
