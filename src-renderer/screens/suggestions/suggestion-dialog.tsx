import { Anchor, Divider, Modal, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { SuggestionContent } from '../../../src-main/domain/suggestion.ts'
import type { SuggestionView } from '../../../src-preload/contract/suggestions.ts'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { Tags } from '../../ui/tags.tsx'
import { TextLines } from '../../ui/text-lines.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { DecideForm } from './decide-form.tsx'
import { SuggestionBadge } from './status-badge.tsx'
import styles from './suggestions.module.css'

interface SuggestionDialogProps {
  suggestion: SuggestionView | null
  onClose(): void
}

/** One suggestion, what was decided on it, and, for who may, the decision. */
export function SuggestionDialog({ suggestion, onClose }: SuggestionDialogProps) {
  const [shown, setShown] = useState(suggestion)
  if (suggestion !== null && suggestion !== shown) setShown(suggestion)
  const mayDecide = useHasRole('admin')
  return (
    <Modal
      opened={suggestion !== null}
      onClose={onClose}
      closeOnClickOutside={shown?.status !== 'pending'}
      size="lg"
      title={shown?.title}
    >
      {shown !== null && (
        <Stack>
          <div className={styles['facts']}>
            <SuggestionBadge status={shown.status} />
            <Text size="sm" c="dimmed">
              Suggested by {shown.submitted_by_name}, <TimeText at={shown.submitted_at} />
            </Text>
          </div>
          <Content content={shown} />
          {shown.status === 'pending' && mayDecide && (
            <>
              <Divider />
              <DecideForm key={shown.id} suggestion={shown} onClose={onClose} />
            </>
          )}
          {shown.status !== 'pending' && <Decided suggestion={shown} />}
        </Stack>
      )}
    </Modal>
  )
}

function Content({ content }: { content: SuggestionContent }) {
  return (
    <>
      <TextLines text={content.description} />
      <dl className={styles['words']}>
        <dt>For</dt>
        <dd>
          {content.professions.length === 0 ? 'Not said' : <Tags tags={content.professions} label="Professions" />}
        </dd>
        <dt>Categories</dt>
        <dd>{content.categories.length === 0 ? 'Not said' : <Tags tags={content.categories} label="Categories" />}</dd>
      </dl>
    </>
  )
}

function Decided({ suggestion }: { suggestion: SuggestionView }) {
  const { status, decided_by_name, decided_at, rationale, modified, tool_slug } = suggestion
  return (
    <section className={styles['decided']} aria-label="Decision">
      <Text size="sm" c="dimmed">
        {status === 'denied' ? 'Denied' : 'Accepted'} by {decided_by_name}
        {decided_at !== null && (
          <>
            , <TimeText at={decided_at} />
          </>
        )}
      </Text>
      {rationale !== null && <TextLines text={rationale} />}
      {tool_slug !== null && (
        <Text size="sm">
          It became the tool{' '}
          <Anchor inherit href={toHref({ screen: 'editor', tool: tool_slug })} className="mono">
            {tool_slug}
          </Anchor>
          .
        </Text>
      )}
      {modified !== null && (
        <div className={styles['modified']}>
          <Title order={3}>As it was accepted: {modified.title}</Title>
          <Content content={modified} />
        </div>
      )}
    </section>
  )
}
