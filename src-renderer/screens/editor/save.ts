import type { Failure } from '../../../src-main/domain/result.ts'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { call } from '../../bridge/client.ts'
import { notifyFailure, notifySuccess } from '../../notifications.tsx'
import { parseFormSchema } from './form-schema.ts'
import { fresh, hasContentChanges, patch, ready, type EditorStore } from './state.ts'
import { runtimeOf, sameWork, workOfVersion, type Work } from './work.ts'

export type SaveOutcome = 'saved' | 'unchanged' | 'invalid_form' | 'conflict' | 'failed'

interface Placement {
  expected_parent_version_id: string | null
  from_version_id: string | null
}

/** Saves as the editor stands: over its base, or as a new line. */
export function save(store: EditorStore): Promise<SaveOutcome> {
  const { base, mode } = ready(store)
  return saveAt(store, mode === 'over' && base !== null ? over(base) : newLine(base))
}

export const over = (head: VersionWithContent): Placement => ({
  expected_parent_version_id: head.id,
  from_version_id: null,
})
export const newLine = (base: VersionWithContent | null): Placement => ({
  expected_parent_version_id: null,
  from_version_id: base?.id ?? null,
})

export async function saveAt(store: EditorStore, placement: Placement): Promise<SaveOutcome> {
  const { tool, base, work, busy } = ready(store)
  if (busy !== null) return 'failed'
  const schema = parseFormSchema(work.input_schema_text)
  if (!schema.ok) return 'invalid_form'

  patch(store, { busy: 'saving' })
  const content = {
    entrypoint: work.entrypoint,
    source_code: work.source_code,
    input_schema: schema.fields,
    settings_schema: base?.settings_schema ?? null,
    usage_instructions: work.usage_instructions.trim() === '' ? null : work.usage_instructions,
    runtime: runtimeOf(work, base),
  }
  const envelope = await call('versions.save', {
    tool: tool.slug,
    ...content,
    ...placement,
    change_summary: work.change_summary.trim() === '' ? null : work.change_summary,
  })
  patch(store, { busy: null })
  if (!envelope.ok) return afterFailure(store, envelope.error)

  const { unchanged, ...version } = envelope.data
  settle(store, { ...version, ...content }, work)
  const number = version.version_number === null ? 'a pending version' : `v${version.version_number}`
  notifySuccess(unchanged ? `Nothing changed: ${number} has this very content.` : `Saved as ${number}.`)
  return unchanged ? 'unchanged' : 'saved'
}

/** What was typed while the save was under way stays, on top of what was saved. */
function settle(store: EditorStore, version: VersionWithContent, sent: Work): void {
  const now = ready(store)
  const base = fresh(now.tool, version)
  const saved = { ...sent, change_summary: '' }
  const typed = (Object.keys(sent) as (keyof Work)[]).filter((key) => now.work[key] !== sent[key])
  const work = { ...saved, ...Object.fromEntries(typed.map((key) => [key, now.work[key]])) }
  patch(store, { base: version, mode: base.mode, saved, work, conflict: null, restoredAt: null, setAside: null })
  if (sameWork(work, saved)) void forget(store)
}

async function afterFailure(store: EditorStore, failure: Failure): Promise<SaveOutcome> {
  if (failure.code !== 'CONFLICT') {
    notifyFailure(failure)
    return 'failed'
  }
  const headId = failure.details['head_version_id']
  const head = typeof headId === 'string' ? await call('versions.get', { version: headId }) : null
  patch(store, { conflict: { failure, head: head?.ok === true ? head.data : null } })
  return 'conflict'
}

/** Theirs takes the place of mine. Mine can be brought back, and stays kept until something new is typed. */
export function takeTheirs(store: EditorStore, head: VersionWithContent): void {
  const { tool, work } = ready(store)
  patch(store, { ...fresh(tool, head), setAside: work })
}

export function bringBack(store: EditorStore): void {
  const { setAside, mode } = ready(store)
  if (setAside !== null) patch(store, { work: setAside, setAside: null, mode: mode === 'view' ? 'line' : mode })
}

/** Back to what was saved last. What was typed can be brought back until something new is. */
export function discard(store: EditorStore): void {
  const { base, saved, tool, work } = ready(store)
  const mode = base === null ? 'line' : fresh(tool, base).mode
  patch(store, { work: saved, restoredAt: null, setAside: work, mode })
  void forget(store)
}

export async function submit(store: EditorStore, reviewNote: string): Promise<Failure | null> {
  const { base, tool } = ready(store)
  if (base === null) return null
  patch(store, { busy: 'submitting' })
  const envelope = await call('versions.submit', {
    version: base.id,
    review_note: reviewNote.trim() === '' ? null : reviewNote,
  })
  patch(store, { busy: null })
  if (!envelope.ok) return envelope.error
  const submitted = { ...base, ...envelope.data }
  patch(store, { ...fresh(tool, submitted), saved: workOfVersion(submitted) })
  return null
}

/** Before a run: what runs is what is on the screen. Null when it can't be saved; why has been shown. */
export async function savedVersionToRun(store: EditorStore, onInvalidForm: () => void): Promise<string | null> {
  const state = ready(store)
  if (state.mode === 'view' || (state.base !== null && !hasContentChanges(state))) return state.base?.id ?? null
  const outcome = await save(store)
  if (outcome === 'invalid_form') onInvalidForm()
  return outcome === 'saved' || outcome === 'unchanged' ? (ready(store).base?.id ?? null) : null
}

async function forget(store: EditorStore): Promise<void> {
  await call('editor.keep', { tool: ready(store).tool.slug, unsaved: null })
}
