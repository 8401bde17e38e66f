import { openValues } from '../../domain/case.ts'
import type { Field } from '../../domain/field.ts'
import { maySeeCase, type Actor } from '../../domain/policy.ts'
import { failed, failure, invalidField, notFound, success, type JsonObject, type Result } from '../../domain/result.ts'
import type { StoredCase } from '../cases-port.ts'
import type { Context } from '../context.ts'
import { readKeptFile } from './kept-inputs.ts'
import type { InputFile } from './uploads.ts'

/** Files and values of saved inputs, on their way to a run or to another case. */

export interface CaseRequest {
  case: string | null
  case_files: string[] | null
  uploads: string[]
}

export interface CaseInputs {
  values: JsonObject
  files: InputFile[]
}

/** Those that a request takes from its case; nothing when it names none. */
export async function caseInputs(
  context: Context,
  actor: Actor,
  toolId: string,
  fields: readonly Field[],
  request: CaseRequest,
): Promise<Result<CaseInputs>> {
  if (request.case === null) {
    const isAlone = request.case_files !== null
    return isAlone ? failed(invalidField('case_files', 'needs a case')) : success({ values: {}, files: [] })
  }
  const found = ownCase(context, actor, request.case)
  if (!found.ok) return found
  if (found.value.tool_id !== toolId) return failed(invalidField('case', 'is of another tool'))
  const files = await filesOf(context, found.value, request)
  // A field that the form no longer has asks for nothing; one that is secret by now is filled in anew.
  return files.ok ? success({ values: openValues(fields, found.value.values), files: files.value }) : files
}

/** RB-6: somebody else's is not there. */
export function ownCase(context: Context, actor: Actor, id: string): Result<StoredCase> {
  const stored = context.store.cases.get(id)
  return stored !== null && maySeeCase(actor, stored) ? success(stored) : failed(notFound('case'))
}

async function filesOf(context: Context, stored: StoredCase, request: CaseRequest): Promise<Result<InputFile[]>> {
  const names = request.case_files ?? (request.uploads.length === 0 ? stored.files.map((file) => file.name) : [])
  const files: InputFile[] = []
  for (const name of names) {
    const kept = stored.files.find((file) => file.name === name)
    if (kept === undefined) return failed(invalidField('case_files', `“${stored.name}” has no file ${name}`))
    const read = await readKeptFile(context, kept)
    if (!read.ok) return failed(damaged(stored, name, read.problem))
    files.push({ name, bytes: read.bytes })
  }
  return success(files)
}

const PROBLEMS = {
  missing: 'is no longer on this device',
  altered: 'was changed on the disk after it was saved',
}

const REMEDY = 'Choose the file again and save the inputs under the same name, or restore the file from a backup.'

function damaged(stored: StoredCase, name: string, problem: keyof typeof PROBLEMS) {
  const message = `${name} of the saved inputs “${stored.name}” ${PROBLEMS[problem]}. ${REMEDY}`
  return failure('CONFLICT', `case_file_${problem}`, message, { case_id: stored.id, file: name })
}
