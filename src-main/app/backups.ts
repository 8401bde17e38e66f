import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { backupsToRemove, dailyBackupName } from '../domain/backup-retention.ts'
import { mayOperate, mayRestore } from '../domain/policy.ts'
import { failed, failure, success, type Failure, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import type { BackupCopy } from './backups-port.ts'
import { nowText, type Context } from './context.ts'
import type { Session } from './core.ts'
import { fileExists } from './export-audit.ts'
import type { HistoryProblem } from './history-walk.ts'
import { beside, verifyDatabase, type VerifiedHistory } from './verify-history.ts'

/** One file that holds everything, and is checked before anybody relies on it. */

type BackupView = Output<'backups.create'>

export async function createBackup(
  context: Context,
  session: Session,
  input: ParsedInput<'backups.create'>,
): Promise<Result<BackupView>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins may make backups.'))
  if (input.path !== null) {
    if (await context.localFiles.exists(input.path)) return failed(fileExists(input.path))
    const folder = await context.localFiles.makeFolderOf(input.path)
    if (!folder.ok) return folder
  }
  const name = `by-hand-${nowText(context).replaceAll(/[:.]/g, '-')}.sqlite`
  return writeBackup(context, input.path === null ? { name } : { path: input.path }, input.files)
}

async function writeBackup(
  context: Context,
  target: { path: string } | { name: string },
  files: boolean,
): Promise<Result<BackupView>> {
  const copy = await context.backups.copy(target, files)
  if (!copy.ok) return copy
  try {
    const verified = await verifyCopy(context, copy.value)
    if (verified.problem !== null) return failed(doesNotVerify('The backup', verified.problem))
    const kept = await copy.value.keep()
    if (!kept.ok) return kept
    return success({ ...kept.value, created_at: nowText(context), events: verified.events, verified: true })
  } finally {
    copy.value.discard()
  }
}

/** Integrity, foreign keys, chain, fold, and every file by its hash. */
async function verifyCopy(context: Context, copy: Omit<BackupCopy, 'keep'>): Promise<VerifiedHistory> {
  const read = { events: 0, root: null, head_hash: null }
  try {
    const [damage] = await copy.problems()
    if (damage !== undefined) return { ...read, problem: beside('corrupt', `The database is damaged (${damage}).`) }
    const snapshot = copy.snapshot()
    try {
      const verified = await verifyDatabase(context, snapshot)
      return verified.problem === null ? { ...verified, problem: await checkFiles(context, copy) } : verified
    } finally {
      snapshot.close()
    }
  } catch (error) {
    const known = context.explainError(error) ?? context.reportBug('checking a copy', error)
    return { ...read, problem: beside(known.code === 'INTERNAL_ERROR' ? 'unreadable' : known.reason, known.message) }
  }
}

async function checkFiles(context: Context, copy: Omit<BackupCopy, 'keep'>): Promise<HistoryProblem | null> {
  for (const { sha256, body } of copy.files()) {
    if (context.keys.sha256OfBytes(body) !== sha256)
      return beside('file_changed', `The kept file ${sha256} is not what it was.`)
    await context.pause(0)
  }
  return null
}

function doesNotVerify(what: string, problem: HistoryProblem): Failure {
  const place = problem.order === 0 ? '' : ` (event ${problem.order})`
  return failure('CONFLICT', 'does_not_verify', `${what} does not verify${place}: ${problem.message}`, {
    order: problem.order,
    problem: problem.reason,
  })
}

export function listBackups(context: Context, session: Session): Result<Output<'backups.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins see backups.'))
  const items = context.backups.names().flatMap((name) => {
    const described = context.backups.describe(name)
    if (described === null) return []
    const { path, bytes, createdAt, events } = described
    // What has this name here was checked before it got it, but for the one that a restore put aside as it was.
    return [{ path, bytes, created_at: createdAt, events, verified: !name.startsWith('kept-before-restore') }]
  })
  return success({ items: items.sort((a, b) => (a.created_at < b.created_at ? 1 : -1)), next: null })
}

/** The copy is checked now and takes its place at the next start, when no other process is at work here. */
export async function restoreBackup(
  context: Context,
  session: Session,
  input: ParsedInput<'backups.restore'>,
): Promise<Result<Output<'backups.restore'>>> {
  // An empty folder has nobody to ask and nothing to lose: this is how a new machine gets everything back.
  if (context.store.state.workspace() !== null) {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (!mayRestore(actor.value))
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may restore a backup.'))
  }
  const copy = await context.backups.copyForRestore(input.path)
  if (!copy.ok) return copy
  try {
    const verified = await verifyCopy(context, copy.value)
    if (verified.problem !== null) return failed(doesNotVerify('This file', verified.problem))
    if (verified.events === 0) return failed(failure('CONFLICT', 'does_not_verify', 'This file holds no history.'))
    for (const { body } of copy.value.files()) {
      const written = await context.blobs.put(body)
      if (!written.ok) return written
    }
    const staged = copy.value.stage()
    if (!staged.ok) return staged
    return success({ restored_events: verified.events, kept_as: staged.value.keptAs, must_restart: true })
  } finally {
    copy.value.discard()
  }
}

/** Once a day, without the files of runs: those are kept for days only, and would be in every copy. */
export async function backUpDaily(context: Context): Promise<void> {
  const { backups, store } = context
  if (store.state.workspace() === null) return
  const name = dailyBackupName(nowText(context))
  if (!backups.names().includes(name)) {
    const written = await writeBackup(context, { name }, false)
    if (!written.ok) throw new Error(`the daily backup failed: ${written.failure.message}`)
  }
  for (const old of backupsToRemove(backups.names())) backups.remove(old)
}
