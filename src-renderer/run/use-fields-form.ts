import { useMemo, useState } from 'react'
import type { Field, FileField, PlainField } from '../../src-main/domain/field.ts'
import { checkFiles, checkValues, initialValues } from '../../src-main/domain/field-values.ts'
import type { Failure, Json, JsonObject } from '../../src-main/domain/result.ts'
import type { FilesByField } from './files-field.tsx'

export interface FieldsForm {
  plainFields: readonly PlainField[]
  fileFields: readonly FileField[]
  values: JsonObject
  files: FilesByField
  /** By field name. */
  problems: Record<string, string>
  setValue(name: string, value: Json): void
  setFiles(name: string, files: readonly File[]): void
  /** The values to send; null when something is wrong, which is then shown under its field. */
  check(): JsonObject | null
  /** Shows what the core found wrong. True when the failure named a field of this form. */
  showFailure(failure: Failure): boolean
}

/** A script without a form may still read files: one optional field stands for them. */
const ANY_FILES: FileField = { kind: 'file', name: 'files', label: 'Files' }

export function useFieldsForm(schema: readonly Field[] | null, prefill?: JsonObject): FieldsForm {
  const plainFields = useMemo(() => (schema ?? []).filter((field) => field.kind !== 'file'), [schema])
  const fileFields = useMemo(() => schema?.filter((field) => field.kind === 'file') ?? [ANY_FILES], [schema])
  const first = useMemo(() => initialValues(plainFields, prefill), [plainFields, prefill])
  const [changed, setChanged] = useState<JsonObject>({})
  const [files, setFiles] = useState<FilesByField>({})
  const [problems, setProblems] = useState<Record<string, string>>({})
  // Fields come and go while a form is being written; what was entered for one that stays is kept.
  const values = Object.fromEntries(
    Object.entries(first).map(([name, value]) => [
      name,
      Object.hasOwn(changed, name) ? (changed[name] ?? null) : value,
    ]),
  )

  const forget = (name: string) => setProblems(({ [name]: _solved, ...others }) => others)
  return {
    plainFields,
    fileFields,
    values,
    files,
    problems,
    setValue(name, value) {
      setChanged((before) => ({ ...before, [name]: value }))
      forget(name)
    },
    setFiles(name, chosen) {
      setFiles((before) => ({ ...before, [name]: chosen }))
      forget(name)
    },
    check() {
      const result = checkValues(plainFields, values)
      const fileProblems = fileFields.map((field) =>
        checkFiles(
          field,
          (files[field.name] ?? []).map((file) => ({ name: file.name, bytes: file.size })),
        ),
      )
      const found = Object.assign(
        {},
        ...[result, ...fileProblems].map((each) => (each.ok ? {} : problemsOf(each.failure))),
      )
      setProblems(found)
      return result.ok && Object.keys(found).length === 0 ? result.value : null
    },
    showFailure(failure) {
      const found = problemsOf(failure)
      setProblems(found)
      const names = [...plainFields, ...fileFields].map((field) => field.name)
      return names.some((name) => Object.hasOwn(found, name))
    },
  }
}

function problemsOf(failure: Failure): Record<string, string> {
  const { fields, field } = failure.details
  if (fields !== null && typeof fields === 'object' && !Array.isArray(fields)) {
    return Object.fromEntries(Object.entries(fields).map(([name, problem]) => [name, capitalised(String(problem))]))
  }
  if (typeof field !== 'string') return {}
  const name = field.slice(field.lastIndexOf('.') + 1)
  return { [name]: failure.message }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
