import { Button, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconRefresh, type Icon } from '@tabler/icons-react'
import type { CSSProperties, ReactNode } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import { describeFailure } from '../bridge/failure-text.ts'
import { toHref } from '../routes.ts'
import styles from './states.module.css'

/** What a screen shows in place of its content. Each says what to do next. */

interface EmptyStateProps {
  icon: Icon
  title: string
  children: ReactNode
  action?: ReactNode
  tone?: 'neutral' | 'bad'
}

export function EmptyState({ icon: StateIcon, title, children, action, tone = 'neutral' }: EmptyStateProps) {
  const colours = { '--state-text': `var(--app-tone-${tone})`, '--state-ground': `var(--app-tone-${tone}-ground)` }
  return (
    <div className={styles['state']} style={colours as CSSProperties}>
      <div className={styles['icon']}>
        <StateIcon size={24} stroke={1.6} aria-hidden />
      </div>
      <Title order={2}>{title}</Title>
      <Text component="div" c="dimmed" size="md">
        {children}
      </Text>
      {action !== undefined && <div className={styles['action']}>{action}</div>}
    </div>
  )
}

/** A failure in place of content: what happened, what to do, and a way to try again, or elsewhere where that is no use. */
export function ErrorState({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  const { title, message, nextStep } = describeFailure(failure)
  const isFinal = failure.code === 'FORBIDDEN' || failure.code === 'NOT_FOUND'
  const retry =
    onRetry &&
    (isFinal ? (
      <Button component="a" variant="default" href={toHref({ screen: 'home' })}>
        Go to the start
      </Button>
    ) : (
      <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
        Try again
      </Button>
    ))
  return (
    <div role="alert">
      <EmptyState icon={IconAlertTriangle} title={title} tone="bad" action={retry}>
        {message} {nextStep}
      </EmptyState>
    </div>
  )
}

/** Bars where rows will be, of the height that the rows will have. */
export function LoadingState({ rows = 6, rowHeight_px = 44, label = 'Loading' }: LoadingStateProps) {
  return (
    <Stack gap={8} className="late" aria-busy="true" aria-label={label} role="status">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={rowHeight_px} radius="sm" />
      ))}
    </Stack>
  )
}

interface LoadingStateProps {
  rows?: number
  rowHeight_px?: number
  label?: string
}
