import { Button, Text, Title } from '@mantine/core'
import { IconCheck, IconHourglass, IconX, type Icon } from '@tabler/icons-react'
import { useState } from 'react'
import type { NominationView } from '../../../src-preload/contract/members.ts'
import { useCommand } from '../../bridge/client.ts'
import { usePages } from '../../bridge/pages.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useHasRole, useSession } from '../../session.tsx'
import { ToneBadge, type Tone } from '../../ui/badges.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import { ReasonForm } from '../../ui/reason-form.tsx'
import { A_ROLE } from '../../ui/roles.ts'
import { TextLines } from '../../ui/text-lines.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './members.module.css'

const STATES: Record<NominationView['status'], { label: string; tone: Tone; icon: Icon }> = {
  pending: { label: 'Waiting', tone: 'warn', icon: IconHourglass },
  approved: { label: 'Approved', tone: 'good', icon: IconCheck },
  declined: { label: 'Declined', tone: 'neutral', icon: IconX },
}

interface Deciding {
  nomination: NominationView
  approve: boolean
}

/** Who was nominated for a higher role, and what was decided (RB-3). */
export function Nominations() {
  const mayDecide = useHasRole('superuser')
  const nominations = usePages('members.nominations', {})
  const [deciding, setDeciding] = useState<Deciding | null>(null)
  return (
    <section className={styles['section']} aria-labelledby="nominations">
      <div>
        <Title order={2} id="nominations">
          Nominations
        </Title>
        <Text size="sm" c="dimmed">
          An admin nominates a member for a higher role; a superuser approves or declines.
        </Text>
      </div>
      <PagedList
        label="Nominations"
        pages={{ ...nominations, items: pendingFirst(nominations.items) }}
        columns={columnsFor(mayDecide, setDeciding)}
        keyOf={(nomination) => nomination.id}
        empty={
          <Text size="sm" className={styles['none']}>
            Nobody has been nominated yet.
          </Text>
        }
      />
      <DecideDialog deciding={deciding} onClose={() => setDeciding(null)} />
    </section>
  )
}

function pendingFirst(items: readonly NominationView[]): NominationView[] {
  const isPending = ({ status }: NominationView) => status === 'pending'
  return [...items.filter(isPending), ...items.filter((item) => !isPending(item))]
}

function columnsFor(mayDecide: boolean, onDecide: (deciding: Deciding) => void): Column<NominationView>[] {
  return [
    {
      id: 'who',
      label: 'Nominated',
      track: 'minmax(9rem, 1.2fr)',
      cell: (nomination) => (
        <div>
          <Text component="span" size="sm" fw={560}>
            {nomination.member_name}
          </Text>
          <Text size="xs" c="dimmed">
            as {A_ROLE[nomination.role]}
          </Text>
        </div>
      ),
    },
    {
      id: 'why',
      label: 'Why',
      track: 'minmax(10rem, 3fr)',
      narrow: 'line',
      cell: ({ nominated_by_name, nominated_at, reason, decision_reason, decided_by_name, decided_at }) => (
        <div>
          <TextLines text={reason} />
          <Text size="xs" c="dimmed">
            {nominated_by_name}, <TimeText at={nominated_at} />
          </Text>
          {decision_reason !== null && (
            <div className={styles['answer']}>
              <TextLines text={decision_reason} />
              <Text size="xs" c="dimmed">
                {decided_by_name}
                {decided_at !== null && (
                  <>
                    , <TimeText at={decided_at} />
                  </>
                )}
              </Text>
            </div>
          )}
        </div>
      ),
    },
    {
      id: 'state',
      label: 'State',
      track: '8rem',
      cell: ({ status }) => (
        <ToneBadge tone={STATES[status].tone} icon={STATES[status].icon}>
          {STATES[status].label}
        </ToneBadge>
      ),
    },
    ...(mayDecide ? [decideColumn(onDecide)] : []),
  ]
}

function decideColumn(onDecide: (deciding: Deciding) => void): Column<NominationView> {
  return {
    id: 'decide',
    label: 'Decide',
    track: '12rem',
    align: 'end',
    cell: (nomination) =>
      nomination.status === 'pending' && (
        <div className={styles['decide']}>
          <Button size="xs" variant="default" onClick={() => onDecide({ nomination, approve: false })}>
            Decline…
          </Button>
          <Button size="xs" onClick={() => onDecide({ nomination, approve: true })}>
            Approve…
          </Button>
        </div>
      ),
  }
}

function DecideDialog({ deciding, onClose }: { deciding: Deciding | null; onClose(): void }) {
  return (
    <FormDialog
      subject={deciding}
      title={({ nomination, approve }) =>
        `${approve ? 'Approve' : 'Decline'} the nomination of ${nomination.member_name}`
      }
      onClose={onClose}
    >
      {(shown) => <DecideForm {...shown} onClose={onClose} />}
    </FormDialog>
  )
}

function DecideForm({ nomination, approve, onClose }: Deciding & { onClose(): void }) {
  const { member, refresh } = useSession()
  const decide = useCommand('members.decideNomination', { failures: 'form' })
  const role = A_ROLE[nomination.role]
  const send = async (reason: string): Promise<boolean> => {
    const answer = await decide.run({ nomination_id: nomination.id, approve, reason })
    if (!answer.ok) return false
    notifySuccess(approve ? `${nomination.member_name} is now ${role}` : 'The nomination is declined')
    if (nomination.member_id === member.id) refresh()
    onClose()
    return true
  }
  return (
    <ReasonForm
      place={`${approve ? 'approve' : 'decline'} ${nomination.id}`}
      confirm={approve ? 'Approve' : 'Decline'}
      description="The nominee reads it, and it goes on record."
      running={decide.running}
      failure={decide.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Text size="sm">
        {approve
          ? `${nomination.member_name} becomes ${role} at once.`
          : `${nomination.member_name} keeps the present role and can be nominated again.`}
      </Text>
      <blockquote className={styles['answer']}>
        <TextLines text={nomination.reason} />
      </blockquote>
    </ReasonForm>
  )
}
