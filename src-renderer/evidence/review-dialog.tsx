import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { AdvisoryView } from '../../src-preload/contract/evidence.ts'
import { useCommand, useQuery } from '../bridge/client.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { notifySuccess } from '../notifications.tsx'
import { Banner } from '../run/banner.tsx'
import { useHasRole } from '../session.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { FormFailure } from '../ui/form-failure.tsx'
import { isHighRiskOverride, KIND_NAMES } from './advisory-text.ts'
import styles from './evidence.module.css'

const MAX_NOTES = 2000

/** Approves or rejects, with notes that go on record. */
export function ReviewDialog({ advisory, onClose }: { advisory: AdvisoryView | null; onClose(): void }) {
  return (
    <FormDialog
      subject={advisory}
      title={({ kind }) => `Review: ${KIND_NAMES[kind].toLowerCase()}`}
      onClose={onClose}
      size="lg"
    >
      {(reviewed) => <ReviewForm key={reviewed.id} advisory={reviewed} onClose={onClose} />}
    </FormDialog>
  )
}

function ReviewForm({ advisory, onClose }: { advisory: AdvisoryView; onClose(): void }) {
  const review = useCommand('advisories.review', { failures: 'form' })
  const [notes, setNotes] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const [sending, setSending] = useState<'approve' | 'reject' | null>(null)
  const obstacle = useApprovalObstacle(advisory)
  const isOverride = advisory.kind === 'override_request'

  const send = async (approve: boolean) => {
    if (notes.trim() === '') return setIsMissing(true)
    setSending(approve ? 'approve' : 'reject')
    const envelope = await review.run({ advisory_id: advisory.id, approve, notes })
    setSending(null)
    if (!envelope.ok) return
    notifySuccess(approve ? 'Approved.' : 'Rejected.')
    onClose()
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (obstacle === null) void send(true)
      }}
    >
      <Stack>
        <section className={styles['quoted']} tabIndex={0} aria-label={KIND_NAMES[advisory.kind]}>
          {advisory.text}
        </section>
        {isOverride && (
          <Text size="sm" c="dimmed">
            Approving lets this very content run in {advisory.override_scope?.context} as often as people ask for it,
            until the content or the rules change. It starts nothing by itself.
          </Text>
        )}
        {obstacle !== null && <Banner tone="warn">{obstacle}</Banner>}
        <Textarea
          label="Notes"
          description="Why; they go on record."
          withAsterisk
          data-autofocus
          autosize
          minRows={2}
          maxRows={8}
          maxLength={MAX_NOTES}
          value={notes}
          error={isMissing ? 'Say why' : problemOf(review.error, 'notes')}
          onChange={(event) => {
            setNotes(event.currentTarget.value)
            setIsMissing(false)
          }}
        />
        <FormFailure failure={review.error} fields={['notes']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Not yet
          </Button>
          <Button
            variant="default"
            loading={sending === 'reject'}
            disabled={sending === 'approve'}
            onClick={() => void send(false)}
          >
            Reject
          </Button>
          <Button type="submit" loading={sending === 'approve'} disabled={obstacle !== null || sending === 'reject'}>
            {isOverride ? 'Approve the override' : 'Approve'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Why the person can't approve this one, which they may reject all the same; null when they can (EV-3). */
function useApprovalObstacle(advisory: AdvisoryView): string | null {
  const isHighRisk = isHighRiskOverride(advisory)
  const isSuperuser = useHasRole('superuser')
  const settings = useQuery('settings.list', isHighRisk ? {} : null)
  if (!isHighRisk) return null
  if (!isSuperuser) return 'Only a superuser can approve the override of a block like this. You can reject it.'
  const allows = settings.data?.items.find(({ key }) => key === 'allow_red_override')?.value
  if (allows !== false) return null
  return 'Overrides of scripts that the rules refuse are switched off. A superuser can change that in Settings (allow_red_override).'
}
