import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { KeyView } from '../../src-preload/contract/members.ts'
import { failed, failure, invalidField, notFound, success, type Failure, type Result } from '../domain/result.ts'
import type { KeyRow } from '../domain/state.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import { changed, type Context } from './context.ts'
import type { Session } from './core.ts'
import { memberKeyName, ownKeyId } from './own-keys.ts'
import type { KeyProtection, Keys } from './ports.ts'
import { memberName } from './views.ts'
import { thisDeviceId } from './workspace.ts'

/** One's own key (TR-6): unlocking, sealing, replacing and ending it; and the devices that keys are on. */

/** After this many wrong passphrases each further one is answered twice as slowly, up to the longest wait. */
const FREE_TRIES = 3
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
const failuresName = (keyId: string): string => `unlock_failures/${keyId}`

export async function unlockSession(
  context: Context,
  session: Session,
  input: ParsedInput<'session.unlock'>,
): Promise<Result<Output<'session.unlock'>>> {
  const keyId = session.memberId === null ? null : ownKeyId(context, session.memberId)
  if (keyId === null)
    return failed(failure('FORBIDDEN', 'no_key', 'Choose who you are first. Their key must be on this device.'))
  const { local } = context.store
  // Counted before it is tried, so that many at once gain nothing.
  const failures = context.store.transaction(() => {
    const count = Number(local.get(failuresName(keyId)) ?? '0')
    local.set(failuresName(keyId), String(count + 1))
    return count
  })
  const unlocked = await inTurn(keyId, async () => {
    if (failures >= FREE_TRIES)
      await context.pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_TRIES)))
    return context.keys.unlock(keyId, input.passphrase)
  })
  if (!unlocked.ok) return unlocked
  local.set(failuresName(keyId), '0')
  changed(context, 'workspace')
  return success({ locked: false })
}

/** One try at a time for a key: many at once would each wait, but all of them together only once. */
const turns = new Map<string, Promise<unknown>>()

async function inTurn<T>(keyId: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(keyId) ?? Promise.resolve()
  const own = before.then(work, work)
  turns.set(keyId, own)
  try {
    return await own
  } finally {
    if (turns.get(keyId) === own) turns.delete(keyId)
  }
}

export function lockSession(context: Context, session: Session): Result<Output<'session.lock'>> {
  context.keys.lockAll()
  changed(context, 'workspace')
  return success({ locked: isLocked(context, session) })
}

export function touchSession(context: Context, session: Session): Result<Output<'session.touch'>> {
  context.activity.touch()
  return success({ locked: isLocked(context, session) })
}

function isLocked(context: Context, session: Session): boolean {
  const keyId = session.memberId === null ? null : ownKeyId(context, session.memberId)
  return keyId !== null && context.keys.isLocked(keyId)
}

export function listKeys(context: Context, session: Session): Result<Output<'keys.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  return success({ items: context.store.reads.keys().map((key) => keyView(context, key)), next: null })
}

export async function protectKey(
  context: Context,
  session: Session,
  input: ParsedInput<'keys.protect'>,
): Promise<Result<Output<'keys.protect'>>> {
  const own = ownKey(context, session)
  if (!own.ok) return own
  if (input.protection === 'passphrase' && input.passphrase === null)
    return failed(invalidField('passphrase', 'must be given'))
  const sealed = await context.keys.protect(own.value.key_id, sealOf(input.protection, input.passphrase))
  if (!sealed.ok) return sealed
  if (own.value.is_unclaimed && input.protection !== 'none' && own.value.member_id !== null) {
    const claimed = commitEvent(context, { memberId: own.value.member_id }, 'key.claimed', { key_id: own.value.key_id })
    if (!claimed.ok) return claimed
  }
  changed(context, 'workspace')
  return keyAnswer(context, own.value.key_id)
}

/** The new key rests as the old one did (TR-6): a passphrase must be given again, since it isn't known. */
export async function rotateKey(
  context: Context,
  session: Session,
  input: ParsedInput<'keys.rotate'>,
): Promise<Result<Output<'keys.rotate'>>> {
  const { store, keys } = context
  const own = ownKey(context, session)
  if (!own.ok) return own
  const { member_id: memberId, device_id, key_id } = own.value
  if (memberId === null) throw new Error('a member acts with a key of no member')
  const protection = keys.protection(key_id) ?? 'none'
  if (protection === 'passphrase' && input.passphrase === null)
    return failed(invalidField('passphrase', 'must be given for the new key'))
  const made = keys.create(memberId)
  const sealed = await keys.protect(made.key_id, sealOf(protection, input.passphrase))
  const event = sealed.ok
    ? store.transaction(() => {
        const rotated = commitEvent(context, { memberId }, 'key.rotated', {
          key_id,
          new_key: { ...made, kind: 'member', member_id: memberId, device_id },
        })
        if (rotated.ok) store.local.set(memberKeyName(memberId), made.key_id)
        return rotated
      })
    : sealed
  keys.discard(event.ok ? key_id : made.key_id)
  return event.ok ? keyAnswer(context, made.key_id) : event
}

function sealOf(protection: KeyProtection, passphrase: string | null): Parameters<Keys['protect']>[1] {
  return protection === 'passphrase' ? { protection, passphrase: passphrase ?? '' } : { protection }
}

export function revokeKey(
  context: Context,
  session: Session,
  input: ParsedInput<'keys.revoke'>,
): Result<Output<'keys.revoke'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (context.store.state.key(input.key_id) === null) return failed(notFound('key'))
    const event = commitEvent(context, { memberId: actor.value.id }, 'key.revoked', input)
    return event.ok ? keyAnswer(context, input.key_id) : event
  })
}

export function listDevices(context: Context, session: Session): Result<Output<'devices.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const own = thisDeviceId(context)
  return success({
    items: context.store.reads.devices().map((row) => ({ ...row, is_this_device: row.id === own })),
    next: null,
  })
}

export function revokeDevice(
  context: Context,
  session: Session,
  input: ParsedInput<'devices.revoke'>,
): Result<Output<'devices.revoke'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const event = commitEvent(context, { memberId: actor.value.id }, 'device.revoked', input)
  if (!event.ok) return event
  const device = context.store.state.device(input.device_id)
  return device === null
    ? failed(notFound('device'))
    : success({ ...device, is_this_device: device.id === thisDeviceId(context) })
}

function ownKey(context: Context, session: Session): Result<KeyRow> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const keyId = ownKeyId(context, actor.value.id)
  const key = keyId === null ? null : context.store.state.key(keyId)
  return key === null ? failed(noOwnKey()) : success(key)
}

function noOwnKey(): Failure {
  return failure('FORBIDDEN', 'no_key', 'Your key is not on this device.')
}

function keyAnswer(context: Context, keyId: string): Result<KeyView> {
  const key = context.store.state.key(keyId)
  return key === null ? failed(notFound('key')) : success(keyView(context, key))
}

function keyView(context: Context, key: KeyRow): KeyView {
  return {
    id: key.key_id,
    kind: key.kind,
    member_id: key.member_id,
    member_name: memberName(context, key.member_id),
    device_id: key.device_id,
    device_name: context.store.state.device(key.device_id)?.name ?? '',
    status: key.status,
    is_unclaimed: key.is_unclaimed,
    admitted_at: key.admitted_at,
    revoked_at: key.revoked_at,
    protection: context.keys.protection(key.key_id),
  }
}
