import { Button, Textarea } from '@mantine/core'
import { IconLockOpen } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import { v7 as newId } from 'uuid'
import type { AdvisoryView } from '../../src-preload/contract/evidence.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { useCommand, useQuery } from '../bridge/client.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { notifySuccess } from '../notifications.tsx'
import { Banner, FailureBanner } from '../run/banner.tsx'
import { useSession } from '../session.tsx'
import { useTyped } from '../typed.ts'
import { FormFailure } from '../ui/form-failure.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { isHighRiskOverride } from './advisory-text.ts'
import styles from './evidence.module.css'

/** EV-3: a reason of this many characters. */
const MIN_REASON = 10
const MAX_REASON = 2000

/** For a run that was blocked: how a request to let it run stands, and, for whoever ran it, the way to ask. */
export function OverrideRequest({ run }: { run: RunDetailView }) {
  const { member } = useSession()
  const requests = useQuery('advisories.list', { run: run.id, kind: 'override_request' })
  const [isAsking, setIsAsking] = useState(false)
  if (requests.data === undefined)
    return requests.error === undefined ? null : <FailureBanner failure={requests.error} />

  const newest = requests.data.items.at(-1) ?? null
  const isMine = run.requested_by === member.id
  const mayAsk = isMine && (newest === null || (newest.reviewed && !newest.approved_for_workflow))
  const ask = mayAsk && !isAsking && (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconLockOpen size={15} aria-hidden />}
      onClick={() => setIsAsking(true)}
    >
      {newest === null ? 'Ask for an override' : 'Ask again'}
    </Button>
  )
  return (
    <section className={styles['decision']} aria-label="Override">
      {newest !== null && <RequestState request={newest} />}
      {isAsking && mayAsk ? <AskForm runId={run.id} onDone={() => setIsAsking(false)} /> : ask && <div>{ask}</div>}
    </section>
  )
}

function RequestState({ request }: { request: AdvisoryView }) {
  const { reviewed, approved_for_workflow, reviewed_by_name, reviewed_at, review_notes } = request
  const quoted = <div className={styles['advisoryText']}>“{request.text}”</div>
  const decider = isHighRiskOverride(request) ? 'a superuser' : 'an admin'
  const when = reviewed_at !== null && (
    <>
      , <TimeText at={reviewed_at} />
    </>
  )
  if (!reviewed) {
    return (
      <Banner tone="info" title={`An override was asked for; ${decider} decides`}>
        {request.created_by_name}, <TimeText at={request.created_at} />
        {quoted}
      </Banner>
    )
  }
  if (approved_for_workflow) {
    return (
      <Banner tone="good" title="The override was approved: it can be run now">
        {reviewed_by_name}
        {when}: {review_notes}
      </Banner>
    )
  }
  return (
    <Banner tone="neutral" title="The override was rejected">
      {reviewed_by_name}
      {when}: {review_notes}
    </Banner>
  )
}

function AskForm({ runId, onDone }: { runId: string; onDone(): void }) {
  const attach = useCommand('advisories.attach', { failures: 'form' })
  // Kept over attempts, so that sending twice makes one request.
  const [id] = useState(() => newId())
  const [reason, setReason, forget] = useTyped(`override ${runId}`, '')
  const length = reason.trim().length
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (length < MIN_REASON) return
    const envelope = await attach.run({ id, run: runId, kind: 'override_request', text: reason })
    if (!envelope.ok) return
    forget()
    notifySuccess('Asked for an override.')
    onDone()
  }
  return (
    <form className={styles['advisory']} aria-label="Ask for an override" onSubmit={(event) => void submit(event)}>
      <Textarea
        label="Why it should run all the same"
        description={`Whoever decides reads this. ${MIN_REASON} to 2,000 characters.`}
        withAsterisk
        autoFocus
        autosize
        minRows={3}
        maxRows={10}
        maxLength={MAX_REASON}
        value={reason}
        error={problemOf(attach.error, 'text')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <FormFailure failure={attach.error} fields={['text']} />
      <div className={styles['advisoryFoot']}>
        <span role="status">{length > 0 && length < MIN_REASON && `${MIN_REASON - length} more to go`}</span>
        <div className={styles['row']}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
            Cancel
          </Button>
          <Button size="compact-sm" type="submit" loading={attach.running} disabled={length < MIN_REASON}>
            Ask
          </Button>
        </div>
      </div>
    </form>
  )
}
