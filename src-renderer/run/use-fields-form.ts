import { useEffect, useMemo, useRef, useState } from 'react'
import type { Field, FileField, PlainField } from '../../src-main/domain/field.ts'
import { checkFiles, checkValues, initialValues, isSecret } from '../../src-main/domain/field-values.ts'
import type { Failure, Json, JsonObject } from '../../src-main/domain/result.ts'
import { useTyped } from '../typed.ts'
import { isKept, type ChosenFile, type KeptFile } from './chosen-file.ts'
import { ANY_FILES, intoFields } from './file-fields.ts'
import type { FilesByField } from './files-field.tsx'

export interface FieldsForm {
  plainFields: readonly PlainField[]
  fileFields: readonly FileField[]
  values: JsonObject
  files: FilesByField
  /** By field name. */
  problems: Record<string, string>
  setValue(name: string, value: Json): void
  setFiles(name: string, files: readonly ChosenFile[]): void
  /** Takes saved inputs; what was typed into secret fields stays, since no inputs have them. */
  fill(values: JsonObject, files: readonly KeptFile[]): void
  /** Puts back what `fill` took the place of; null when that was nothing, or when something was changed since. */
  undoFill: (() => void) | null
  /** Files of saved inputs that are no more. */
  dropFilesOf(caseId: string): void
  /** The values to send; null when something is wrong, which is then shown under its field. */
  check(): JsonObject | null
  /** What was entered has been sent: it stays on the screen, and isn't found when coming back. */
  sent(): void
  /** Shows what the core found wrong. True when the failure named a field of this form. */
  showFailure(failure: Failure): boolean
}

/** What was entered: values that were changed, and files. */
interface Entered {
  changed: JsonObject
  files: FilesByField
}
const NOTHING: Entered = { changed: {}, files: {} }

/** `place` names the form and what it is about: then what wasn't sent yet is found when coming back, secrets apart. */
export function useFieldsForm(schema: readonly Field[] | null, place: string, prefill?: JsonObject): FieldsForm {
  const plainFields = useMemo(() => (schema ?? []).filter((field) => field.kind !== 'file'), [schema])
  const [kept, keep, forgetKept] = useTyped(place, NOTHING)
  const [entered, setEntered] = useState(kept)
  const [filled, setFilled] = useState<{ with: Entered; over: Entered | null }>({ with: NOTHING, over: null })
  const [problems, setProblems] = useState<Record<string, string>>({})
  const { changed, files } = entered
  const sent = useRef(NOTHING)
  useEffect(() => {
    if (entered !== sent.current) keep(withoutSecrets(entered, plainFields))
  }, [keep, entered, plainFields])
  const holdsAnyFiles = (files[ANY_FILES.name] ?? []).length > 0
  const fileFields = useMemo(() => {
    const asked = schema?.filter((field) => field.kind === 'file') ?? [ANY_FILES]
    return asked.length === 0 && holdsAnyFiles ? [ANY_FILES] : asked
  }, [schema, holdsAnyFiles])
  const first = useMemo(() => initialValues(plainFields, prefill), [plainFields, prefill])
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
      setEntered((before) => ({ ...before, changed: { ...before.changed, [name]: value } }))
      forget(name)
    },
    setFiles(name, chosen) {
      setEntered((before) => ({ ...before, files: { ...before.files, [name]: chosen } }))
      forget(name)
    },
    fill(saved, savedFiles) {
      const fitting = initialValues(plainFields, saved)
      const valueOf = (field: PlainField): Json => {
        if (isSecret(field)) return values[field.name] ?? null
        // Null says that a default was cleared.
        return saved[field.name] === null ? null : (fitting[field.name] ?? null)
      }
      const taken = {
        changed: Object.fromEntries(plainFields.map((field) => [field.name, valueOf(field)])),
        files: intoFields(schema?.filter((field) => field.kind === 'file') ?? [], savedFiles),
      }
      setFilled({ with: taken, over: entered === filled.with ? null : entered })
      setEntered(taken)
      setProblems({})
    },
    undoFill:
      filled.over === null || entered !== filled.with
        ? null
        : () => {
            setEntered(filled.over ?? NOTHING)
            setFilled({ with: NOTHING, over: null })
          },
    dropFilesOf(caseId) {
      const isElsewhere = (file: ChosenFile): boolean => !isKept(file) || file.caseId !== caseId
      const left = Object.entries(files).map(([name, chosen]) => [name, chosen.filter(isElsewhere)] as const)
      setEntered((before) => ({ ...before, files: Object.fromEntries(left) }))
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
    sent() {
      sent.current = entered
      forgetKept()
    },
    showFailure(failure) {
      const found = problemsOf(failure)
      setProblems(found)
      const names = [...plainFields, ...fileFields].map((field) => field.name)
      return names.some((name) => Object.hasOwn(found, name))
    },
  }
}

/** What may be kept: neither secrets nor files of saved inputs, which may be gone by then. */
function withoutSecrets({ changed, files }: Entered, fields: readonly PlainField[]): Entered {
  const secrets = new Set(fields.filter(isSecret).map(({ name }) => name))
  const plain = Object.entries(changed).filter(([name]) => !secrets.has(name))
  const own = Object.entries(files).map(([name, chosen]) => [name, chosen.filter((file) => !isKept(file))] as const)
  return { changed: Object.fromEntries(plain), files: Object.fromEntries(own) }
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
