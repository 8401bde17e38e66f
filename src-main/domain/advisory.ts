import { z } from 'zod'
import { riskLevelSchema, type Decision } from './decision/decision.ts'
import { idSchema, sha256Schema, timeSchema, type Sha256 } from './identifier.ts'
import { runContextSchema } from './run.ts'

/** Explanations, suggestions, notes and override requests that stand beside a run (section 9). */

export const ADVISORY_KINDS = ['explanation', 'suggestion', 'note', 'override_request'] as const
export const advisoryKindSchema = z.enum(ADVISORY_KINDS)
export const MAX_ADVISORY_CHARACTERS = 20_000
/** EV-3: a reason for an override. */
const MIN_OVERRIDE_CHARACTERS = 10
const MAX_OVERRIDE_CHARACTERS = 2000

/** What is wrong with the text of an advisory that a person attaches; null when nothing is. */
export function advisoryTextProblem(kind: Advisory['kind'], text: string): string | null {
  if (kind !== 'override_request') return null
  const isFit = text.length >= MIN_OVERRIDE_CHARACTERS && text.length <= MAX_OVERRIDE_CHARACTERS
  return isFit ? null : 'a reason for an override has 10 to 2,000 characters'
}

/** EV-3: only a run that the decision blocked can be asked to be let through; what isn't Python can't run at all. */
export function isOverridable(run: {
  record_status: string
  reason: string | null
  decision: Decision | null
}): boolean {
  return (
    run.record_status === 'BLOCKED' &&
    run.reason === 'blocked' &&
    run.decision !== null &&
    run.decision.risk_level !== 'ERROR'
  )
}

/** EV-3: what an approved override is good for; `risk_level` decides who may approve it. */
export const overrideScopeSchema = z.strictObject({
  manifest_hash: sha256Schema,
  context: runContextSchema,
  policy_id: z.string(),
  policy_version: z.int(),
  risk_level: riskLevelSchema,
})
export type OverrideScope = z.infer<typeof overrideScopeSchema>

export const advisorySchema = z.object({
  /** A UUIDv7 for what a person wrote; a hash for what an engine generated, so that two devices make one (AD-1). */
  id: z.union([idSchema, sha256Schema]),
  run_id: idSchema,
  kind: advisoryKindSchema,
  text: z.string(),
  request_id: z.string().nullable(),
  /** The engine that generated it, with its version; null for what a person wrote. */
  engine_id: z.string().nullable(),
  engine_version: z.int().nullable(),
  created_by: idSchema.nullable(),
  created_at: timeSchema,
  override_scope: overrideScopeSchema.nullable(),
  reviewed: z.boolean(),
  approved_for_workflow: z.boolean(),
  /** A member's id, or a `system:` name (AD-4). */
  reviewed_by: z.string().nullable(),
  reviewed_at: timeSchema.nullable(),
  review_notes: z.string().nullable(),
})
export type Advisory = z.infer<typeof advisorySchema>

/** The engine that ships with the app: deterministic, from the decision alone. Another is another id (AD-2). */
export const EXPLANATION_ENGINE = { id: 'scriptorium-plain', version: 1 } as const

/** Of one rule, in an explanation; the decision itself has more. */
const MAX_LINES_NAMED = 3

/** AD-1: the same run, engine and version give the same id on every device. */
export function generatedAdvisoryId(runId: string, engine: { id: string; version: number }, sha256: Sha256): string {
  return sha256(`scriptorium advisory v1\n${runId}\n${engine.id}\n${engine.version}`)
}

const ALLOWED: { [L in Decision['risk_level']]: string } = {
  GREEN: 'This run was allowed: nothing in the script asks for caution.',
  YELLOW: 'This run was allowed with a warning.',
  RED: 'This run was allowed by an approved override, although the script asks for great caution.',
  ERROR: 'This run was allowed, although the script could not be judged.',
}
const BLOCKED: { [L in Decision['risk_level']]: string } = {
  GREEN: 'This run was blocked before it began.',
  YELLOW:
    'This run was blocked before it began: this workspace lets scripts that ask for caution run only by an override.',
  RED: 'This run was blocked before it began.',
  ERROR: 'This run was blocked, because the script could not be judged.',
}

/** Why a run was allowed, cautioned or blocked, which rule, where, and what to change: in plain words (AD-2). */
export function explainDecision(decision: Decision, recordStatus: 'OK' | 'BLOCKED' | 'ERROR'): string {
  const hits = Object.entries(decision.details)
    .filter(([, detail]) => detail.weight > 0 || decision.risk_level === 'GREEN')
    .sort(([aId, a], [bId, b]) => b.weight - a.weight || (aId < bId ? -1 : 1))
  const opening = (recordStatus === 'BLOCKED' ? BLOCKED : ALLOWED)[decision.risk_level]
  const lines = [
    opening,
    `Risk score ${decision.score} of 100 (${decision.policy_id}, version ${decision.policy_version}).`,
  ]
  if (decision.risk_level === 'ERROR' && decision.block_reason !== null) lines.push('', decision.block_reason)
  for (const [id, { reason, fix, weight, count, places }] of hits) {
    const named = [...new Set(places.map((place) => `line ${place.line}`))].slice(0, MAX_LINES_NAMED)
    const more = count > named.length ? `, ${count} times in all` : ''
    lines.push('', `${reason} (${id}, ${named.join(', ')}${more}; ${weight} points)`, `What to change: ${fix}`)
  }
  return lines.join('\n')
}

export const APPROVAL_POLICY_ID = 'scriptorium-explanation-approval'
export const APPROVAL_POLICY_VERSION = 1
export type ApprovalPolicy = 'A' | 'B' | 'C'

/** AD-3, AD-4: null where a person is needed, else the name under which the device approves. */
export function automaticApprover(policy: ApprovalPolicy, decision: Decision): string | null {
  if (policy === 'C') return null
  if (decision.risk_level === 'GREEN') return 'system:auto_explanation_green'
  return policy === 'A' ? 'system:auto_explanation' : null
}

/** AD-4: policy id and version are in the notes of every automatic approval; else why a person is needed (AD-1). The same
 * words for the same policy, since automatic approvals are found by them. */
export function approvalNotes(policy: ApprovalPolicy, approver: string | null): string {
  const named = `policy ${policy} (${APPROVAL_POLICY_ID}, version ${APPROVAL_POLICY_VERSION})`
  return approver === null ? `A person is needed: ${named} doesn’t approve this by itself.` : `Approved by ${named}.`
}
