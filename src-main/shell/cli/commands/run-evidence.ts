import { resolve } from 'node:path'
import type { Command } from 'commander'
import { v7 as newId } from 'uuid'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import type { Json } from '../../../domain/result.ts'
import { answer, checkExitCode, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { readText } from '../files.ts'
import { parseMessage } from '../../shared/message.ts'
import { megabytes, plain, record, table } from '../text.ts'
import { advisoryText } from './advisories.ts'
import type { Select } from './selection.ts'

/** Runs as evidence: comparing, checking, repeating, explaining, and what stands beside a record. */
export function registerRunEvidence(run: Command, select: Select): void {
  run
    .command('diff')
    .argument('<a>', 'id')
    .argument('<b>', 'id')
    .description('what changed between two runs')
    .action((a: string, b: string) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('runs.diff', { a, b }), diffText),
      }),
    )
  run
    .command('verify')
    .argument('[run]', 'id; without, all runs that you may see')
    .option('--all', 'all runs that you may see')
    .description('check records and files again; exit code 13 if something is wrong')
    .action((id: string | undefined, options: { all?: boolean }) => {
      if (id !== undefined && options.all === true) {
        return select({ needs: 'nothing', run: async () => usageError('Name a run, or --all, not both.') })
      }
      select({ needs: 'core', run: (context) => verify(context, id ?? null) })
    })
  run
    .command('reverify')
    .argument('<run>', 'id')
    .description('run the same again and compare: MATCH, DRIFT or UNREPRODUCIBLE')
    .action((id: string) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('runs.reverify', { run: id }), verdictText),
      }),
    )
  run
    .command('explain')
    .argument('<run>', 'id')
    .description('explain why a run was allowed, cautioned or blocked')
    .action((id: string) => select({ needs: 'core', run: (context) => explain(context, id) }))
  run
    .command('override')
    .argument('<run>', 'id of a run that was blocked')
    .requiredOption('-m, --message <why>', '10 to 2,000 characters')
    .description('ask to let a blocked script run; answers with the request, which somebody must approve')
    .action((id: string, options: { message: string }) =>
      select({
        needs: 'core',
        run: async (context) => {
          const request = { run: id, kind: 'override_request' as const, text: options.message }
          return answer(await context.call('advisories.attach', request), advisoryText)
        },
      }),
    )
  run
    .command('pin')
    .argument('<run>', 'id')
    .option('--off', 'let its files be pruned again')
    .description('keep the files of a run from being pruned')
    .action((id: string, options: { off?: boolean }) =>
      select({
        needs: 'core',
        run: async (context) =>
          answer(await context.call('runs.pin', { run: id, pinned: options.off !== true }), notesText),
      }),
    )
  run
    .command('meta')
    .argument('<run>', 'id')
    .option('--set <json>', 'names and texts to set; null removes one; @FILE reads a file')
    .description('short texts beside a run, by name')
    .action((id: string, options: { set?: string }) =>
      select({ needs: 'core', run: (context) => meta(context, id, options.set) }),
    )
  pack(run, 'run', 'id', select)
}

export function registerVersionPack(version: Command, select: Select): void {
  pack(version, 'version', 'an id, slug@number, slug@head or slug@active', select)
}

function pack(parent: Command, kind: 'run' | 'version', what: string, select: Select): void {
  parent
    .command('pack')
    .argument(`<${kind}>`, what)
    .requiredOption('--out <file>', 'where to write it; never overwritten')
    .option('--no-files', 'name files by their hashes only')
    .description('write the evidence to one file that bin/verify-evidence.mjs checks anywhere')
    .action((subject: string, options: { out: string; files: boolean }) =>
      select({
        needs: 'core',
        run: async (context) => {
          const input = { [kind]: subject, path: resolve(options.out), files: options.files }
          return answer(await context.call('packs.export', input), packText)
        },
      }),
    )
}

async function verify(context: Context, run: string | null): Promise<Answer> {
  const jobId = newId()
  const stop = context.on('job.progress', ({ job_id: id, line }) => {
    if (id === jobId) context.say.progress(line)
  })
  try {
    const checking = context.call('runs.verify', { run, job_id: jobId })
    const envelope = await context.cancellable(() => context.call('job.cancel', { job_id: jobId }), checking)
    return answer(envelope, verifyText, checkExitCode)
  } finally {
    stop()
  }
}

async function explain(context: Context, run: string): Promise<Answer> {
  const notes = await context.call('runs.explain', { run })
  if (!notes.ok) return answer(notes, () => '')
  const listed = await context.call('advisories.list', { run, kind: 'explanation' })
  const text = listed.ok ? listed.data.items.map((item) => plain(item.text)).join('\n\n') : ''
  return answer(notes, (data) => (text === '' ? notesText(data) : text))
}

async function meta(context: Context, run: string, text: string | undefined): Promise<Answer> {
  if (text === undefined) return answer(await context.call('runs.notes', { run }), notesText)
  const content = text.startsWith('@')
    ? await readText(text.slice(1), context.input)
    : { ok: true as const, value: text }
  if (!content.ok) return { envelope: { ok: false, error: content.failure }, text: '' }
  const set = parseMessage(content.value)
  if (!set.ok) return usageError('--set is not valid JSON.')
  // The core checks what it holds.
  return answer(
    await context.call('runs.patchMeta', { run, set: set.value as Record<string, string | null> }),
    notesText,
  )
}

function diffText(data: Output<'runs.diff'>): string {
  const rows = data.changes.map((change) => [
    change.severity,
    change.part,
    change.message,
    short(change.before),
    short(change.after),
  ])
  return table(['severity', 'part', 'what', 'before', 'after'], rows, 'The two say the same.')
}

const short = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

function verifyText(data: Output<'runs.verify'>): string {
  const facts = record({
    runs: data.runs,
    checked: data.checked,
    'no longer kept': data.pruned,
    problems: data.problem_count,
  })
  if (data.ok) return `${facts}\n\nEverything is as it was recorded.`
  const rows = data.problems.map((problem) => [problem.run_id, problem.kind, problem.problem, problem.message])
  return `${facts}\n\n${table(['run', 'what', 'problem', 'what to do'], rows)}`
}

function verdictText(data: Output<'runs.reverify'>): string {
  const facts = record({
    verdict: data.verdict,
    reason: data.reason ?? undefined,
    'second run': data.run_id ?? undefined,
  })
  return data.diff === null || data.diff.changes.length === 0 ? facts : `${facts}\n\n${diffText(data.diff)}`
}

function notesText(data: Output<'runs.notes'>): string {
  return record({
    run: data.id,
    explanation: data.explanation_status,
    problem: data.explanation_error ?? undefined,
    pinned: data.is_pinned,
    ...data.meta,
  })
}

function packText(data: Output<'packs.export'>): string {
  return record({
    file: data.path,
    size: megabytes(data.bytes),
    events: data.events,
    files: data.files,
    'named only': data.absent,
    root: data.root,
    head: data.head_hash,
  })
}
