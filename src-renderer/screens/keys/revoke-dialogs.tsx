import { Text } from '@mantine/core'
import type { KeyView } from '../../../src-preload/contract/members.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useSession } from '../../session.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { ReasonForm } from '../../ui/reason-form.tsx'

export type Device = Output<'devices.list'>['items'][number]

export function RevokeKeyDialog({ subject, onClose }: { subject: KeyView | null; onClose(): void }) {
  return (
    <FormDialog subject={subject} title={(ending) => `End the key of ${ownerOf(ending)}`} onClose={onClose}>
      {(ending) => <RevokeKeyForm ending={ending} onClose={onClose} />}
    </FormDialog>
  )
}

function RevokeKeyForm({ ending, onClose }: { ending: KeyView; onClose(): void }) {
  const { member, refresh } = useSession()
  const revoke = useCommand('keys.revoke', { failures: 'form' })
  const isOwn = ending.member_id === member.id
  const send = async (reason: string): Promise<boolean> => {
    const answer = await revoke.run({ key_id: ending.id, reason })
    if (!answer.ok) return false
    notifySuccess('The key is ended')
    refresh()
    onClose()
    return true
  }
  return (
    <ReasonForm
      place={`end key ${ending.id}`}
      confirm="End the key"
      isDangerous
      running={revoke.running}
      failure={revoke.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Text size="sm">
        The key on {ending.device_name} can’t sign anything more, for good. What it signed before stays valid.
      </Text>
      {isOwn && (
        <Text size="sm" fw={560}>
          It is your own: you can’t act with it any more afterwards.
        </Text>
      )}
    </ReasonForm>
  )
}

export function RevokeDeviceDialog({ subject, onClose }: { subject: Device | null; onClose(): void }) {
  return (
    <FormDialog subject={subject} title={(ending) => `End the part of ${ending.name}`} onClose={onClose}>
      {(ending) => <RevokeDeviceForm ending={ending} onClose={onClose} />}
    </FormDialog>
  )
}

function RevokeDeviceForm({ ending, onClose }: { ending: Device; onClose(): void }) {
  const { refresh } = useSession()
  const revoke = useCommand('devices.revoke', { failures: 'form' })
  const send = async (reason: string): Promise<boolean> => {
    const answer = await revoke.run({ device_id: ending.id, reason })
    if (!answer.ok) return false
    notifySuccess(`${ending.name} no longer takes part`)
    refresh()
    onClose()
    return true
  }
  return (
    <ReasonForm
      place={`end device ${ending.id}`}
      confirm="End its part"
      isDangerous
      running={revoke.running}
      failure={revoke.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Text size="sm">No key on this device can sign anything more, for good. What was signed before stays valid.</Text>
      {ending.is_this_device && (
        <Text size="sm" fw={560}>
          It is the device that you are using: nobody can act on it afterwards.
        </Text>
      )}
    </ReasonForm>
  )
}

export function ownerOf(key: KeyView): string {
  return key.kind === 'system' ? key.device_name : (key.member_name ?? 'somebody unknown')
}
