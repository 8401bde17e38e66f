import { Button, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Role } from '../../../src-main/domain/member.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useSession } from '../../session.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { ROLE_HINTS, ROLE_NAMES, ROLES_WEAKEST_FIRST } from '../../ui/roles.ts'

export function AddMemberDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Add a member'} onClose={onClose}>
      {() => <AddMemberForm onClose={onClose} />}
    </FormDialog>
  )
}

function AddMemberForm({ onClose }: { onClose(): void }) {
  const { refresh } = useSession()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('user')
  const add = useCommand('members.add', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await add.run({ name, role })
    if (!answer.ok) return
    notifySuccess(`${answer.data.name} is a member now`)
    // A key was made on this device, so there is one more to act as.
    refresh()
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="A key is made for them on this device, so that they can act here."
          data-autofocus
          autoComplete="off"
          value={name}
          maxLength={100}
          error={problemOf(add.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Radio.Group
          label="Role"
          value={role}
          error={problemOf(add.error, 'role')}
          onChange={(value) => setRole(value as Role)}
        >
          <Stack gap="xs" mt={6}>
            {ROLES_WEAKEST_FIRST.map((each) => (
              <Radio key={each} value={each} label={ROLE_NAMES[each]} description={ROLE_HINTS[each]} />
            ))}
          </Stack>
        </Radio.Group>
        <FormFailure failure={add.error} fields={['name', 'role']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.running} disabled={name.trim() === ''}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
