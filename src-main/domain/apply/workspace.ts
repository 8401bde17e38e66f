import { keyIdOf, type EventBody } from '../event-bodies.ts'
import type { Sha256 } from '../identifier.ts'
import { memberNameKey } from '../member.ts'
import type { Json } from '../result.ts'
import { SETTINGS } from '../setting.ts'
import { plainIssue } from '../plain-issue.ts'
import { mayChangeSetting } from '../policy.ts'
import type { StateView } from '../state.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { Applying } from './apply.ts'
import { applied, conflict, invalid, unauthorised, type Outcome } from './outcome.ts'

/** The genesis event: it admits the first member, the first device and their keys, and is signed by that member's key. */
export function applyWorkspaceCreated(state: StateView, event: Applying<'workspace.created'>, sha256: Sha256): Outcome {
  const { body } = event
  if (state.workspace() !== null) return invalid('second_genesis', 'The workspace exists already.')
  const genesisProblem = problemOfGenesis(event.key_id, body, sha256)
  if (genesisProblem !== null || event.workspace_id !== body.workspace_id) {
    return invalid('malformed_genesis', genesisProblem ?? 'workspace_id differs from the event’s.')
  }
  const { member, device } = body
  return applied(
    {
      table: 'workspace',
      row: {
        id: body.workspace_id,
        name: body.name,
        genesis_hash: event.hash,
        created_at: event.at,
        sequencer_device_id: device.id,
      },
    },
    { table: 'devices', row: { id: device.id, name: device.name, status: 'active', admitted_at: event.at } },
    {
      table: 'members',
      row: {
        id: member.id,
        name: member.name,
        name_key: memberNameKey(member.name),
        role: 'superuser',
        highest_role: 'superuser',
        status: 'active',
        created_at: event.at,
        created_by: null,
      },
    },
    ...body.keys.map((key) => ({
      table: 'keys' as const,
      row: { ...key, status: 'active' as const, is_unclaimed: false, admitted_at: event.at, revoked_at: null },
    })),
  )
}

function problemOfGenesis(signingKeyId: string, body: EventBody<'workspace.created'>, sha256: Sha256): string | null {
  const own = body.keys.find((key) => key.kind === 'member')
  const system = body.keys.find((key) => key.kind === 'system')
  if (own === undefined || system === undefined) return 'keys: one member key and one system key are needed.'
  if (own.key_id !== signingKeyId) return 'keys: the member key must be the one that signs.'
  if (own.member_id !== body.member.id || system.member_id !== null) return 'keys: member_id is wrong.'
  if (body.keys.some((key) => key.key_id !== keyIdOf(key.public_key, sha256)))
    return 'keys: key_id is not the key’s fingerprint.'
  if (body.keys.some((key) => key.device_id !== body.device.id)) return 'keys: device_id is wrong.'
  return null
}

export function applySettingChanged(state: StateView, event: Applying<'setting.changed'>): Outcome {
  const { body, maker } = event
  const definition = SETTINGS[body.key]
  if (!mayChangeSetting(maker.actor, definition.changed_by)) {
    return unauthorised(
      mayChangeSetting(maker.once, definition.changed_by),
      `Only a ${definition.changed_by} may change ${body.key}.`,
    )
  }
  const value = definition.schema.safeParse(body.value, { error: plainIssue })
  if (!value.success) {
    return invalid('invalid_input', `${body.key}: ${value.error.issues[0]?.message ?? 'is out of bounds'}`, {
      field: body.key,
    })
  }
  const present: Json = state.setting(body.key) ?? definition.default
  if (canonicalJson(present) !== canonicalJson(body.based_on.value)) {
    return conflict('setting_moved', `${body.key} was changed meanwhile. Look at its value and set it again.`, {
      value: present,
    })
  }
  return applied({
    table: 'settings',
    row: { key: body.key, value: value.data, updated_by: maker.member.id, updated_at: event.at },
  })
}
