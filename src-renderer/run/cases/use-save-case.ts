import { useState } from 'react'
import { isSecret } from '../../../src-main/domain/field-values.ts'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { Envelope } from '../../../src-preload/contract/channel.ts'
import type { CaseView } from '../../../src-preload/contract/cases.ts'
import { call } from '../../bridge/client.ts'
import { versionToRun, type RunSubject } from '../subject.ts'
import { discardUploads, uploadFiles } from '../upload.ts'
import type { FieldsForm } from '../use-fields-form.ts'
import { filesToSend } from '../use-start-run.ts'

/** Saves what the form holds under a name. Secret values never leave the form for this (SC-5). */
export function useSaveCase(subject: RunSubject, form: FieldsForm, caseId: string | null) {
  const [running, setRunning] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()

  const send = async (name: string, replace: boolean): Promise<Envelope<CaseView> | null> => {
    // The form on the screen is the one of this version: the core takes no value that it doesn't know.
    const version = subject.kind === 'tool' ? null : await versionToRun(subject)
    if (subject.kind === 'sandbox' && version === null) return null
    const { files, ...from } = filesToSend(form, caseId)
    const uploads = await uploadFiles(files, () => {})
    if (!uploads.ok) return uploads
    const open = form.plainFields.filter((field) => !isSecret(field))
    const values = Object.fromEntries(open.map((field) => [field.name, form.values[field.name] ?? null]))
    const { tool } = subject
    const saved = await call('cases.save', { tool, name, version, values, uploads: uploads.data, ...from, replace })
    await discardUploads(uploads.data)
    return saved
  }

  return {
    running,
    failure,
    /** Null when it wasn't saved; why has been shown. */
    async save(name: string, replace: boolean): Promise<CaseView | null> {
      setRunning(true)
      setFailure(undefined)
      const answer = await send(name, replace)
      setRunning(false)
      if (answer?.ok === true) return answer.data
      if (answer !== null) setFailure(answer.error)
      return null
    },
  }
}
