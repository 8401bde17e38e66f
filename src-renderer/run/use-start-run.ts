import { useState } from 'react'
import { isSecret } from '../../src-main/domain/field-values.ts'
import type { Failure, JsonObject } from '../../src-main/domain/result.ts'
import type { RunnerKind } from '../../src-main/domain/run.ts'
import { isKept, type ChosenFile } from './chosen-file.ts'
import { startRun, type RunRequest, type RunTarget } from './start-run.ts'
import { versionToRun, type RunSubject } from './subject.ts'
import { discardUploads, uploadFiles, type UploadProgress } from './upload.ts'
import type { FieldsForm } from './use-fields-form.ts'

export type StartStage = { kind: 'preparing' } | ({ kind: 'uploading' } & UploadProgress) | { kind: 'starting' }

type Inputs = Pick<RunRequest, 'values' | 'case' | 'case_files'> & { files: readonly File[] }

/** Everything between the button and the run's first event: check, save, hand over files, start. */
export function useStartRun(
  subject: RunSubject,
  form: FieldsForm,
  runner: RunnerKind | null,
  onStarted: (runId: string) => void,
) {
  const [stage, setStage] = useState<StartStage | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  const startOn = async (inputs: Inputs) => {
    setFailure(null)
    setStage({ kind: 'preparing' })
    const refused = await startWith(inputs)
    setStage(null)
    if (refused !== null && !form.showFailure(refused)) setFailure(refused)
  }

  const startWith = async ({ files, ...inputs }: Inputs): Promise<Failure | null> => {
    const target = await targetOf(subject)
    if (target === null) return null
    const uploads = await uploadFiles(files, (progress) => setStage({ kind: 'uploading', ...progress }))
    if (!uploads.ok) return uploads.error
    setStage({ kind: 'starting' })
    const started = await startRun(target, { ...inputs, uploads: uploads.data, action: null, runner })
    if (!started.ok) {
      await discardUploads(uploads.data)
      return started.error
    }
    onStarted(started.data)
    return null
  }

  return {
    stage,
    failure,
    /** On what the form holds; `caseId` names the saved inputs that it was filled in from. */
    async start(caseId: string | null) {
      if (stage !== null) return
      const values = form.check()
      if (values !== null) await startOn({ ...filesToSend(form, caseId), values: { ...cleared(form), ...values } })
    },
    /** On saved inputs as they are, and what was typed into secret fields. */
    async startCase(caseId: string) {
      if (stage === null) await startOn({ files: [], values: typedSecrets(form), case: caseId, case_files: null })
    },
  }
}

/** Files of saved inputs are with the core already; only the others are handed over. */
export function filesToSend(form: FieldsForm, caseId: string | null) {
  const chosen = form.fileFields.flatMap((field): readonly ChosenFile[] => form.files[field.name] ?? [])
  const kept = chosen.filter(isKept)
  const from = kept[0]?.caseId ?? caseId
  return {
    files: chosen.filter((file): file is File => !isKept(file)),
    case: from,
    case_files: from === null ? null : kept.map((file) => file.name),
  }
}

/** A field that was left empty is said to be empty, or saved inputs and defaults would fill it in. */
function cleared(form: FieldsForm): JsonObject {
  return Object.fromEntries(form.plainFields.map((field) => [field.name, null]))
}

function typedSecrets(form: FieldsForm): JsonObject {
  const secrets = form.plainFields.filter(isSecret)
  return Object.fromEntries(secrets.map((field) => [field.name, form.values[field.name] ?? null]))
}

async function targetOf(subject: RunSubject): Promise<RunTarget | null> {
  if (subject.kind === 'tool') return { kind: 'tool', tool: subject.tool }
  const version = await versionToRun(subject)
  return version === null ? null : { kind: 'sandbox', version }
}
