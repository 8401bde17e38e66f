import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { Fragment, useState, type FormEvent } from 'react'
import type { RunNotesView } from '../../src-preload/contract/evidence.ts'
import { useCommand } from '../bridge/client.ts'
import { useHasRole } from '../session.tsx'
import { FormFailure } from '../ui/form-failure.tsx'
import styles from './evidence.module.css'

const NAME = /^[A-Za-z0-9_.-]{1,64}$/
const MAX_VALUE = 2000

/** EV-1: the only part of a record that may be changed afterwards: short texts by name. */
export function RunLabels({ notes }: { notes: RunNotesView }) {
  const isContributor = useHasRole('contributor')
  const patch = useCommand('runs.patchMeta', { failures: 'form' })
  const [isAdding, setIsAdding] = useState(false)
  const entries = Object.entries(notes.meta).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0 && !isContributor) return null
  return (
    <section className={styles['part']} aria-labelledby="run-labels">
      <div className={styles['partHead']}>
        <h2 id="run-labels">Labels</h2>
        {isContributor && !isAdding && (
          <div className={styles['partEnd']}>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={15} aria-hidden />}
              onClick={() => setIsAdding(true)}
            >
              Add a label
            </Button>
          </div>
        )}
      </div>
      {entries.length === 0 && !isAdding && (
        <p className={styles['hint']}>
          Short texts by name, such as a ticket’s number. They stand beside the record, and each change is recorded.
        </p>
      )}
      {entries.length > 0 && (
        <dl className={styles['labels']}>
          {entries.map(([name, value]) => (
            <div key={name} className={styles['label']}>
              <dt>{name}</dt>
              <dd>{value}</dd>
              {isContributor ? (
                <ActionIcon
                  aria-label={`Remove the label ${name}`}
                  disabled={patch.running}
                  onClick={() => void patch.run({ run: notes.id, set: { [name]: null } })}
                >
                  <IconX size={15} aria-hidden />
                </ActionIcon>
              ) : (
                <Fragment />
              )}
            </div>
          ))}
        </dl>
      )}
      {!isAdding && <FormFailure failure={patch.error} />}
      {isAdding && <LabelForm notes={notes} onDone={() => setIsAdding(false)} />}
    </section>
  )
}

function LabelForm({ notes, onDone }: { notes: RunNotesView; onDone(): void }) {
  const patch = useCommand('runs.patchMeta', { failures: 'form' })
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const isBadName = name !== '' && !NAME.test(name)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const envelope = await patch.run({ run: notes.id, set: { [name]: value } })
    if (envelope.ok) onDone()
  }
  return (
    <form className={styles['advisory']} aria-label="Add a label" onSubmit={(event) => void submit(event)}>
      <div className={styles['row']}>
        <TextInput
          label="Name"
          autoFocus
          value={name}
          maxLength={64}
          error={isBadName && 'Letters, digits, dot, dash and underscore'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Text"
          autosize
          minRows={1}
          maxRows={8}
          className={styles['grow']}
          value={value}
          maxLength={MAX_VALUE}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      </div>
      {Object.hasOwn(notes.meta, name) && (
        <p className={styles['hint']}>This takes the place of the label that has this name.</p>
      )}
      <FormFailure failure={patch.error} />
      <div className={styles['partEnd']}>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          Cancel
        </Button>
        <Button size="compact-sm" type="submit" loading={patch.running} disabled={!NAME.test(name) || value === ''}>
          Add
        </Button>
      </div>
    </form>
  )
}
