import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { eventSummary, type EventNames } from '../domain/event-summary.ts'
import { mayOperate } from '../domain/policy.ts'
import { failed, failure, success, type Json, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findTool } from './lookup.ts'
import type { AuditRow } from './history-port.ts'
import { once } from './once.ts'
import { memberName } from './views.ts'
import { beside, verifyDatabase, type VerifiedHistory } from './verify-history.ts'
import { verifyKeptFiles } from './verify-files.ts'

/** Everything that ever happened, for admins: looking through it, and proof that it is whole (TR-7). */

export function listAudit(
  context: Context,
  session: Session,
  input: ParsedInput<'audit.list'>,
): Result<Output<'audit.list'>> {
  const actor = actingAuditor(context, session)
  if (!actor.ok) return actor
  const { limit, after, type, since, until, text } = input
  let toolId: string | null = null
  if (input.tool !== null) {
    const found = findTool(context, actor.value, input.tool)
    if (!found.ok) return found
    toolId = found.value.tool.id
  }
  const page = context.store.reads.auditEvents({
    limit,
    after,
    type,
    since,
    until,
    text,
    toolId,
    memberId: input.member_id,
  })
  const names = namesOf(context)
  return success({ items: page.items.map((row) => auditView(context, row, names)), next: page.next })
}

function auditView(context: Context, row: AuditRow, names: EventNames): Output<'audit.list'>['items'][number] {
  const body = JSON.parse(row.body) as Json
  const toolId = row.tool_id ?? newToolId(row.type, body)
  return {
    id: row.id,
    order_number: row.order_number,
    at: row.at,
    type: row.type,
    outcome: row.outcome,
    reason: row.failure === null ? null : (JSON.parse(row.failure) as { reason: string }).reason,
    member_id: row.member_id,
    member_name: row.member_id === null ? 'system' : names.member(row.member_id),
    device_name: row.device_id === null ? '' : names.device(row.device_id),
    tool_id: toolId,
    tool_slug: toolId === null ? null : (context.store.state.tool(toolId)?.slug ?? null),
    summary: eventSummary(row.type, body, names),
    key_id: row.key_id,
    hash: row.hash,
    body,
  }
}

/** A suggestion that was accepted names its tool inside. */
function newToolId(type: string, body: Json): string | null {
  if (type !== 'suggestion.decided') return null
  return (body as { tool?: { tool_id: string } | null }).tool?.tool_id ?? null
}

function namesOf(context: Context): EventNames {
  const { state } = context.store
  const tool = once((id) => state.tool(id)?.slug ?? id)
  return {
    member: once((id) => memberName(context, id)),
    tool,
    version: once((id) => {
      const version = state.version(id)
      return version === null ? id : `${tool(version.tool_id)}@${version.version_number ?? 'pending'}`
    }),
    device: once((id) => state.device(id)?.name ?? id),
  }
}

export async function verifyAudit(context: Context, session: Session): Promise<Result<Output<'audit.verify'>>> {
  const actor = actingAuditor(context, session)
  if (!actor.ok) return actor
  return success(verificationView(await verifyEverything(context)))
}

/** Database and kept files. What the disk can't read any more is told as what is wrong, not as a failure. */
export async function verifyEverything(context: Context): Promise<VerifiedHistory> {
  const read = { events: 0, root: null, head_hash: null }
  try {
    const snapshot = context.store.snapshot()
    try {
      const verified = await verifyDatabase(context, snapshot)
      if (verified.problem !== null) return verified
      return { ...verified, problem: await verifyKeptFiles(context) }
    } finally {
      snapshot.close()
    }
  } catch (error) {
    // A database that was changed may be anything; what can't even be read is wrong as well.
    const known = context.explainError(error) ?? context.reportBug('audit.verify', error)
    const reason = known.code === 'INTERNAL_ERROR' ? 'unreadable' : known.reason
    return { ...read, problem: beside(reason, known.message) }
  }
}

export function verificationView({ events, root, head_hash, problem }: VerifiedHistory): Output<'audit.verify'> {
  return { ok: problem === null, events, root, head_hash, first_problem: problem }
}

export function actingAuditor(context: Context, session: Session): ReturnType<typeof actingMember> {
  const actor = actingMember(context, session)
  if (!actor.ok || mayOperate(actor.value)) return actor
  return failed(
    failure('FORBIDDEN', 'not_allowed', 'Only admins may look through the history, check it or take it elsewhere.'),
  )
}
