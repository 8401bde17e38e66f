import type { FileField } from '../../src-main/domain/field.ts'
import { checkFiles, MAX_FILES_PER_FIELD } from '../../src-main/domain/field-values.ts'
import type { KeptFile } from './chosen-file.ts'
import type { FilesByField } from './files-field.tsx'

/** A script without a form may still read files: one optional field stands for them. */
export const ANY_FILES: FileField = { kind: 'file', name: 'files', label: 'Files' }

/**
 * Saved inputs don't say which field a file was chosen for: each goes to the first that accepts it and has room. One
 * that suits none is shown with the first, which then says what is wrong with it.
 */
export function intoFields(fields: readonly FileField[], files: readonly KeptFile[]): FilesByField {
  const [first = ANY_FILES] = fields
  const placed: Record<string, KeptFile[]> = {}
  for (const file of files) {
    const field = fields.find((each) => hasRoom(each, placed) && accepts(each, file)) ?? first
    placed[field.name] = [...(placed[field.name] ?? []), file]
  }
  return placed
}

function hasRoom(field: FileField, placed: FilesByField): boolean {
  return (placed[field.name] ?? []).length < (field.max ?? MAX_FILES_PER_FIELD)
}

function accepts(field: FileField, file: KeptFile): boolean {
  return checkFiles({ ...field, min: 0 }, [{ name: file.name, bytes: file.size }]).ok
}
