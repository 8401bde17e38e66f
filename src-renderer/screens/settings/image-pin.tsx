import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useHasRole } from '../../session.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import styles from './settings.module.css'

type Image = Output<'image.status'>

/** Whether this device's image is the workspace's, and, for a superuser, making it that. */
export function ImagePin({ image }: { image: Image }) {
  const mayAccept = useHasRole('superuser')
  const [asks, setAsks] = useState(false)
  const canAccept = image.present && !image.is_pinned
  return (
    <Group mt="xs" gap="xs" justify="space-between" align="flex-start">
      <div className={styles['pin']}>
        <Text size="sm">{pinText(image)}</Text>
        {image.pinned_image_id !== null && <code className={styles['imageId']}>{image.pinned_image_id}</code>}
        {canAccept && !mayAccept && (
          <Text size="sm" c="dimmed">
            A superuser can make the image on this device the workspace’s.
          </Text>
        )}
      </div>
      {canAccept && mayAccept && (
        <Button size="xs" variant="default" flex="none" onClick={() => setAsks(true)}>
          Accept this image
        </Button>
      )}
      <Modal opened={asks} onClose={() => setAsks(false)} size="lg" title="Accept this image for the workspace?">
        <AcceptImage image={image} onDone={() => setAsks(false)} />
      </Modal>
    </Group>
  )
}

function pinText({ present, pinned_image_id, pinned_present, is_pinned, message }: Image): string {
  if (pinned_image_id === null) {
    return present ? 'No image is pinned: each device uses the one that it has.' : 'No image is pinned yet.'
  }
  if (is_pinned) return 'This is the workspace’s image. Runs use it and no other, on every device:'
  // What to do then is said above, as why the runner isn't there.
  return pinned_present ? message : 'The workspace’s image isn’t on this device:'
}

function AcceptImage({ image, onDone }: { image: Image; onDone: () => void }) {
  const accept = useCommand('image.accept', { failures: 'form' })
  const submit = async () => {
    const answer = await accept.run({ image_id: image.image_id })
    if (!answer.ok) return
    notifySuccess('The workspace uses this image from now on')
    onDone()
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        Scripts then run in it and in no other, on every device of the workspace. A device that doesn’t have it runs
        nothing in Docker until it is imported there.
      </Text>
      <dl className={styles['ids']}>
        <dt>Until now</dt>
        <dd>{image.pinned_image_id === null ? 'Each device’s own' : <code>{image.pinned_image_id}</code>}</dd>
        <dt>From now on</dt>
        <dd>
          <code>{image.image_id}</code>
        </dd>
      </dl>
      <FormFailure failure={accept.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onDone}>
          Cancel
        </Button>
        <Button loading={accept.running} onClick={() => void submit()} data-autofocus>
          Accept
        </Button>
      </Group>
    </Stack>
  )
}
