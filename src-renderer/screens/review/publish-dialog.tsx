import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { ToolView, VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useTyped } from '../../typed.ts'
import { VerdictFailure } from './moved.tsx'

interface PublishDialogProps {
  version: VersionWithContent
  tool: ToolView
  shownActiveId: string | null
  onClose(): void
  /** Shows the difference against what is active now. */
  onLookAgain(): void
  onPublished(): void
}

/** Approves what was shown: if the active version isn't the one that it was shown against, nothing is published. */
export function PublishDialog({ version, tool, shownActiveId, onClose, onLookAgain, onPublished }: PublishDialogProps) {
  const publish = useCommand('versions.publish', { failures: 'form' })
  const [summary, setSummary, forget] = useTyped(`publish ${version.id}`, version.change_summary ?? '')

  const send = async () => {
    const envelope = await publish.run({
      version: version.id,
      expected_active_version_id: shownActiveId,
      change_summary: summary.trim() === '' ? null : summary,
    })
    if (!envelope.ok) return
    forget()
    notifySuccess('Published.')
    onPublished()
  }
  const hasMoved = publish.error?.reason === 'active_version_moved' || publish.error?.reason === 'state_moved'
  const close = () => {
    if (hasMoved) onLookAgain()
    onClose()
  }

  return (
    <Modal opened onClose={close} title="Approve and publish">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Stack>
          <Text size="sm" hidden={hasMoved}>
            {shownActiveId === null
              ? 'This becomes the tool’s first active version.'
              : `This takes the place of v${tool.active_version_number ?? ''}, which goes to the archive.`}
          </Text>
          <TextInput
            label="What changed"
            description="Kept with the published version"
            maxLength={2000}
            data-autofocus
            value={summary}
            onChange={(event) => setSummary(event.currentTarget.value)}
          />
          <VerdictFailure failure={publish.error} version={version} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {hasMoved ? 'Look at the difference' : 'Not yet'}
            </Button>
            {!hasMoved && (
              <Button type="submit" loading={publish.running}>
                Publish
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
