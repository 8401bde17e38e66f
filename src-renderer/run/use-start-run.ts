import { useState } from 'react'
import type { Failure, JsonObject } from '../../src-main/domain/result.ts'
import type { RunnerKind } from '../../src-main/domain/run.ts'
import { startRun, type RunTarget } from './start-run.ts'
import type { RunSubject } from './subject.ts'
import { discardUploads, uploadFiles, type UploadProgress } from './upload.ts'
import type { FieldsForm } from './use-fields-form.ts'

export type StartStage = { kind: 'preparing' } | ({ kind: 'uploading' } & UploadProgress) | { kind: 'starting' }

/** Everything between the button and the run's first event: check, save, hand over files, start. */
export function useStartRun(
  subject: RunSubject,
  form: FieldsForm,
  runner: RunnerKind | null,
  onStarted: (runId: string) => void,
) {
  const [stage, setStage] = useState<StartStage | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  const start = async () => {
    if (stage !== null) return
    const values = form.check()
    if (values === null) return
    setFailure(null)
    setStage({ kind: 'preparing' })
    const refused = await startWith(values)
    setStage(null)
    if (refused !== null && !form.showFailure(refused)) setFailure(refused)
  }

  const startWith = async (values: JsonObject): Promise<Failure | null> => {
    const target = await targetOf(subject)
    if (target === null) return null
    const files = form.fileFields.flatMap((field) => [...(form.files[field.name] ?? [])])
    const uploads = await uploadFiles(files, (progress) => setStage({ kind: 'uploading', ...progress }))
    if (!uploads.ok) return uploads.error
    setStage({ kind: 'starting' })
    const started = await startRun(target, { uploads: uploads.data, values, action: null, runner })
    if (!started.ok) {
      await discardUploads(uploads.data)
      return started.error
    }
    onStarted(started.data)
    return null
  }

  return { start, stage, failure }
}

async function targetOf(subject: RunSubject): Promise<RunTarget | null> {
  if (subject.kind === 'tool') return { kind: 'tool', tool: subject.tool }
  const version = subject.prepare === undefined ? subject.version : await subject.prepare()
  return version === null ? null : { kind: 'sandbox', version }
}
