import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { v7 as newId } from 'uuid'
import { call, useBridgeEvent, useCommand, useQuery } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useHasRole } from '../../session.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { formatBytes, formatCount } from '../../ui/formats.ts'
import { ImagePin } from './image-pin.tsx'
import styles from './settings.module.css'

const MOST_LINES = 200

/** The image that Docker runs scripts in: whether it is there, and building it. */
export function ImageBuild() {
  const mayBuild = useHasRole('admin')
  const image = useQuery('image.status', {})
  const build = useCommand('image.build', { failures: 'form' })
  const [jobId, setJobId] = useState<string | null>(null)
  const [lines, setLines] = useState<readonly string[]>([])
  useBridgeEvent('job.progress', ({ job_id, line }) => {
    if (job_id === jobId) setLines((before) => [...before, line].slice(-MOST_LINES))
  })

  const start = async () => {
    const id = newId()
    setJobId(id)
    setLines([])
    const answer = await build.run({ job_id: id })
    setJobId(null)
    if (answer.ok) {
      notifySuccess(`The runner image is ready. ${answer.data.message}`)
      image.reload()
    }
  }
  if (image.data === undefined) return null
  const { present, name, bytes, libraries, message, pinned_image_id } = image.data
  const facts = [
    `Image ${name}`,
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(libraries.length === 0 ? [] : [formatCount(libraries.length, 'library', 'libraries')]),
  ]
  return (
    <>
      <Group mt="xs" justify="space-between" align="flex-start" wrap="nowrap">
        <Text size="sm">
          {present ? facts.join(', ') : pinned_image_id === null ? message : `There is no image ${name} here.`}
        </Text>
        {mayBuild && (
          <Group gap="xs" wrap="nowrap">
            {build.running && jobId !== null && (
              <Button
                size="xs"
                variant="subtle"
                color="gray"
                onClick={() => void call('job.cancel', { job_id: jobId })}
              >
                Cancel
              </Button>
            )}
            <Button size="xs" variant="default" loading={build.running} onClick={() => void start()}>
              {present ? 'Build again' : 'Build the image'}
            </Button>
          </Group>
        )}
      </Group>
      <ImagePin image={image.data} />
      {lines.length > 0 && (
        <pre className={styles['progress']} tabIndex={0} aria-label="Progress">
          {lines.join('\n')}
        </pre>
      )}
      <FormFailure failure={build.error} />
    </>
  )
}
