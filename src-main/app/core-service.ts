import { TOPICS } from '../../src-preload/contract/contract.ts'
import type { BankTool } from '../domain/bank.ts'
import { failed, success, type Result } from '../domain/result.ts'
import { changed, currentSettings, type Context } from './context.ts'
import type { Core, Session } from './core.ts'
import { backUpDaily } from './backups.ts'
import { createDispatch } from './dispatch.ts'
import { firstStart } from './first-start.ts'
import { createHandlers } from './handlers.ts'
import { createJobs } from './jobs.ts'
import { findMember } from './lookup.ts'
import { noticeCopy } from './resume-check.ts'
import { pruneWhenDue } from './runs/prune.ts'
import { createRuns } from './runs/runs.ts'
import type { Subscribers } from './subscribers.ts'
import { everySoOften } from './timers.ts'
import { cannotActAs, CURRENT_MEMBER } from './workspace.ts'

/** How often the windows look whether another process changed something. */
const LOOK_EVERY_MS = 400
const LOOK_FOR_IDLE_EVERY_MS = 10_000
/** Whether today's backup is there is looked at a little after the start, then this often. */
const BACK_UP_AFTER_MS = 60_000
const BACK_UP_EVERY_MS = 60 * 60 * 1000
/** What dead processes left in an engine is looked for at start and then this often. */
const RECONCILE_EVERY_MS = 10 * 60 * 1000

export interface CoreServiceOptions {
  checkOutput: boolean
  /** The tools that a first window starts with; null where nothing is made by itself. */
  samples: (() => BankTool[]) | null
  firstMemberName: () => string
  closeAdapters(): Promise<void>
}

/** The core over its ports: sessions, the door, the events, and what goes on by itself. */
export function createCore(context: Context, subscribers: Subscribers, options: CoreServiceOptions): Result<Core> {
  const { store } = context
  if (options.samples !== null && store.state.workspace() === null) {
    const seeded = firstStart(
      context,
      { shell: 'browser', memberId: null },
      options.firstMemberName(),
      options.samples(),
    )
    if (!seeded.ok) return seeded
  }
  noticeCopy(context)
  const runs = createRuns(context)
  const jobs = createJobs()
  const dispatch = createDispatch(context, createHandlers(runs, jobs), options)
  const pruning = new AbortController()
  const reconcile = async (): Promise<void> => {
    try {
      await runs.reconcile()
      await pruneWhenDue(context, pruning.signal)
    } catch (error) {
      context.reportBug('reconcile', error)
    }
  }
  let reconciling = reconcile()
  const reconciler = setInterval(() => {
    reconciling = reconcile()
  }, RECONCILE_EVERY_MS)
  reconciler.unref()
  const watcher = watchOtherProcesses(context, subscribers)
  const idleLock = lockWhenIdle(context)
  const stopBackups = options.samples === null ? () => Promise.resolve() : keepBackups(context)
  const stopPreparing = subscribers.add({ shell: 'cli', memberId: null }, (event) => {
    if (event.name === 'changed' && event.payload.topics.includes('settings')) runs.prepare()
  })
  runs.prepare()
  let closed: Promise<void> | null = null

  const close = async (): Promise<void> => {
    clearInterval(reconciler)
    clearInterval(watcher)
    stopPreparing()
    await stopBackups()
    clearInterval(idleLock)
    await jobs.close()
    pruning.abort()
    await runs.close()
    await reconciling
    await options.closeAdapters()
  }

  return success({
    dataDir: context.dataDir,
    dispatch,
    openSession: ({ shell, as }) => explained(context, () => openSession(context, shell, as)),
    subscribe: subscribers.add,
    close: () => (closed ??= close()),
  })
}

/** Opening a session comes before the door that explains what a damaged disk refuses. */
function explained<T>(context: Context, work: () => Result<T>): Result<T> {
  try {
    return work()
  } catch (error) {
    const known = context.explainError(error)
    if (known === null) throw error
    return failed(known)
  }
}

function openSession(context: Context, shell: Session['shell'], as: string | undefined): Result<Session> {
  if (as === undefined) return success({ shell, memberId: context.store.local.get(CURRENT_MEMBER) })
  const member = findMember(context, as)
  if (!member.ok) return member
  const refusal = cannotActAs(context, member.value.id)
  return refusal === null ? success({ shell, memberId: member.value.id }) : failed(refusal)
}

/** Windows live long enough to make the daily backups; a command would only end later. */
function keepBackups(context: Context): () => Promise<void> {
  let working = Promise.resolve()
  const work = (): void => {
    working = working
      .then(() => backUpDaily(context))
      .catch((error: unknown) => {
        context.reportBug('daily backup', error)
      })
  }
  const first = setTimeout(work, BACK_UP_AFTER_MS)
  const timer = setInterval(work, BACK_UP_EVERY_MS)
  first.unref()
  timer.unref()
  return () => {
    clearTimeout(first)
    clearInterval(timer)
    return working
  }
}

/** TR-6: a key that was unlocked is locked again when nobody is there; 0 minutes leaves it open. */
function lockWhenIdle(context: Context): ReturnType<typeof setInterval> {
  return everySoOften(context, LOOK_FOR_IDLE_EVERY_MS, () => {
    const limitMs = currentSettings(context).lock_after_idle_min * 60_000
    if (limitMs === 0 || context.activity.idleMs() < limitMs) return
    context.keys.lockAll()
    context.activity.touch()
    changed(context, 'workspace')
  })
}

/** RN-12: another process's commit shows in this one's windows. SQLite's data_version changes for others' commits only. */
function watchOtherProcesses(context: Context, subscribers: Subscribers): ReturnType<typeof setInterval> {
  let seen = context.store.changeCounter()
  return everySoOften(context, LOOK_EVERY_MS, () => {
    const now = context.store.changeCounter()
    if (now === seen) return
    seen = now
    if (subscribers.count() > 0) context.publish({ name: 'changed', payload: { topics: [...TOPICS] } })
  })
}
