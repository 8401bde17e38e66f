import type { NormalisedResult } from '../../domain/result-contract.ts'
import { failure, failed, type JsonObject, type Result } from '../../domain/result.ts'
import type { RecordedRun, Run } from '../../domain/run.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { commitEvent, type HeldKey, type Signer } from '../commit.ts'
import { nowText, type Context } from '../context.ts'
import { ownKeyId } from '../own-keys.ts'
import type { LiveRun } from '../ports.ts'

/** The end of a run (RN-5): the outcome, its logs and its result in one transaction; from then on it is evidence. */

export interface EndedLog {
  text: string
  bytes: number
  truncated: boolean
  sha256: string
}

export interface EndedRun {
  run: Run
  stdout: EndedLog
  stderr: EndedLog
  result: NormalisedResult | null
  finishedAt: string
  durationMs: number
}

/** The key of whoever starts a run, as it is unlocked now. */
export function holdKey(context: Context, memberId: string): HeldKey | null {
  const keyId = ownKeyId(context, memberId)
  const sign = keyId === null ? null : context.keys.signer(keyId)
  return keyId === null || sign === null ? null : { keyId, sign }
}

/** Reasons for which a member can't sign any more, or their signature doesn't count. */
const UNSIGNABLE = ['member_revoked', 'key_revoked', 'device_revoked', 'no_key']

/** `held` is the requester's key since the run began; without it their key must be unlocked now. */
export function recordRun(
  context: Context,
  ended: EndedRun,
  values: JsonObject,
  held: HeldKey | null = null,
): Result<unknown> {
  const { store } = context
  return store.transaction(() => {
    const record = recordOf(context, ended, values)
    const memberId = ended.run.requested_by
    // One that was replaced in the middle of the run signs nothing more.
    const inForce = held?.keyId === ownKeyId(context, memberId) ? held : null
    const signed = commitRecord(context, { memberId, held: inForce }, ended.run.tool_id, record)
    // Whoever can't sign any more when their run ends: then the device says what became of it.
    const isUnsignable = held !== null && !signed.ok && UNSIGNABLE.includes(signed.failure.reason)
    const kept = isUnsignable ? closeAsInterrupted(context, ended.run.tool_id, record) : signed
    if (!kept.ok) return kept
    attachFiles(context, record)
    store.liveRuns.end(ended.run.id)
    return kept
  })
}

/** RN-5: a run whose process is gone is closed by this device, since nobody else can say how it ended. */
export function recordInterrupted(context: Context, live: LiveRun): Result<unknown> {
  const { store } = context
  return store.transaction(() => {
    if (store.liveRuns.get(live.id) === null) return failed(failure('CONFLICT', 'ended', 'The run has ended.'))
    const empty: EndedLog = { text: '', bytes: 0, truncated: false, sha256: context.keys.sha256('') }
    const finishedAt = nowText(context)
    const run = { ...live.run, record_status: 'ERROR' as const }
    const durationMs = Math.max(0, Date.parse(finishedAt) - Date.parse(run.started_at))
    const record = recordOf(
      context,
      { run, stdout: empty, stderr: empty, result: null, finishedAt, durationMs },
      live.values,
    )
    const kept = closeAsInterrupted(context, run.tool_id, record)
    if (!kept.ok) return kept
    attachFiles(context, record)
    store.liveRuns.end(live.id)
    return kept
  })
}

/**
 * Every file that a record names is attached, so that one which is not attached is a damage (EV-6). An input that isn't
 * kept by now never will be: production inputs are not (RN-9), nor are those of a run that was refused.
 */
function attachFiles(context: Context, { id, inputs, artifacts, finished_at: at }: RecordedRun): void {
  const file = { runId: id, mime: 'application/octet-stream', createdAt: at }
  const { attachments } = context.store
  for (const { name, sha256, bytes } of inputs)
    attachments.add({ ...file, kind: 'input', name, sha256, bytes, releasedAt: at })
  for (const { path, sha256, bytes } of artifacts) {
    attachments.add({ ...file, kind: 'artifact', name: path, sha256, bytes, releasedAt: null })
  }
}

function closeAsInterrupted(context: Context, toolId: string, record: RecordedRun): Result<unknown> {
  return commitRecord(context, { system: true }, toolId, {
    ...record,
    status: 'failed',
    reason: 'interrupted',
    error_summary: 'The app ended in the middle of this run. Run it again.',
  })
}

function commitRecord(context: Context, signer: Signer, toolId: string, record: RecordedRun): Result<unknown> {
  return commitEvent(context, signer, 'run.recorded', {
    tool_id: toolId,
    run: record,
    based_on: { version_id: record.version_id, manifest_hash: record.manifest_hash },
  })
}

function recordOf(context: Context, ended: EndedRun, values: JsonObject): RecordedRun {
  const { tool_id: _, ...run } = ended.run
  return {
    ...run,
    status: run.status === 'running' ? 'failed' : run.status,
    finished_at: ended.finishedAt,
    duration_ms: ended.durationMs,
    stdout: keepLog(context, ended.stdout),
    stderr: keepLog(context, ended.stderr),
    result_sha256: keepResult(context, ended.result),
    values,
  }
}

function keepLog(context: Context, log: EndedLog): RecordedRun['stdout'] {
  const kept = log.text === '' ? null : keepText(context, log.text)
  return { bytes: log.bytes, sha256: log.sha256, kept_sha256: kept, truncated: log.truncated }
}

function keepResult(context: Context, result: NormalisedResult | null): string | null {
  if (result === null) return null
  const { outputs, next_actions, state } = result
  return keepText(context, canonicalJson({ outputs, next_actions, state }))
}

function keepText(context: Context, text: string): string {
  const bytes = Buffer.from(text)
  const sha256 = context.keys.sha256OfBytes(bytes)
  context.store.keepContent(sha256, bytes)
  return sha256
}
