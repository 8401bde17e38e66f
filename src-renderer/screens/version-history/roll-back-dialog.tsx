import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ToolView, VersionView } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FailureBanner } from '../../run/banner.tsx'
import { useTyped } from '../../typed.ts'

/** Makes the content of a once active version active again, as a new version (VR-8). */
export function RollBackDialog({
  tool,
  version,
  onClose,
}: {
  tool: ToolView
  version: VersionView
  onClose: () => void
}) {
  const rollBack = useCommand('versions.rollback', { failures: 'form' })
  // What was active when this was opened is what the person decides about.
  const [shownActive] = useState({ id: tool.active_version_id, number: tool.active_version_number })
  const [reason, setReason, forget] = useTyped(`roll back ${version.id}`, '')
  const [missing, setMissing] = useState(false)

  const send = async () => {
    if (reason.trim() === '') return setMissing(true)
    const envelope = await rollBack.run({
      tool: tool.slug,
      to_version: version.id,
      expected_active_version_id: shownActive.id,
      reason,
    })
    if (!envelope.ok) return
    forget()
    notifySuccess(`Rolled back to v${version.version_number ?? ''}, as a new active version.`)
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title={`Roll back to v${version.version_number ?? ''}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Stack>
          <Text size="sm">
            Its content becomes a new active version.
            {shownActive.number !== null && ` v${shownActive.number} is archived and stays in the history.`}
          </Text>
          <Textarea
            label="Reason"
            description="Recorded, and shown in the history"
            withAsterisk
            autosize
            minRows={3}
            maxLength={2000}
            data-autofocus
            error={missing && 'A reason is needed'}
            value={reason}
            onChange={(event) => {
              setReason(event.currentTarget.value)
              setMissing(false)
            }}
          />
          {rollBack.error !== undefined && <FailureBanner failure={rollBack.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" color="red" loading={rollBack.running}>
              Roll back
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
