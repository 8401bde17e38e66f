import type { ParsedInput } from '../../../src-preload/contract/contract.ts'
import type { Decision } from '../../domain/decision/decision.ts'
import { checkFiles, checkValues, redactSecrets } from '../../domain/field-values.ts'
import type { Field, FileField } from '../../domain/field.ts'
import type { Member } from '../../domain/member.ts'
import { maySandboxRun } from '../../domain/policy.ts'
import {
  failed,
  failure,
  invalidField,
  notFound,
  success,
  type Failure,
  type JsonObject,
  type Result,
} from '../../domain/result.ts'
import type { RunContext, RunLimits, RunnerKind, RunResult } from '../../domain/run.ts'
import type { Settings } from '../../domain/setting.ts'
import type { ToolRow } from '../../domain/state.ts'
import type { Version, VersionContent } from '../../domain/version.ts'
import { currentSettings, type Context } from '../context.ts'
import { decideContent } from '../decide-version.ts'
import { findVersion } from '../lookup.ts'
import type { RunnerJob } from '../runner-port.ts'
import { ownSettings } from '../tool-settings.ts'
import { findRunnable } from '../tools.ts'
import { MAX_INPUT_FILES, withinLimits, type InputFile, type Uploads } from './uploads.ts'
import { caseInputs } from './case-inputs.ts'
import { keptInputs, type InputVault } from './kept-inputs.ts'
import { findEndedRun, runResult } from './read-runs.ts'

/** Everything that can be known, checked and refused before a run exists. */

type Request = ParsedInput<'runs.sandbox'> | ParsedInput<'runs.tool'>

export interface RunPlan {
  runId: string
  member: Member
  tool: ToolRow
  version: Version
  content: VersionContent
  context: RunContext
  files: InputFile[]
  uploadIds: string[]
  /** The saved inputs that it takes. */
  caseId: string | null
  values: JsonObject
  /** As the record keeps them: what is marked secret is null (SC-5). */
  recordedValues: JsonObject
  secretValues: string[]
  settings: JsonObject
  action: RunnerJob['action']
  parentRunId: string | null
  limits: RunLimits
  runner: RunnerKind | null
  decision: Decision
}

export interface PlanDependencies {
  uploads: Uploads
  vault: InputVault
}

export async function planRun(
  context: Context,
  member: Member,
  runContext: RunContext,
  request: Request,
  { uploads, vault }: PlanDependencies,
): Promise<Result<RunPlan>> {
  const subject =
    'version' in request ? sandboxSubject(context, member, request.version) : productionSubject(context, request.tool)
  if (!subject.ok) return subject
  const { tool, version } = subject.value
  const content = context.store.reads.content(version.manifest_hash)
  if (content === null) throw new Error(`content of version ${version.id} is missing`)

  const misplaced = misplacedCase(request)
  if (misplaced !== null) return failed(misplaced)
  const action = request.action === null ? success(null) : offeredAction(context, member, version, request.action)
  if (!action.ok) return action
  const repeated = request.rerun_of === null ? success(null) : repeatedRun(context, member, tool, request)
  if (!repeated.ok) return repeated
  const fields = content.input_schema ?? []
  const saved = await caseInputs(context, member, tool.id, fields, request)
  if (!saved.ok) return saved
  const values =
    action.value === null
      ? formValues(content, { ...saved.value.values, ...request.values })
      : success(ofForm(content, action.value.firstValues))
  if (!values.ok) return values
  // A run that is repeated brings its files along, unless there are others.
  const filesOf = action.value?.parentRunId ?? (request.uploads.length === 0 ? repeated.value : null)
  const given = filesOf === null ? uploads.peek(member.id, request.uploads) : await keptInputs(context, vault, filesOf)
  if (!given.ok) return given
  const files = withinLimits([...saved.value.files, ...given.value], 'uploads')
  if (!files.ok) return files
  if (action.value === null) {
    const problem = filesProblem(fields, files.value)
    if (problem !== null) return failed(problem)
  }
  const settings = ownSettings(context, member.id, tool.id, content.settings_schema)
  const runId = request.run_id ?? context.ids.next()
  if (isRunIdTaken(context, runId)) return failed(invalidField('run_id', 'is in use'))
  return success({
    runId,
    member,
    tool,
    version,
    content,
    context: runContext,
    files: files.value,
    uploadIds: request.uploads,
    caseId: request.case,
    values: values.value,
    recordedValues: { ...redactSecrets(fields, values.value), ...action.value?.recordedInput },
    secretValues: [
      ...secretsOf(fields, values.value),
      ...secretsOf(content.settings_schema ?? [], settings),
      ...(action.value?.secretValues ?? []),
    ],
    settings,
    action: action.value?.action ?? null,
    parentRunId: action.value?.parentRunId ?? repeated.value,
    limits: limitsFor(currentSettings(context), runContext, request.timeout_s),
    runner: request.runner,
    decision: decideContent(context, tool, content),
  })
}

/** Lineage: any run of the same tool that the member may see, of this version or another. */
function repeatedRun(context: Context, member: Member, tool: ToolRow, request: Request): Result<string> {
  if (request.action !== null) return failed(invalidField('rerun_of', 'does not go with an action'))
  const run = findEndedRun(context, member, request.rerun_of ?? '')
  if (!run.ok) return run
  return run.value.tool_id === tool.id
    ? success(run.value.id)
    : failed(invalidField('rerun_of', 'is a run of another tool'))
}

/** An action has its first run's inputs, and a repeated run brings its own. */
function misplacedCase(request: Request): Failure | null {
  if (request.case === null) return null
  if (request.action !== null) return invalidField('case', 'does not go with an action')
  return request.rerun_of === null ? null : invalidField('case', 'does not go with rerun_of')
}

export function isRunIdTaken(context: Context, runId: string): boolean {
  return context.store.state.run(runId) !== null || context.store.liveRuns.get(runId) !== null
}

function sandboxSubject(
  context: Context,
  member: Member,
  reference: string,
): Result<{ tool: ToolRow; version: Version }> {
  const found = findVersion(context, member, reference)
  if (!found.ok) return found
  if (!maySandboxRun(member, found.value.version, found.value.standing)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only its author and admins may try this version out.'))
  }
  return found
}

function productionSubject(context: Context, reference: string): Result<{ tool: ToolRow; version: Version }> {
  return findRunnable(context, reference)
}

/** A version without a form takes any values, as a script without a schema may (SC-2). */
function formValues(content: VersionContent, raw: JsonObject): Result<JsonObject> {
  return content.input_schema === null ? success(raw) : checkValues(content.input_schema, raw)
}

/** A record holds an action's input beside the form's values; only the latter are the form's. */
function ofForm(content: VersionContent, values: JsonObject): JsonObject {
  if (content.input_schema === null) return values
  const names = new Set(content.input_schema.map((field) => field.name))
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)))
}

/** The files belong to the form's file fields together: uploads don't say which field they are for. */
function filesProblem(fields: readonly Field[], files: readonly InputFile[]) {
  const fileFields = fields.filter((field) => field.kind === 'file')
  const [first] = fileFields
  // A script may read files that its form doesn't ask for (SC-2).
  if (first === undefined) return null
  const given = files.map((file) => ({ name: file.name, bytes: file.bytes.length }))
  // With several fields each file must suit one of them, and all together as many as they ask for.
  const together = fileFields.length === 1 ? first : mergedField(fileFields)
  const checked = checkFiles(together, given)
  return checked.ok ? null : checked.failure
}

function mergedField(fields: readonly FileField[]): FileField {
  const sum = (count: (field: FileField) => number): number => fields.reduce((total, field) => total + count(field), 0)
  const accept = fields.flatMap((field) => field.accept ?? [])
  return {
    kind: 'file',
    name: fields.map((field) => field.name).join(', '),
    label: fields.map((field) => field.label).join(', '),
    min: Math.min(
      MAX_INPUT_FILES,
      sum((field) => field.min ?? (field.required === true ? 1 : 0)),
    ),
    max: Math.min(
      MAX_INPUT_FILES,
      sum((field) => field.max ?? MAX_INPUT_FILES),
    ),
    ...(fields.every((field) => (field.accept ?? []).length > 0) ? { accept } : {}),
  }
}

interface OfferedAction {
  action: NonNullable<RunnerJob['action']>
  parentRunId: string
  /** What the run before was filled in with; secrets are not kept, so they are null. */
  firstValues: JsonObject
  /** What was filled into the action's form, without secrets, as the record keeps it. */
  recordedInput: JsonObject
  secretValues: string[]
}

/** SC-2: an action is one that the parent's result offered, with the state that it left. */
function offeredAction(
  context: Context,
  member: Member,
  version: Version,
  request: NonNullable<Request['action']>,
): Result<OfferedAction> {
  const parent = context.store.state.run(request.parent_run_id)
  if (parent === null || parent.requested_by !== member.id) return failed(notFound('run'))
  if (parent.record.manifest_hash !== version.manifest_hash) {
    return failed(
      failure('CONFLICT', 'version_moved', 'The tool has changed since that run. Start again from the beginning.'),
    )
  }
  const result: RunResult = runResult(context, parent.record)
  const offered = result.next_actions.find((candidate) => candidate.action_id === request.action_id)
  if (offered === undefined) return failed(invalidField('action.action_id', 'is not an action that this run offers'))
  const input = checkValues(offered.fields, request.input)
  if (!input.ok) return input
  return success({
    action: { action_id: offered.action_id, input: input.value, state: result.state ?? {} },
    parentRunId: parent.id,
    firstValues: parent.record.values,
    recordedInput: redactSecrets(offered.fields, input.value),
    secretValues: secretsOf(offered.fields, input.value),
  })
}

export function secretsOf(fields: readonly Field[], values: JsonObject): string[] {
  return fields.flatMap((field) => {
    const value = values[field.name]
    return 'secret' in field && field.secret === true && typeof value === 'string' && value !== '' ? [value] : []
  })
}

/** RN-11: a caller may lower a limit, never raise it. */
export function limitsFor(settings: Settings, runContext: RunContext, timeoutS: number | null): RunLimits {
  const allowedS = runContext === 'sandbox' ? settings.sandbox_timeout_s : settings.production_timeout_s
  return {
    timeout_ms: Math.round(Math.min(allowedS, timeoutS ?? allowedS) * 1000),
    memory_bytes: settings.memory_bytes,
    cpus: settings.cpus,
    pids: settings.pids,
    work_bytes: settings.work_bytes,
    tmp_bytes: settings.tmp_bytes,
  }
}
