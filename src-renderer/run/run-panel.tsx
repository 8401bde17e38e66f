import { Anchor, Button, Progress } from '@mantine/core'
import { IconDeviceFloppy, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react'
import type { RunnerKind } from '../../src-main/domain/run.ts'
import { useQuery } from '../bridge/client.ts'
import { toHref } from '../routes.ts'
import { Banner, FailureBanner } from './banner.tsx'
import { SavedInputs } from './cases/saved-inputs.tsx'
import { useCases } from './cases/use-cases.ts'
import { FieldsFormInputs } from './fields-form.tsx'
import { recoverRun, rememberRun } from './recover-run.ts'
import { RunView } from './run-view.tsx'
import classes from './run.module.css'
import { MissingPackages } from './missing-packages.tsx'
import { missingRunner, RunnerChoice } from './runner-choice.tsx'
import { subjectKey, type RunSubject } from './subject.ts'
import { useFieldsForm } from './use-fields-form.ts'
import { useStartRun, type StartStage } from './use-start-run.ts'

export interface RunPanelHandle {
  /** What the button does: check the form, save if need be, run. */
  run(): void
}

interface RunPanelProps {
  subject: RunSubject
  onLocate?: (line: number, column: number) => void
  /** Brings the panel into view, where a shortcut may find it hidden. */
  onReveal?: () => void
  ref?: Ref<RunPanelHandle>
}

/** The form of a tool or of a version, the button that runs it, and how the newest run goes. */
export function RunPanel({ subject, onLocate, onReveal, ref }: RunPanelProps) {
  const form = useFieldsForm(subject.inputSchema, subjectKey(subject))
  const runners = useQuery('runners.status', {})
  const [runner, setRunner] = useState<RunnerKind | null>(null)
  const [runId, setRunId] = useState<string | null>(null)
  const viewed = useRef<HTMLDivElement>(null)
  const wasStartedHere = useRef(false)
  const key = subjectKey(subject)
  const cases = useCases(subject.tool)
  const { start, startCase, stage, failure } = useStartRun(subject, form, runner, (started) => {
    rememberRun(key, started)
    form.sent()
    wasStartedHere.current = true
    setRunId(started)
  })

  useEffect(() => recoverRun(subject.kind, key, setRunId), [subject.kind, key])
  useEffect(() => {
    // What happens next is below the form; in a short window it would go on unseen.
    if (wasStartedHere.current)
      viewed.current?.scrollIntoView({ block: subject.kind === 'sandbox' ? 'start' : 'nearest' })
  }, [runId, subject.kind])
  const runForm = () => void start(cases.chosen?.id ?? null)
  useImperativeHandle(ref, () => ({ run: runForm }))

  const missing = runners.data === undefined ? null : missingRunner(runners.data.runners)
  const busy = stage !== null
  return (
    <div className={classes.panel}>
      <SavedInputs
        cases={cases}
        subject={subject}
        form={form}
        disabled={busy}
        onReveal={onReveal}
        onRun={(saved) => void startCase(saved.id)}
      />
      <form
        className={classes.panel}
        aria-label="Run"
        onSubmit={(event) => {
          event.preventDefault()
          runForm()
        }}
      >
        <FieldsFormInputs form={form} disabled={busy} />
        {missing !== null && (
          <Banner tone="warn" title="Nothing can run on this device yet">
            {missing}{' '}
            <Anchor inherit href={toHref({ screen: 'settings' })}>
              Open Settings
            </Anchor>
          </Banner>
        )}
        <MissingPackages
          packages={subject.packages}
          context={subject.kind === 'tool' ? 'production' : 'sandbox'}
          runner={runner}
        />
        <div className={classes.actions}>
          <Button
            type="submit"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            variant={subject.kind === 'sandbox' && subject.prepare !== undefined ? 'default' : 'filled'}
            loading={busy}
            disabled={
              missing !== null ||
              (subject.kind === 'sandbox' && subject.version === null && subject.prepare === undefined)
            }
          >
            Run
          </Button>
          <Button
            variant="default"
            leftSection={<IconDeviceFloppy size={15} aria-hidden />}
            disabled={busy}
            onClick={() => cases.setSaving(true)}
          >
            Save inputs…
          </Button>
          {runners.data !== undefined && missing === null && (
            <RunnerChoice status={runners.data} value={runner} disabled={busy} onChange={setRunner} />
          )}
        </div>
        <span role="status" className={classes.stage}>
          {stage !== null && stageText(stage)}
        </span>
        {stage?.kind === 'uploading' && (
          <Progress
            value={stage.totalBytes === 0 ? 100 : (stage.sentBytes / stage.totalBytes) * 100}
            aria-label="Files handed over"
            size="sm"
          />
        )}
        {failure !== null && <FailureBanner failure={failure} />}
      </form>
      <div ref={viewed} className={classes.viewed} data-kind={subject.kind}>
        {runId !== null && <RunView runId={runId} linksRecord {...(onLocate === undefined ? {} : { onLocate })} />}
      </div>
    </div>
  )
}

/** Said once for each stage: the bytes are for the eye, in the bar. */
function stageText(stage: StartStage): string {
  switch (stage.kind) {
    case 'preparing':
      return 'Getting ready…'
    case 'uploading':
      return 'Handing over the files…'
    case 'starting':
      return 'Starting the runner…'
  }
}
