import type { Output } from '../../src-preload/contract/contract.ts'
import { success, type Result } from '../domain/result.ts'
import { verifyEverything } from './audit.ts'
import { mayOperate } from '../domain/policy.ts'
import { actingMember } from './actor.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { measureStorage, type StorageView } from './storage.ts'
import { runnerStatus } from './runs/choose-runner.ts'
import type { VerifiedHistory } from './verify-history.ts'

type Check = Output<'system.doctor'>['checks'][number]

/** Looks at everything that could be wrong on this device and says what to do about it. Works without a workspace. */
export async function examine(context: Context, session: Session): Promise<Result<Output<'system.doctor'>>> {
  const { store } = context
  const checks: Check[] = []
  const add = (name: string, ok: boolean, severity: Check['severity'], message: string): void => {
    checks.push({ name, ok, severity, message })
  }
  add('data folder', true, 'error', context.dataDir)
  const [damage] = store.checkIntegrity()
  add('database', damage === undefined, 'error', damage ?? 'sound')
  const workspace = store.state.workspace()
  add('workspace', workspace !== null, 'warning', workspace?.name ?? 'none yet: run init, or start the app')
  if (mayLookAtEverything(context, session)) {
    for (const check of historyChecks(await verifyEverything(context))) checks.push(check)
  } else {
    add('history', false, 'warning', 'not checked: that is for admins whose key is unlocked')
  }
  if (mayLookAtEverything(context, session) && workspace !== null) {
    checks.push(...storageChecks(await measureStorage(context)))
  }
  for (const runner of context.runners) {
    const status = await runnerStatus(context, runner)
    const message = status.available
      ? [`${status.version}, ${status.isolation}`, ...status.warnings].join('; ')
      : status.message
    add(`runner ${runner.kind}`, status.available, 'warning', message)
  }
  return success({ ok: checks.every((check) => check.ok || check.severity === 'warning'), checks })
}

/** The audit is for admins (section 2); before there is a workspace there is nothing to see in it. */
function mayLookAtEverything(context: Context, session: Session): boolean {
  if (context.store.state.workspace() === null) return true
  const actor = actingMember(context, session)
  return actor.ok && mayOperate(actor.value)
}

/** Less than a run may write is too little to go on with (RC-7, RN-3). */
const LITTLE_ROOM_BYTES = 1024 * 1024 * 1024

function storageChecks({ database_bytes, kept_files, backups, free_bytes }: StorageView): Check[] {
  const { bytes, held_bytes: held, max_bytes: most, would_free: free } = kept_files
  const room = free_bytes === null ? 'room is not known' : `${sizeText(free_bytes)} free`
  const isShort = free_bytes !== null && free_bytes < LITTLE_ROOM_BYTES
  const whatToDo = held > most ? '; unpin runs, or raise kept_files_max_bytes' : ''
  return [
    {
      name: 'disk',
      ok: !isShort,
      severity: 'warning',
      message: `${room}; database ${sizeText(database_bytes)}, backups ${sizeText(backups.bytes)}`,
    },
    {
      name: 'room for files',
      ok: held <= most,
      severity: 'warning',
      message: `${sizeText(bytes)} of ${sizeText(most)}, ${sizeText(held)} of it held${whatToDo}`,
    },
    {
      name: 'prune',
      ok: true,
      severity: 'warning',
      message: `would free ${sizeText(free.over_age.freed_bytes)} over age, ${sizeText(free.over_size.freed_bytes)} over size`,
    },
  ]
}

const sizeText = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

/** One check for each part, up to the first that is wrong: what comes after it was not looked at. */
function historyChecks({ events, problem }: VerifiedHistory): Check[] {
  const parts: { name: string; sound: string; reasons: string[] }[] = [
    { name: 'history', sound: `${events} events, all signed and chained`, reasons: [] },
    { name: 'tables', sound: 'equal to the fold of the events', reasons: ['table_differs'] },
    { name: 'kept files', sound: 'as their hashes say', reasons: ['content_changed', 'file_changed'] },
  ]
  const wrong = Math.max(
    0,
    parts.findIndex(({ reasons }) => reasons.includes(problem?.reason ?? '')),
  )
  return parts.slice(0, problem === null ? parts.length : wrong + 1).map(({ name, sound }, index) => {
    const ok = problem === null || index < wrong
    const place = problem === null || problem.order === 0 ? '' : `event ${problem.order}: `
    return { name, ok, severity: 'error', message: ok ? sound : `${place}${problem?.message ?? ''}` }
  })
}
