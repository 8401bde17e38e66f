import { Button, Group, Popover, Text, UnstyledButton } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import type { RunnerStatusView } from '../../src-preload/contract/system.ts'
import { useQuery } from '../bridge/client.ts'
import { ToneBadge, type Tone } from '../ui/badges.tsx'
import { isolationText } from '../ui/isolation.ts'
import styles from './engine-indicator.module.css'

const NAMES: Record<RunnerStatusView['kind'], string> = { docker: 'Docker', embedded: 'Embedded Python' }

/** What would run a script now, and what to do if it isn't what one wants. */
export function EngineIndicator() {
  const status = useQuery('runners.status', {})
  const { label, tone } = summarise(status.data?.preferred, status.error !== undefined)
  return (
    <Popover width={320} position="top-start" withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={styles['indicator']}>
          <span className={styles['dot']} style={{ '--dot': `var(--app-tone-${tone})` } as CSSProperties} />
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {status.data?.runners.map((runner) => (
          <RunnerLines key={runner.kind} runner={runner} />
        ))}
        {status.error !== undefined && <Text size="sm">{status.error.message}</Text>}
        <Group mt="sm" justify="flex-end">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={status.loading}
            onClick={status.reload}
          >
            Check again
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}

function RunnerLines({ runner }: { runner: RunnerStatusView }) {
  const facts = [runner.version, runner.isolation && isolationText(runner.isolation)].filter(Boolean).join(' · ')
  return (
    <div className={styles['runner']}>
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {NAMES[runner.kind]}
        </Text>
        <ToneBadge tone={runner.available ? 'good' : 'warn'}>{runner.available ? 'Ready' : 'Not available'}</ToneBadge>
      </Group>
      {facts !== '' && (
        <Text size="xs" c="dimmed" mt={4}>
          {facts}
        </Text>
      )}
      {!runner.available && (
        <Text size="sm" mt={4}>
          {runner.message}
        </Text>
      )}
      {runner.warnings.length > 0 && (
        <ul className={styles['warnings']}>
          {runner.warnings.map((warning) => (
            <Text component="li" size="xs" key={warning}>
              {warning}
            </Text>
          ))}
        </ul>
      )}
    </div>
  )
}

function summarise(
  preferred: RunnerStatusView['kind'] | null | undefined,
  hasFailed: boolean,
): { label: string; tone: Tone } {
  if (preferred === undefined) {
    return { label: hasFailed ? 'Engine unknown' : 'Looking for an engine…', tone: 'neutral' }
  }
  switch (preferred) {
    case 'docker':
      return { label: 'Docker ready', tone: 'good' }
    case 'embedded':
      return { label: 'Embedded Python in use', tone: 'warn' }
    case null:
      return { label: 'Nothing can run scripts', tone: 'bad' }
  }
}
