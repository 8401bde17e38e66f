import { z } from 'zod'
import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { SETTINGS, SETTING_KEYS, type Setting, type SettingKey } from '../domain/setting.ts'
import { commitEvent } from './commit.ts'
import { changed, type Context } from './context.ts'
import type { Session } from './core.ts'
import { memberReference, memberView } from './views.ts'
import { actingMember } from './actor.ts'
import { findMember } from './lookup.ts'
import { memberKeyName, ownKeyId, SYSTEM_KEY } from './own-keys.ts'
import { mustResume } from './resume-check.ts'

export const CURRENT_MEMBER = 'current_member_id'
const DEVICE = 'device_id'

/** Makes the workspace: its first member, this device, a key for each, and the genesis event that admits them. */
export function initWorkspace(
  context: Context,
  session: Session,
  input: ParsedInput<'workspace.init'>,
): Result<Output<'workspace.init'>> {
  const { store, ids, keys } = context
  const result = store.transaction(() => {
    if (store.state.workspace() !== null) {
      return failed(
        failure(
          'CONFLICT',
          'workspace_exists',
          'This data folder has a workspace already. Choose another folder for a new one.',
        ),
      )
    }
    const workspaceId = ids.next()
    const memberId = ids.next()
    const deviceId = ids.next()
    const memberKey = { ...keys.create(memberId), kind: 'member' as const, member_id: memberId, device_id: deviceId }
    const systemKey = { ...keys.create(null), kind: 'system' as const, member_id: null, device_id: deviceId }
    const event = commitEvent(context, { memberId }, 'workspace.created', {
      workspace_id: workspaceId,
      name: input.name,
      member: { id: memberId, name: input.member },
      device: { id: deviceId, name: context.deviceName },
      keys: [memberKey, systemKey],
    })
    if (!event.ok) return event
    store.local.set(memberKeyName(memberId), memberKey.key_id)
    store.local.set(SYSTEM_KEY, systemKey.key_id)
    store.local.set(DEVICE, deviceId)
    store.local.set(CURRENT_MEMBER, memberId)
    return success(memberId)
  })
  if (!result.ok) return result
  session.memberId = result.value
  const workspace = workspaceView(context)
  const member = store.state.member(result.value)
  if (workspace === null || member === null) throw new Error('the genesis event left no workspace')
  return success({ id: workspace.id, workspace, member: memberView(member) })
}

export function thisDeviceId(context: Context): string {
  const id = context.store.local.get(DEVICE)
  if (id === null) throw new Error('this device has no id')
  return id
}

function workspaceView(context: Context): Output<'system.status'>['workspace'] {
  const row = context.store.state.workspace()
  if (row === null) return null
  const device = context.store.state.device(thisDeviceId(context))
  return {
    id: row.id,
    name: row.name,
    genesis_hash: row.genesis_hash,
    device: { id: device?.id ?? row.sequencer_device_id, name: device?.name ?? '' },
  }
}

export function systemStatus(context: Context, session: Session): Result<Output<'system.status'>> {
  const { store } = context
  const member = session.memberId === null ? null : store.state.member(session.memberId)
  const keyId = session.memberId === null ? null : ownKeyId(context, session.memberId)
  const local = store.local.membersWithKeys().filter((id) => store.state.member(id)?.status === 'active')
  return success({
    app_version: context.appVersion,
    data_dir: context.dataDir,
    shell: session.shell,
    workspace: workspaceView(context),
    member: member === null ? null : memberView(member),
    locked: keyId !== null && context.keys.isLocked(keyId),
    key_protection: keyId === null ? null : context.keys.protection(keyId),
    has_keychain: context.keys.hasKeychain,
    must_resume: mustResume(context),
    local_members: local.map((id) => memberReference(context, id)).sort((a, b) => a.name.localeCompare(b.name)),
  })
}

/** Acts as another member whose key is on this device, from now on and at the next start (RB-2). */
export function useSession(
  context: Context,
  session: Session,
  input: ParsedInput<'session.use'>,
): Result<Output<'session.use'>> {
  const member = findMember(context, input.member_id)
  if (!member.ok) return member
  const refusal = cannotActAs(context, member.value.id)
  if (refusal !== null) return failed(refusal)
  context.store.local.set(CURRENT_MEMBER, member.value.id)
  session.memberId = member.value.id
  changed(context, 'workspace')
  return success(memberView(member.value))
}

export function cannotActAs(context: Context, memberId: string) {
  const member = context.store.state.member(memberId)
  if (member?.status !== 'active') return failure('FORBIDDEN', 'member_revoked', 'This member was revoked.')
  if (!context.store.local.membersWithKeys().includes(memberId)) {
    return failure('FORBIDDEN', 'no_key', `The key of ${member.name} is not on this device.`)
  }
  return null
}

export function listSettings(context: Context, session: Session): Result<Output<'settings.list'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  return success({ items: SETTING_KEYS.map((key) => settingView(context, key)), next: null })
}

function settingView(context: Context, key: SettingKey): Setting {
  const definition = SETTINGS[key]
  const row = context.store.reads.settings().find((setting) => setting.key === key)
  return {
    key,
    value: row?.value ?? definition.default,
    default: definition.default,
    unit: definition.unit,
    ...boundsOf(key),
    description: definition.description,
    changed_by: definition.changed_by,
    updated_by: row?.updated_by ?? null,
    updated_at: row?.updated_at ?? null,
  }
}

/** Bounds are told from the schema that checks them, so that the two can't differ. */
function boundsOf(key: SettingKey): Pick<Setting, 'minimum' | 'maximum' | 'options'> {
  const schema = z.toJSONSchema(SETTINGS[key].schema) as { minimum?: number; maximum?: number; enum?: string[] }
  return { minimum: schema.minimum ?? null, maximum: schema.maximum ?? null, options: schema.enum ?? null }
}

export function setSetting(
  context: Context,
  session: Session,
  input: ParsedInput<'settings.set'>,
): Result<Output<'settings.set'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const event = commitEvent(context, { memberId: actor.value.id }, 'setting.changed', {
    key: input.key,
    value: input.value,
    based_on: { value: settingView(context, input.key).value },
  })
  return event.ok ? success(settingView(context, input.key)) : event
}
