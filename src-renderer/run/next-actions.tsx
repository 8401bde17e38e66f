import { Button } from '@mantine/core'
import { useState } from 'react'
import type { NextAction } from '../../src-main/domain/output.ts'
import type { Failure } from '../../src-main/domain/result.ts'
import type { RunDetailView } from '../../src-preload/contract/runs.ts'
import { FailureBanner } from './banner.tsx'
import { FieldsFormInputs } from './fields-form.tsx'
import classes from './run.module.css'
import { startRun } from './start-run.ts'
import { useFieldsForm } from './use-fields-form.ts'

interface NextActionsProps {
  run: RunDetailView
  /** The action's own run has begun. */
  onStarted(runId: string): void
}

/** What the script offers to do next; each is a run of its own that goes on from this one. */
export function NextActions({ run, onStarted }: NextActionsProps) {
  return (
    <section className={classes.section} aria-label="Next steps">
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>Next steps</h2>
      </div>
      {run.next_actions.map((action) => (
        <ActionForm key={action.action_id} run={run} action={action} onStarted={onStarted} />
      ))}
    </section>
  )
}

function ActionForm({ run, action, onStarted }: NextActionsProps & { action: NextAction }) {
  const form = useFieldsForm(action.fields, `action ${run.id} ${action.action_id}`, action.prefill)
  const [starting, setStarting] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  const start = async () => {
    const input = form.check()
    if (input === null) return
    setStarting(true)
    setFailure(null)
    const target =
      run.context === 'sandbox'
        ? { kind: 'sandbox' as const, version: run.version_id }
        : { kind: 'tool' as const, tool: run.tool_slug }
    const started = await startRun(target, {
      uploads: [],
      values: {},
      action: { parent_run_id: run.id, action_id: action.action_id, input },
      runner: run.view === 'full' ? (run.runner?.kind ?? null) : null,
    })
    setStarting(false)
    if (started.ok) {
      form.sent()
      onStarted(started.data)
    } else if (!form.showFailure(started.error)) setFailure(started.error)
  }

  return (
    <form
      className={classes.action}
      aria-label={action.label}
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      {action.fields.length > 0 && <FieldsFormInputs form={form} disabled={starting} />}
      {failure !== null && <FailureBanner failure={failure} />}
      <div>
        <Button type="submit" variant="light" loading={starting}>
          {action.label}
        </Button>
      </div>
    </form>
  )
}
