import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { ROLE_NAMES } from '../../ui/roles.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'

/** Who looks after a tool. Contributors may only work on tools that they maintain. */
export function MaintainersDialog({ tool, onClose }: { tool: ToolView | null; onClose(): void }) {
  return (
    <FormDialog subject={tool} title={(shown) => `Maintainers of ${shown.title}`} onClose={onClose}>
      {(shown) => <MaintainersForm tool={shown} onClose={onClose} />}
    </FormDialog>
  )
}

function MaintainersForm({ tool, onClose }: { tool: ToolView; onClose(): void }) {
  const members = useQuery('members.list', {})
  const before = tool.maintainers.map((maintainer) => maintainer.id)
  const [chosen, setChosen] = useState<string[]>(before)
  const set = useCommand('tools.setMaintainers', { failures: 'form' })

  if (members.data === undefined) {
    return members.error === undefined ? (
      <LoadingState rows={4} rowHeight_px={32} />
    ) : (
      <ErrorState failure={members.error} onRetry={members.reload} />
    )
  }
  const eligible = members.data.items.filter(
    (member) => before.includes(member.id) || (member.status === 'active' && member.role !== 'user'),
  )
  const add = chosen.filter((id) => !before.includes(id))
  const remove = before.filter((id) => !chosen.includes(id))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await set.run({ tool: tool.id, add, remove })
    if (!answer.ok) return
    notifySuccess('Maintainers saved')
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Text c="dimmed" size="sm">
          A maintainer sees the tool’s versions and may write drafts of it. Members with the role User can’t maintain.
        </Text>
        <Checkbox.Group value={chosen} onChange={setChosen} aria-label="Maintainers">
          <Stack gap="xs">
            {eligible.map((member) => (
              <Checkbox
                key={member.id}
                value={member.id}
                label={member.name}
                description={member.status === 'revoked' ? 'No longer a member' : ROLE_NAMES[member.role]}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <FormFailure failure={set.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.running} disabled={add.length + remove.length === 0}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
