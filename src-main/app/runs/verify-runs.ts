import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { roleAtLeast } from '../../domain/member.ts'
import { maySeeRun, type Actor } from '../../domain/policy.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import type { RunRow } from '../../domain/state.ts'
import { openStoredEvent } from '../../domain/stored-event.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { actingMember } from '../actor.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Attachment, FileState } from '../kept-files-port.ts'
import { noRecord } from './read-runs.ts'

/** EV-6: every record against its signed event, and every kept file, log and output against its hash, once more. */

type Verification = Output<'runs.verify'>
type Problem = Verification['problems'][number]

const RUNS_AT_ONCE = 100
/** How many problems are told in full; all are counted. */
const MAX_PROBLEMS = 1000
const REPORT_EVERY_RUNS = 100

interface Tally {
  runs: number
  checked: number
  pruned: number
  problemCount: number
  problems: Problem[]
}

export async function verifyRuns(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.verify'>,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<Result<Verification>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const tally: Tally = { runs: 0, checked: 0, pruned: 0, problemCount: 0, problems: [] }
  for (const id of input.run === null ? visibleRuns(context, actor.value) : [input.run]) {
    const known = await verifyRun(context, actor.value, id, tally)
    if (!known) return failed(noRecord(context, actor.value, id))
    if (tally.runs % REPORT_EVERY_RUNS === 0)
      report(`${tally.runs} runs, ${tally.checked} files, ${tally.problemCount} problems`)
    if (signal.aborted)
      return failed(failure('CONFLICT', 'cancelled', `Checking was stopped after ${tally.runs} runs.`, { ...tally }))
  }
  const { runs, checked, pruned, problemCount, problems } = tally
  return success({ ok: problemCount === 0, runs, checked, pruned, problem_count: problemCount, problems })
}

/** By id, so that one that can't be read is met like every other. */
function* visibleRuns(context: Context, actor: Actor): Generator<string> {
  const requestedBy = roleAtLeast(actor.role, 'admin') ? null : actor.id
  let after = ''
  for (;;) {
    const ids = context.store.reads.runIds(requestedBy, after, RUNS_AT_ONCE)
    yield* ids
    if (ids.length < RUNS_AT_ONCE) return
    after = ids.at(-1) ?? after
  }
}

/** Answers whether the actor may see it. */
async function verifyRun(context: Context, actor: Actor, id: string, tally: Tally): Promise<boolean> {
  const row = readable(() => context.store.state.run(id))
  if (row === null || (row !== 'unreadable' && !maySeeRun(actor, row))) return false
  // Who asked for it is in the record; one that can't be read is told to those who see every run.
  if (row === 'unreadable' && !roleAtLeast(actor.role, 'admin')) return false
  tally.runs += 1
  tally.checked += 1
  const add = (kind: Problem['kind'], name: string, problem: Problem['problem'], message: string): void => {
    tally.problemCount += 1
    if (tally.problems.length < MAX_PROBLEMS) tally.problems.push({ run_id: id, kind, name, problem, message })
  }
  const record = row === 'unreadable' ? null : recordProblem(context, row)
  if (row === 'unreadable' || record !== null) {
    add(
      'record',
      'record',
      'altered',
      record ?? 'The record can’t be read. Restore the database from a backup; the signed event still holds it.',
    )
  }
  if (row === 'unreadable') return true
  await verifyFiles(context, row, tally, add)
  verifyContents(context, row, tally, add)
  return true
}

/** The row must be what its event says, and the event what its hash says. Signatures and order are for `audit verify`. */
function recordProblem(context: Context, row: RunRow): string | null {
  const what = 'Restore the database from a backup, or have the history verified to see where it differs.'
  const stored = readable(() => context.store.reads.eventsOfRun(row.id).find(({ type }) => type === 'run.recorded'))
  if (stored === undefined || stored === 'unreadable') return `The event that recorded this run is not there. ${what}`
  const event = openStoredEvent(stored, context.keys.sha256)
  if (!event.ok) return `The event that recorded this run was altered (${event.failure.message}) ${what}`
  const { run } = event.value.body as { run: unknown }
  return canonicalJson(run) === canonicalJson(row.record)
    ? null
    : `The record differs from the event that recorded it. ${what}`
}

type Add = (kind: Problem['kind'], name: string, problem: Problem['problem'], message: string) => void

const FILE_MESSAGES: { [S in Exclude<FileState, 'whole'>]: string } = {
  missing: 'is missing. Restore it from a backup; the record keeps its hash.',
  altered: 'is not what was recorded. Keep the file aside for looking into it, and restore it from a backup.',
  not_a_file:
    'was replaced by a link, a folder or something else that is no file. Remove that, and restore the file from a backup.',
  unreadable: 'can’t be read. Check the disk and the permissions of the data folder.',
}

/** A file that was let go is told as such and is no problem; one that is named as kept must be there, and the same. */
async function verifyFiles(context: Context, { id, record }: RunRow, tally: Tally, add: Add): Promise<void> {
  const attached = new Map(
    context.store.attachments.of(id).map((file): [string, Attachment] => [`${file.kind}/${file.name}`, file]),
  )
  const files = [
    ...record.inputs.map(({ name, sha256 }) => ({ kind: 'input' as const, name, sha256 })),
    ...record.artifacts.map(({ path, sha256 }) => ({ kind: 'artifact' as const, name: path, sha256 })),
  ]
  for (const { kind, name, sha256 } of files) {
    const attachment = attached.get(`${kind}/${name}`)
    if (attachment === undefined) {
      tally.checked += 1
      add(
        kind,
        name,
        'missing',
        `${name} has lost its entry in the database. Restore a backup; the file may still be there as ${sha256}.`,
      )
    } else if (attachment.releasedAt !== null) {
      tally.pruned += 1
    } else {
      tally.checked += 1
      const state = attachment.sha256 === sha256 ? await context.blobs.check(sha256) : 'altered'
      if (state !== 'whole') add(kind, name, state, `${name} ${FILE_MESSAGES[state]}`)
    }
  }
}

function verifyContents(context: Context, { record }: RunRow, tally: Tally, add: Add): void {
  const contents = [
    { kind: 'log' as const, name: 'standard output', sha256: record.stdout.kept_sha256 },
    { kind: 'log' as const, name: 'standard error', sha256: record.stderr.kept_sha256 },
    { kind: 'result' as const, name: 'outputs', sha256: record.result_sha256 },
  ]
  for (const { kind, name, sha256 } of contents) {
    if (sha256 === null) continue
    tally.checked += 1
    const bytes = context.store.content(sha256)
    const state = bytes === null ? 'missing' : context.keys.sha256OfBytes(bytes) === sha256 ? 'whole' : 'altered'
    if (state !== 'whole') add(kind, name, state, `The ${name} ${FILE_MESSAGES[state]}`)
  }
}

/** Text in a damaged database may not parse any more. */
function readable<T>(read: () => T): T | 'unreadable' {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable'
    throw error
  }
}
