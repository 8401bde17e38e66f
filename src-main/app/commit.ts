import type { Topic } from '../../src-preload/contract/contract.ts'
import { apply } from '../domain/apply/apply.ts'
import type { EventBody, EventType } from '../domain/event-bodies.ts'
import { nextHeadHash, signedText, type SignedEvent } from '../domain/event.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { hashedEvent } from '../domain/stored-event.ts'
import { changed, nowText, type Context } from './context.ts'
import type { OrderEntry } from './ports.ts'
import { memberKeyName, SYSTEM_KEY } from './own-keys.ts'
import { refuseUntilResumed } from './resume-check.ts'

/** What screens read again after an event of a type. */
const TOPICS_OF: { [T in EventType]: Topic[] } = {
  'workspace.created': ['workspace', 'members', 'settings'],
  'member.added': ['members', 'workspace'],
  'member.role_changed': ['members', 'workspace'],
  'member.revoked': ['members', 'workspace'],
  'member.nominated': ['members'],
  'member.nomination_decided': ['members', 'workspace'],
  'key.claimed': ['members', 'workspace'],
  'key.rotated': ['members', 'workspace'],
  'key.revoked': ['members', 'workspace'],
  'device.revoked': ['members', 'workspace'],
  'workspace.resumed': ['workspace'],
  'suggestion.submitted': ['suggestions'],
  'suggestion.decided': ['suggestions', 'tools'],
  'version.commented': ['versions'],
  'setting.changed': ['settings'],
  'tool.created': ['tools'],
  'tool.edited': ['tools'],
  'tool.published': ['tools'],
  'tool.depublished': ['tools'],
  'tool.maintainers_changed': ['tools'],
  'version.saved': ['versions', 'tools'],
  'version.submitted': ['versions', 'tools'],
  'version.withdrawn': ['versions', 'tools'],
  'version.changes_requested': ['versions', 'tools'],
  'version.published': ['versions', 'tools'],
  'version.rolled_back': ['versions', 'tools'],
  'run.recorded': ['runs'],
  'run.explained': ['runs'],
  'run.meta_patched': ['runs'],
  'run.pinned': ['runs'],
  'advisory.attached': ['runs'],
  'advisory.reviewed': ['runs'],
}

/** A member's key as it was unlocked when something long began; name and signature belong together. */
export interface HeldKey {
  keyId: string
  sign: (text: string) => string
}

/** Which key signs: a member's own on this device, held or else unlocked now, or the device's system key. */
export type Signer = { memberId: string; held?: HeldKey | null } | { system: true }

/**
 * Builds the event, asks `apply`, and appends it only if it applies (TR-3): event, order entry and folded rows in one
 * transaction. This device is its own sequencer (TR-4), so the event takes its place in the order at once.
 */
export function commitEvent<T extends EventType>(
  context: Context,
  signer: Signer,
  type: T,
  body: EventBody<T>,
): Result<SignedEvent> {
  const result = context.store.transaction((): Result<SignedEvent> => {
    const stopped = type === 'workspace.resumed' ? null : refuseUntilResumed(context)
    if (stopped !== null) return failed(stopped)
    const held = 'held' in signer ? (signer.held ?? null) : null
    const keyId = held?.keyId ?? signingKey(context, signer, type, body)
    if (keyId === null) return noKey()
    return appendSigned(context, keyId, held?.sign ?? ((text) => context.keys.sign(keyId, text)), type, body)
  })
  if (result.ok) changed(context, ...TOPICS_OF[type])
  return result
}

function appendSigned(
  context: Context,
  keyId: string,
  sign: (text: string) => string | null,
  type: EventType,
  body: unknown,
): Result<SignedEvent> {
  const { store, keys } = context
  const workspaceId = store.state.workspace()?.id ?? (body as EventBody<'workspace.created'>).workspace_id
  const head = store.log.head()
  const chain = store.log.chainHead(keyId)
  const unsigned = {
    id: context.ids.next(),
    workspace_id: workspaceId,
    key_id: keyId,
    key_seq: chain.key_seq + 1,
    prev_hash: chain.hash,
    at: nowText(context),
    type,
    body,
    seen: { order: head.order, head_hash: head.head_hash },
  }
  const hashed = hashedEvent(unsigned, keys.sha256)
  const { hash } = hashed
  const signature = sign(signedText(hash))
  if (signature === null) return noKey()
  const event: SignedEvent = { ...unsigned, hash, signature }
  const outcome = apply(store.state, event, keys.sha256)
  if (outcome.outcome !== 'applied') return failed(outcome.failure)
  const order = head.order + 1
  const entry: OrderEntry = {
    order_number: order,
    event_id: event.id,
    head_hash: nextHeadHash(head.head_hash, order, hash, keys.sha256),
    outcome: 'applied',
    failure: null,
  }
  store.log.append({ ...hashed, signature }, entry)
  for (const change of outcome.changes) store.put(change)
  return success(event)
}

function signingKey(context: Context, signer: Signer, type: EventType, body: unknown): string | null {
  if (type === 'workspace.created') {
    const genesis = body as EventBody<'workspace.created'>
    return genesis.keys.find((key) => key.kind === 'member')?.key_id ?? null
  }
  return 'system' in signer
    ? context.store.local.get(SYSTEM_KEY)
    : context.store.local.get(memberKeyName(signer.memberId))
}

function noKey(): Result<never> {
  return failed(
    failure(
      'FORBIDDEN',
      'no_key',
      'Your key is not on this device. Act as a member whose key is here, or add a key for this device.',
    ),
  )
}
