import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { megabytes, record, table } from '../text.ts'
import type { Select } from './selection.ts'

type Pruned = Output<'runs.prune'>

/** Letting kept files go, and what is stored before it (RN-9). */
export function registerPrune(program: Command, select: Select): void {
  program
    .command('prune')
    .option('--dry-run', 'only say what would be freed')
    .description('delete kept files that are over age or over size, not pinned and not cited')
    .action((options: { dryRun?: boolean }) =>
      select({
        needs: 'core',
        run: (context) => (options.dryRun === true ? foreseePrune(context) : prune(context)),
      }),
    )
}

async function prune(context: Context): Promise<Answer> {
  return answer(await context.call('runs.prune', { dry_run: false }), pruneText)
}

async function foreseePrune(context: Context): Promise<Answer> {
  const pruned = await context.call('runs.prune', { dry_run: true })
  if (!pruned.ok) return answer(pruned, pruneText)
  const storage = await context.call('system.storage', {})
  if (!storage.ok) return answer(storage, () => '')
  const { kept_files: keptFiles } = storage.data
  const stored = record({
    database: megabytes(storage.data.database_bytes),
    'kept files': `${megabytes(keptFiles.bytes)} of at most ${megabytes(keptFiles.max_bytes)}`,
    held: megabytes(keptFiles.held_bytes),
    backups: megabytes(storage.data.backups.bytes),
    'free on the disk': storage.data.free_bytes === null ? undefined : megabytes(storage.data.free_bytes),
  })
  const data = { ...pruned.data, storage: storage.data }
  return answer({ ok: true, data }, () => `${stored}\n\n${pruneText(pruned.data)}`)
}

const CAUSES: { [C in keyof Pruned['by_cause']]: string } = {
  over_age: 'over age',
  over_size: 'over size',
  left_over: 'left over',
}

function pruneText(data: Pruned): string {
  const verb = data.dry_run ? 'would be freed' : 'freed'
  const rows = Object.entries(CAUSES).flatMap(([cause, name]) => {
    const { runs, files, freed_bytes: bytes } = data.by_cause[cause as keyof Pruned['by_cause']]
    return files === 0 && runs === 0 ? [] : [[name, runs, files, megabytes(bytes)]]
  })
  const sum = record({
    runs: data.runs,
    files: data.files,
    [verb]: megabytes(data.freed_bytes),
    kept: megabytes(data.kept_bytes),
  })
  return rows.length === 0 ? sum : `${sum}\n\n${table(['cause', 'runs', 'files', verb], rows)}`
}
