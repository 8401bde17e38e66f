import { Anchor, Drawer, Text } from '@mantine/core'
import { useState } from 'react'
import type { AuditEvent } from '../../../src-preload/contract/audit.ts'
import { toHref } from '../../routes.ts'
import { CopyAction } from '../../run/copy-action.tsx'
import { formatExactTime } from '../../ui/formats.ts'
import styles from './audit.module.css'
import { eventLabel } from '../../../src-main/domain/event-words.ts'
import { OutcomeBadge, outcomeMeaning } from './outcome-badge.tsx'

/** An event with a script in it can be long; what is cut here is copied whole. */
const MOST_CHARACTERS = 40_000

/** One event as it was signed. */
export function EventDrawer({ event, onClose }: { event: AuditEvent | null; onClose(): void }) {
  const [shown, setShown] = useState(event)
  if (event !== null && event !== shown) setShown(event)
  return (
    <Drawer
      opened={event !== null}
      onClose={onClose}
      position="right"
      size="min(40rem, 100vw)"
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={shown === null ? '' : `Event ${shown.order_number}`}
      classNames={{ title: styles['drawerTitle'] ?? '' }}
    >
      {shown !== null && <EventDetail event={shown} />}
    </Drawer>
  )
}

function EventDetail({ event }: { event: AuditEvent }) {
  const body = JSON.stringify(event.body, null, 2)
  const isCut = body.length > MOST_CHARACTERS
  return (
    <div className={styles['detail']}>
      <Text fw={560}>
        {event.member_name} {event.summary}
      </Text>
      <dl className={styles['facts']}>
        <dt>Outcome</dt>
        <dd>
          <OutcomeBadge outcome={event.outcome} />
          <div className={styles['dimmed']}>
            {outcomeMeaning(event.outcome)}
            {event.reason !== null && (
              <>
                {' '}
                Reason: <code>{event.reason}</code>
              </>
            )}
          </div>
        </dd>
        <dt>When</dt>
        <dd>
          {formatExactTime(new Date(event.at))}, by the clock of{' '}
          {event.device_name === '' ? 'its device' : event.device_name}
        </dd>
        <dt>Type</dt>
        <dd>
          {eventLabel(event.type)} <code className={styles['dimmed']}>{event.type}</code>
        </dd>
        {event.tool_slug !== null && (
          <>
            <dt>Tool</dt>
            <dd>
              <Anchor inherit href={toHref({ screen: 'version-history', tool: event.tool_slug })}>
                {event.tool_slug}
              </Anchor>
            </dd>
          </>
        )}
        <dt>Event</dt>
        <dd>
          <Copied label="Copy the event’s id" text={event.id} />
        </dd>
        <dt>Signed with key</dt>
        <dd>
          <Copied label="Copy the key’s fingerprint" text={event.key_id} />
        </dd>
        <dt>Hash</dt>
        <dd>
          <Copied label="Copy the event’s hash" text={event.hash} />
        </dd>
      </dl>
      <section aria-label="Body">
        <div className={styles['bodyHead']}>
          <Text size="sm" fw={560}>
            What was signed
          </Text>
          <CopyAction label="Copy the body" text={() => body} />
        </div>
        <pre className={styles['body']} tabIndex={0}>
          {isCut ? body.slice(0, MOST_CHARACTERS) : body}
        </pre>
        {isCut && (
          <Text size="sm" c="dimmed">
            It is longer than what is shown. Copying takes all of it.
          </Text>
        )}
      </section>
    </div>
  )
}

function Copied({ label, text }: { label: string; text: string }) {
  return (
    <span className={styles['copied']}>
      <code>{text}</code>
      <CopyAction label={label} text={() => text} />
    </span>
  )
}
