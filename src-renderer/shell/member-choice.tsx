import { Button, Stack } from '@mantine/core'
import type { MemberRef } from '../../src-preload/contract/views.ts'
import { useCommand } from '../bridge/client.ts'
import { ROLE_NAMES } from '../ui/roles.ts'

/** One button per member whose key is on this device. */
export function MemberChoice({ members, onChosen }: { members: readonly MemberRef[]; onChosen(): void }) {
  const use = useCommand('session.use')
  const choose = async (member: MemberRef) => {
    const answer = await use.run({ member_id: member.id })
    if (answer.ok) onChosen()
  }
  return (
    <Stack gap="xs" mt="md" mah="min(20rem, 50dvh)" style={{ overflowY: 'auto' }}>
      {members.map((member) => (
        <Button
          key={member.id}
          variant="default"
          flex="none"
          disabled={use.running}
          onClick={() => void choose(member)}
        >
          {member.name}, {ROLE_NAMES[member.role].toLowerCase()}
        </Button>
      ))}
    </Stack>
  )
}
