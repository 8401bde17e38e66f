import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { IconPlus, IconSparkles } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import type { AdvisoryView, RunNotesView } from '../../src-preload/contract/evidence.ts'
import { useCommand, useQuery } from '../bridge/client.ts'
import { problemOf } from '../bridge/failure-text.ts'
import { notifySuccess } from '../notifications.tsx'
import { FailureBanner } from '../run/banner.tsx'
import { useHasRole } from '../session.tsx'
import { useTyped } from '../typed.ts'
import { ToneBadge } from '../ui/badges.tsx'
import { FormFailure } from '../ui/form-failure.tsx'
import { LoadingState } from '../ui/states.tsx'
import { AdvisoryItem } from './advisory-item.tsx'
import styles from './evidence.module.css'
import { ReviewDialog } from './review-dialog.tsx'

const MOST = 200
const MAX_TEXT = 20_000

/** What stands beside a run: why it was allowed or blocked, and what people said about it. */
export function RunAdvisories({ runId, notes }: { runId: string; notes: RunNotesView | undefined }) {
  const isContributor = useHasRole('contributor')
  const isAdmin = useHasRole('admin')
  const advisories = useQuery('advisories.list', { run: runId, limit: MOST })
  const [reviewing, setReviewing] = useState<AdvisoryView | null>(null)
  const [isAdding, setIsAdding] = useState(false)
  const items = advisories.data?.items ?? []
  // Who can add nothing has nothing to find out here.
  if (!isContributor && items.length === 0 && advisories.error === undefined) return null
  return (
    <section className={styles['part']} aria-labelledby="run-advisories">
      <div className={styles['partHead']}>
        <h2 id="run-advisories">Explanations and advice</h2>
        {notes !== undefined && <ExplanationStatus status={notes.explanation_status} />}
        {isContributor && (
          <div className={styles['partEnd']}>
            {notes !== undefined && notes.explanation_status !== 'READY' && <ExplainButton notes={notes} />}
            {!isAdding && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPlus size={15} aria-hidden />}
                onClick={() => setIsAdding(true)}
              >
                Add a note or suggestion
              </Button>
            )}
          </div>
        )}
      </div>
      {notes?.explanation_status === 'ERROR' && notes.explanation_error !== null && (
        <p className={styles['hint']} role="alert">
          Explaining failed: {notes.explanation_error}
        </p>
      )}
      {isAdding && <AddForm runId={runId} onDone={() => setIsAdding(false)} />}
      {advisories.error !== undefined && <FailureBanner failure={advisories.error} />}
      {advisories.loading && <LoadingState rows={1} rowHeight_px={72} label="Loading what was said" />}
      {advisories.data !== undefined && items.length === 0 && !isAdding && (
        <p className={styles['hint']}>Nothing yet. “Explain” says in plain words why the run was allowed or blocked.</p>
      )}
      {items.length > 0 && (
        <ul className={styles['advisories']}>
          {items.map((advisory) => (
            <AdvisoryItem
              key={advisory.id}
              advisory={advisory}
              onReview={isAdmin ? () => setReviewing(advisory) : undefined}
            />
          ))}
        </ul>
      )}
      <ReviewDialog advisory={reviewing} onClose={() => setReviewing(null)} />
    </section>
  )
}

function ExplanationStatus({ status }: { status: RunNotesView['explanation_status'] }) {
  switch (status) {
    case 'NONE':
      return <ToneBadge tone="neutral">Not explained</ToneBadge>
    case 'PENDING':
      return <ToneBadge tone="info">Being explained</ToneBadge>
    case 'READY':
      return <ToneBadge tone="good">Explained</ToneBadge>
    case 'ERROR':
      return <ToneBadge tone="bad">Explaining failed</ToneBadge>
  }
}

function ExplainButton({ notes }: { notes: RunNotesView }) {
  const explain = useCommand('runs.explain')
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconSparkles size={15} aria-hidden />}
      loading={explain.running || notes.explanation_status === 'PENDING'}
      onClick={() => void explain.run({ run: notes.id })}
    >
      {notes.explanation_status === 'ERROR' ? 'Explain again' : 'Explain'}
    </Button>
  )
}

type Kind = 'note' | 'suggestion'

function AddForm({ runId, onDone }: { runId: string; onDone(): void }) {
  const attach = useCommand('advisories.attach', { failures: 'form' })
  const [kind, setKind] = useState<Kind>('note')
  const [text, setText, forget] = useTyped(`advice ${runId}`, '')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const envelope = await attach.run({ run: runId, kind, text })
    if (!envelope.ok) return
    forget()
    notifySuccess(kind === 'note' ? 'Note added.' : 'Suggestion added. It waits for a review.')
    onDone()
  }
  return (
    <form className={styles['advisory']} aria-label="Add a note or suggestion" onSubmit={(event) => void submit(event)}>
      <div>
        <SegmentedControl
          size="xs"
          aria-label="Kind"
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          data={[
            { value: 'note', label: 'Note' },
            { value: 'suggestion', label: 'Suggestion' },
          ]}
        />
      </div>
      <Textarea
        aria-label={kind === 'note' ? 'Note' : 'Suggestion'}
        placeholder={kind === 'note' ? 'Something to know about this run' : 'What should be done'}
        description={kind === 'suggestion' ? 'A person reviews it.' : 'It stays on record and can’t be changed.'}
        inputWrapperOrder={['input', 'description', 'error']}
        autoFocus
        autosize
        minRows={2}
        maxRows={12}
        maxLength={MAX_TEXT}
        value={text}
        error={problemOf(attach.error, 'text')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <FormFailure failure={attach.error} fields={['text']} />
      <div className={styles['partEnd']}>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          Cancel
        </Button>
        <Button size="compact-sm" type="submit" loading={attach.running} disabled={text.trim() === ''}>
          Add
        </Button>
      </div>
    </form>
  )
}
