import { ActionIcon, Anchor, Button, Select, Tooltip } from '@mantine/core'
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { CaseView } from '../../../src-preload/contract/cases.ts'
import { useAppCommands } from '../../commands.ts'
import { KeyboardHint } from '../../ui/keyboard-hint.tsx'
import { FailureBanner } from '../banner.tsx'
import { keptFilesOf } from '../chosen-file.ts'
import type { RunSubject } from '../subject.ts'
import type { FieldsForm } from '../use-fields-form.ts'
import classes from './cases.module.css'
import { RemoveCaseDialog } from './remove-case-dialog.tsx'
import { SaveCaseDialog } from './save-case-dialog.tsx'
import type { Cases } from './use-cases.ts'

interface SavedInputsProps {
  cases: Cases
  subject: RunSubject
  form: FieldsForm
  disabled: boolean
  onReveal: (() => void) | undefined
  /** The form was filled in from it. */
  onRun(saved: CaseView): void
}

/**
 * Files and values that were saved under a name: choosing one fills in the form, and one key runs it again. They are
 * saved from beside the button that runs the form, where it is filled in (`run-panel.tsx`).
 */
export function SavedInputs({ cases, subject, form, disabled, onReveal, onRun }: SavedInputsProps) {
  const [removing, setRemoving] = useState<CaseView | null>(null)
  const { query, chosen, next, isSaving, setSaving } = cases
  const items = query.data?.items ?? []

  const take = (saved: CaseView) => {
    cases.choose(saved.id)
    form.fill(saved.values, keptFilesOf(saved))
  }
  const runNext = () => {
    if (next === null || disabled) return
    onReveal?.()
    take(next)
    onRun(next)
  }
  const openSave = () => {
    onReveal?.()
    setSaving(true)
  }
  useAppCommands([
    ...(next === null
      ? []
      : [{ id: 'run.saved', group: 'Run', label: 'Run the saved inputs again', keys: 'F9', run: runNext }]),
    { id: 'run.save', group: 'Run', label: 'Save these inputs', keywords: ['case', 'example'], run: openSave },
  ])

  return (
    <>
      {query.error !== undefined && query.data === undefined && <FailureBanner failure={query.error} />}
      {items.length > 0 && (
        <section className={classes.bar} aria-label="Saved inputs">
          <Select
            className={classes.choice}
            size="sm"
            aria-label="Saved inputs"
            placeholder="Saved inputs"
            searchable={items.length > 8}
            allowDeselect={false}
            disabled={disabled}
            data={items.map((item) => ({ value: item.id, label: item.name }))}
            value={chosen?.id ?? null}
            renderOption={({ option }) => <Choice saved={items.find((item) => item.id === option.value)} />}
            onOptionSubmit={(id) => {
              const saved = items.find((item) => item.id === id)
              if (saved !== undefined) take(saved)
            }}
          />
          {next !== null && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              rightSection={<KeyboardHint keys="F9" />}
              aria-keyshortcuts="F9"
              title={`On “${next.name}”`}
              disabled={disabled}
              onClick={runNext}
            >
              Run again
            </Button>
          )}
          {chosen !== null && (
            <Tooltip label={`Remove “${chosen.name}”`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove “${chosen.name}”`}
                disabled={disabled}
                onClick={() => setRemoving(chosen)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          )}
          <div role="status" className={classes.note}>
            {chosen !== null && form.undoFill !== null && (
              <>
                Filled in from “{chosen.name}”.{' '}
                <Anchor component="button" type="button" inherit onClick={form.undoFill}>
                  Put back what was there
                </Anchor>
              </>
            )}
          </div>
        </section>
      )}
      <SaveCaseDialog
        isOpen={isSaving}
        subject={subject}
        form={form}
        cases={items}
        chosen={chosen}
        onSaved={cases.choose}
        onClose={() => setSaving(false)}
      />
      <RemoveCaseDialog
        subject={removing}
        onRemoved={(removed) => {
          form.dropFilesOf(removed.id)
          cases.choose(null)
        }}
        onClose={() => setRemoving(null)}
      />
    </>
  )
}

function Choice({ saved }: { saved: CaseView | undefined }) {
  if (saved === undefined) return null
  return (
    <span className={classes.option}>
      <span>{saved.name}</span>
      <span className={classes.optionFiles}>{saved.files.map((file) => file.name).join(', ') || 'no files'}</span>
    </span>
  )
}
