import { Button, Group, Text, Title } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { RunnerStatusView } from '../../../src-preload/contract/system.ts'
import { useQuery } from '../../bridge/client.ts'
import { ToneBadge } from '../../ui/badges.tsx'
import { isolationText } from '../../ui/isolation.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ImageBuild } from './image-build.tsx'
import styles from './settings.module.css'

const ABOUT: Record<RunnerStatusView['kind'], { name: string; hint: string }> = {
  docker: { name: 'Docker', hint: 'Runs each script in a container of its own, with all libraries of its image.' },
  embedded: { name: 'Embedded Python', hint: 'Comes with the app and needs nothing else; has fewer libraries.' },
}

/** What can run scripts on this device, and what to do where it can't. */
export function RunnersSection() {
  const status = useQuery('runners.status', {})
  return (
    <section className={styles['group']} aria-labelledby="runners">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} id="runners">
            Runners on this device
          </Title>
          <Text size="sm" c="dimmed">
            What runs the scripts here. Docker is used where it is ready.
          </Text>
        </div>
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={status.reload}>
          Check again
        </Button>
      </Group>
      <div className={styles['rows']}>
        {status.data !== undefined ? (
          status.data.runners.map((runner) => (
            <RunnerRow key={runner.kind} runner={runner} isPreferred={status.data?.preferred === runner.kind} />
          ))
        ) : status.error !== undefined ? (
          <ErrorState failure={status.error} onRetry={status.reload} />
        ) : (
          <LoadingState rows={2} rowHeight_px={72} label="Looking for runners" />
        )}
      </div>
    </section>
  )
}

function RunnerRow({ runner, isPreferred }: { runner: RunnerStatusView; isPreferred: boolean }) {
  const { name, hint } = ABOUT[runner.kind]
  const facts = [runner.version, runner.isolation && isolationText(runner.isolation)].filter(Boolean).join(' · ')
  return (
    <div className={styles['runner']}>
      <Group gap="xs">
        <Text fw={560}>{name}</Text>
        <ToneBadge tone={runner.available ? 'good' : 'warn'}>{runner.available ? 'Ready' : 'Not available'}</ToneBadge>
        {isPreferred && (
          <Text size="sm" c="dimmed">
            in use
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
      {facts !== '' && (
        <Text size="sm" c="dimmed">
          {facts}
        </Text>
      )}
      {runner.runtimes.length > 0 && (
        <Text size="sm" c="dimmed">
          {runner.runtimes.includes('runsc') ? 'gVisor (runsc) is installed.' : 'gVisor (runsc) is not installed.'}
        </Text>
      )}
      {!runner.available && (
        <Text size="sm" mt={6}>
          {runner.message}
        </Text>
      )}
      {runner.warnings.map((warning) => (
        <Text key={warning} size="sm" mt={4}>
          {warning}
        </Text>
      ))}
      {runner.kind === 'docker' && <ImageBuild />}
    </div>
  )
}
