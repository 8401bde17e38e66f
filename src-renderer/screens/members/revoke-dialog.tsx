import { Text } from '@mantine/core'
import type { Member } from '../../../src-main/domain/member.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useSession } from '../../session.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { ReasonForm } from '../../ui/reason-form.tsx'

export function RevokeDialog({ member, onClose }: { member: Member | null; onClose(): void }) {
  return (
    <FormDialog subject={member} title={(leaving) => `End the membership of ${leaving.name}`} onClose={onClose}>
      {(leaving) => <RevokeForm member={leaving} onClose={onClose} />}
    </FormDialog>
  )
}

function RevokeForm({ member, onClose }: { member: Member; onClose(): void }) {
  const { refresh } = useSession()
  const revoke = useCommand('members.revoke', { failures: 'form' })
  const send = async (reason: string): Promise<boolean> => {
    const answer = await revoke.run({ member_id: member.id, reason })
    if (!answer.ok) return false
    notifySuccess(`${member.name} is no longer a member`)
    refresh()
    onClose()
    return true
  }
  return (
    <ReasonForm
      place={`end member ${member.id}`}
      confirm="End the membership"
      isDangerous
      running={revoke.running}
      failure={revoke.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Text size="sm">
        They can no longer act in this workspace. What they wrote, ran and signed stays, and stays valid.
      </Text>
    </ReasonForm>
  )
}
