import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import type { RunDetailView, RunView } from '../../../src-preload/contract/runs.ts'
import { roleAtLeast } from '../../domain/member.ts'
import { maySeeRun, maySeeRunLogs, type Actor } from '../../domain/policy.ts'
import { failed, failure, notFound, success, type Failure, type JsonObject, type Result } from '../../domain/result.ts'
import { runResultSchema, type RecordedRun, type Run, type RunDetail, type RunResult } from '../../domain/run.ts'
import type { RunRow } from '../../domain/state.ts'
import { actingMember } from '../actor.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import { findTool, findVersion } from '../lookup.ts'
import { once } from '../once.ts'
import type { LiveRun } from '../ports.ts'
import { memberName } from '../views.ts'

/** Runs as people may see them: under way or ended, in full or as RN-10 allows. */

const NO_RESULT: RunResult = { outputs: [], next_actions: [], state: null }

/** Names of what runs refer to. */
function namer(context: Context): (run: Run) => RunView {
  const tool = once((id) => context.store.state.tool(id))
  const member = once((id) => memberName(context, id))
  const versionNumber = once((id) => context.store.state.version(id)?.version_number ?? null)
  return (run) => ({
    ...run,
    tool_slug: tool(run.tool_id)?.slug ?? '(unknown)',
    tool_title: tool(run.tool_id)?.title ?? '(unknown)',
    requested_by_name: member(run.requested_by),
    version_number: versionNumber(run.version_id),
  })
}

export function recordedRun(row: RunRow): Run {
  const { stdout: _, stderr: __, result_sha256: ___, values: ____, ...run } = row.record
  return { ...run, tool_id: row.tool_id }
}

/** What the script gave back; empty when it gave nothing, or when it was pruned. */
export function runResult(context: Context, record: RecordedRun): RunResult {
  const bytes = record.result_sha256 === null ? null : context.store.content(record.result_sha256)
  if (bytes === null) return NO_RESULT
  // An altered one is named by `runs.verify`; here it shows as nothing rather than as something else.
  if (context.keys.sha256OfBytes(bytes) !== record.result_sha256) return NO_RESULT
  const parsed = runResultSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  return parsed.success ? parsed.data : NO_RESULT
}

function keptLog(context: Context, log: RecordedRun['stdout']): string | null {
  if (log.kept_sha256 === null) return ''
  const bytes = context.store.content(log.kept_sha256)
  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
}

export function viewLive(context: Context, live: Pick<LiveRun, 'run'>): RunView {
  return namer(context)(live.run)
}

function detailOf(context: Context, run: Run, record: RecordedRun | null, values: JsonObject): RunDetail {
  if (record === null) {
    return {
      ...run,
      ...NO_RESULT,
      stdout: null,
      stderr: null,
      stdout_truncated: false,
      stderr_truncated: false,
      values,
    }
  }
  return {
    ...run,
    ...runResult(context, record),
    stdout: keptLog(context, record.stdout),
    stderr: keptLog(context, record.stderr),
    stdout_truncated: record.stdout.truncated,
    stderr_truncated: record.stderr.truncated,
    values,
  }
}

export interface FoundRun {
  run: Run
  record: RecordedRun | null
  values: JsonObject
}

/** A run under way or ended; what the actor may not see is not found (RB-6). */
export function findRun(context: Context, actor: Actor, id: string): Result<FoundRun> {
  const live = context.store.liveRuns.get(id)
  const row = live === null ? context.store.state.run(id) : null
  const found: FoundRun | null =
    live !== null
      ? { run: live.run, record: null, values: live.values }
      : row !== null
        ? { run: recordedRun(row), record: row.record, values: row.record.values }
        : null
  return found !== null && maySeeRun(actor, found.run) ? success(found) : failed(notFound('run'))
}

/** A run that has its record (EV-1). */
export function findEndedRun(context: Context, actor: Actor, id: string): Result<RunRow> {
  const row = context.store.state.run(id)
  return row !== null && maySeeRun(actor, row) ? success(row) : failed(noRecord(context, actor, id))
}

/** Why there is no record for the actor: the run is still under way, or not theirs to see (RB-6). */
export function noRecord(context: Context, actor: Actor, id: string): Failure {
  const live = context.store.liveRuns.get(id)
  if (live === null || !maySeeRun(actor, live.run)) return notFound('run')
  return failure('CONFLICT', 'under_way', 'This run is still under way. Wait for its end, or cancel it.')
}

export function getRun(context: Context, session: Session, input: ParsedInput<'runs.get'>): Result<RunDetailView> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findRun(context, actor.value, input.run)
  return found.ok ? success(runDetailView(context, actor.value, found.value)) : found
}

export function runDetailView(context: Context, actor: Actor, { run, record, values }: FoundRun): RunDetailView {
  const { tool_slug, tool_title, requested_by_name, version_number } = namer(context)(run)
  const names = { tool_slug, tool_title, requested_by_name, version_number }
  const detail = detailOf(context, run, record, values)
  if (maySeeRunLogs(actor, run)) return { view: 'full', ...detail, ...names }
  // RN-10: everything that only admins see is taken out by name, so that a new column is a type error here.
  const {
    runner: _runner,
    limits: _limits,
    exit_code: _exitCode,
    signal: _signal,
    oom: _oom,
    location: _location,
    decision: _decision,
    stdout: _stdout,
    stderr: _stderr,
    stdout_truncated: _stdoutTruncated,
    stderr_truncated: _stderrTruncated,
    values: _values,
    ...visible
  } = detail
  return { view: 'member', ...visible, ...names }
}

export function listRuns(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.list'>,
): Result<Output<'runs.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const tool = input.tool === null ? null : findTool(context, actor.value, input.tool)
  if (tool !== null && !tool.ok) return tool
  const version = input.version === null ? null : findVersion(context, actor.value, input.version)
  if (version !== null && !version.ok) return version
  const seesAll = roleAtLeast(actor.value.role, 'admin') && !input.mine
  if (!seesAll && input.member_id !== null && input.member_id !== actor.value.id) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins see the runs of others.'))
  }
  const filter = {
    toolId: tool?.value.tool.id ?? null,
    versionId: version?.value.version.id ?? null,
    memberId: seesAll ? input.member_id : actor.value.id,
    context: input.context,
    status: input.status,
    risk: input.risk,
    since: input.since,
    until: input.until,
    text: input.text,
  }
  if (tool !== null && version !== null && version.value.version.tool_id !== filter.toolId)
    return success({ items: [], next: null })
  const ended =
    input.status === 'running'
      ? { items: [], next: null }
      : context.store.reads.runs({ ...filter, limit: input.limit, after: input.after })
  // Runs under way are few (`max_concurrency`) and newer than nearly all; they lead the first page.
  const live =
    input.after !== null || input.text !== ''
      ? []
      : context.store.liveRuns.all().filter(({ run }) => matches(run, filter))
  const named = namer(context)
  return success({
    items: [...live.map((entry) => entry.run), ...ended.items.map(recordedRun)].map(summary),
    next: ended.next,
  })

  function summary(run: Run): Output<'runs.list'>['items'][number] {
    const { runner: _r, limits: _l, exit_code: _e, signal: _s, oom: _o, location: _p, decision, ...rest } = named(run)
    return { ...rest, risk_level: decision?.risk_level ?? null }
  }
}

function matches(
  run: Run,
  filter: {
    toolId: string | null
    versionId: string | null
    memberId: string | null
    context: string | null
    status: string | null
    risk: string | null
    since: string | null
    until: string | null
  },
): boolean {
  return (
    (filter.toolId ?? run.tool_id) === run.tool_id &&
    (filter.versionId ?? run.version_id) === run.version_id &&
    (filter.memberId ?? run.requested_by) === run.requested_by &&
    (filter.context ?? run.context) === run.context &&
    (filter.status ?? run.status) === run.status &&
    (filter.risk === null || run.decision?.risk_level === filter.risk) &&
    (filter.since ?? run.started_at) <= run.started_at &&
    (filter.until === null || run.started_at < filter.until)
  )
}

export async function readArtifact(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.artifact'>,
): Promise<Result<Output<'runs.artifact'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findRun(context, actor.value, input.run)
  if (!found.ok) return found
  const artifact = found.value.run.artifacts.find((candidate) => candidate.artifact_id === input.artifact_id)
  if (artifact === undefined) return failed(notFound('artifact'))
  const piece = await context.blobs.read(artifact.sha256, input.offset, input.length)
  if (piece === null) {
    return failed(failure('NOT_FOUND', 'pruned', 'This file is no longer kept. Run the tool again to get it.'))
  }
  return success({ name: artifact.path, bytes: artifact.bytes, data: Buffer.from(piece).toString('base64') })
}

/** RC-8: script HTML is shown from an origin of its own only. */
export function previewOutput(
  context: Context,
  session: Session,
  input: ParsedInput<'runs.preview'>,
): Result<Output<'runs.preview'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findRun(context, actor.value, input.run)
  if (!found.ok) return found
  if (context.preview === null) {
    return failed(
      failure('SERVICE_UNAVAILABLE', 'no_preview', 'HTML is shown in a window only. Open the app to see it.'),
    )
  }
  const output =
    found.value.record === null ? undefined : runResult(context, found.value.record).outputs[input.output_index]
  if (output?.kind !== 'html_sandboxed') return failed(notFound('output'))
  return success({ url: context.preview.publish(output.html) })
}
