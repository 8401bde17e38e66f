import { success, type Result } from '../../domain/result.ts'
import type { Run } from '../../domain/run.ts'
import { nowText, type Context } from '../context.ts'
import { blockReason } from '../decide-version.ts'
import type { RunPlan } from './plan-run.ts'
import { recordRun } from './record-run.ts'

/** Runs that are refused before any engine is asked. They are recorded like every run; no container was started. */

export interface Refusal {
  reason: 'syntax_error' | 'blocked'
  summary: string
  location: Run['location']
}

/** That the script isn't Python (RN-6), or that it is too risky (EV-3); null when it may run. */
export function refuseByDecision(context: Context, plan: RunPlan): Refusal | null {
  const syntaxError = context.linter.check(plan.content.source_code).find((problem) => problem.isSyntaxError)
  if (syntaxError !== undefined) {
    const { line, column, message } = syntaxError
    return { reason: 'syntax_error', summary: `Line ${line}, column ${column}: ${message}`, location: { line, column } }
  }
  const reason = blockReason(context, plan.decision, plan.version.manifest_hash, plan.context)
  return reason === null ? null : { reason: 'blocked', summary: `This tool may not run: ${reason}`, location: null }
}

export function recordRefused(context: Context, plan: RunPlan, refusal: Refusal): Result<Run> {
  const text = `${refusal.summary}\n`
  const bytes = Buffer.from(text)
  const run: Run = {
    ...newRun(context, plan),
    status: 'failed',
    reason: refusal.reason,
    record_status: 'BLOCKED',
    error_summary: refusal.summary,
    location: refusal.location,
  }
  const recorded = recordRun(
    context,
    {
      run,
      stdout: { text: '', bytes: 0, truncated: false, sha256: context.keys.sha256('') },
      stderr: { text, bytes: bytes.length, truncated: false, sha256: context.keys.sha256OfBytes(bytes) },
      result: null,
      finishedAt: nowText(context),
      durationMs: 0,
    },
    plan.recordedValues,
  )
  return recorded.ok ? success(run) : recorded
}

/** A run as it begins: what is known before anything happened. */
export function newRun(context: Context, plan: RunPlan): Run {
  return {
    id: plan.runId,
    tool_id: plan.tool.id,
    version_id: plan.version.id,
    manifest_hash: plan.version.manifest_hash,
    context: plan.context,
    requested_by: plan.member.id,
    status: 'running',
    reason: null,
    record_status: 'OK',
    started_at: nowText(context),
    finished_at: null,
    duration_ms: null,
    error_summary: null,
    location: null,
    runner: null,
    limits: plan.limits,
    exit_code: null,
    signal: null,
    oom: false,
    inputs: plan.files.map((file) => ({
      name: file.name,
      bytes: file.bytes.length,
      sha256: context.keys.sha256OfBytes(file.bytes),
    })),
    artifacts: [],
    action_id: plan.action?.action_id ?? null,
    parent_run_id: plan.parentRunId,
    decision: plan.decision,
  }
}
