import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { navigate } from '../../routes.ts'
import { VerdictFailure } from './moved.tsx'

/** Takes one's own version back from review; it is a draft again afterwards. */
export function WithdrawDialog({ version, onClose }: { version: VersionWithContent; onClose: () => void }) {
  const withdraw = useCommand('versions.withdraw', { failures: 'form' })
  const send = async () => {
    const envelope = await withdraw.run({ version: version.id })
    if (!envelope.ok) return
    notifySuccess('Withdrawn. It is a draft again.')
    navigate({ screen: 'editor', tool: version.tool_slug })
  }
  return (
    <Modal opened onClose={onClose} title="Withdraw from review">
      <Stack>
        <Text size="sm">
          The version is taken out of review, and a new draft with the same content takes its place.
        </Text>
        <VerdictFailure failure={withdraw.error} version={version} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave it in review
          </Button>
          <Button data-autofocus loading={withdraw.running} onClick={() => void send()}>
            Withdraw
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
