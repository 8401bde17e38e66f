import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Member, Role } from '../../../src-main/domain/member.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { ReasonForm } from '../../ui/reason-form.tsx'
import { A_ROLE, ROLE_HINTS, ROLE_NAMES, ROLES_WEAKEST_FIRST } from '../../ui/roles.ts'

/** An admin nominates a member for a higher role; a superuser decides (RB-3). */
export function NominateDialog({ member, onClose }: { member: Member | null; onClose(): void }) {
  return (
    <FormDialog subject={member} title={(nominee) => `Nominate ${nominee.name}`} onClose={onClose}>
      {(nominee) => <NominateForm member={nominee} onClose={onClose} />}
    </FormDialog>
  )
}

export function rolesAbove(role: Role): Role[] {
  return ROLES_WEAKEST_FIRST.slice(ROLES_WEAKEST_FIRST.indexOf(role) + 1)
}

function NominateForm({ member, onClose }: { member: Member; onClose(): void }) {
  const higher = rolesAbove(member.role)
  const [role, setRole] = useState<Role | undefined>(higher[0])
  const nominate = useCommand('members.nominate', { failures: 'form' })
  const send = async (reason: string): Promise<boolean> => {
    if (role === undefined) return false
    const answer = await nominate.run({ member_id: member.id, role, reason })
    if (!answer.ok) return false
    notifySuccess(`${member.name} is nominated. A superuser decides.`)
    onClose()
    return true
  }
  return (
    <ReasonForm
      place={`nominate ${member.id}`}
      confirm="Nominate"
      description="The superuser who decides reads it, and it goes on record."
      running={nominate.running}
      failure={nominate.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Radio.Group
        label={`For which role? ${member.name} is ${A_ROLE[member.role]} now.`}
        value={role ?? null}
        error={problemOf(nominate.error, 'role')}
        onChange={(value) => setRole(value as Role)}
      >
        <Stack gap="xs" mt={6}>
          {higher.map((each) => (
            <Radio key={each} value={each} label={ROLE_NAMES[each]} description={ROLE_HINTS[each]} />
          ))}
        </Stack>
      </Radio.Group>
    </ReasonForm>
  )
}
