import { createStore, type StoreApi } from 'zustand'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'
import type { ToolView, VersionWithContent } from '../../../src-preload/contract/views.ts'
import { call } from '../../bridge/client.ts'
import { sameWork, workOfStarter, workOfUnsaved, workOfVersion, type Work } from './work.ts'

/** Saving stopped because somebody saved over the same version, or it is no draft any more (VR-3). */
export interface Conflict {
  failure: Failure
  /** What the line's head is now; null when it can't be told or seen. */
  head: VersionWithContent | null
}

export interface EditorReady {
  status: 'ready'
  tool: ToolView
  /** What the text started from; null before the first save. */
  base: VersionWithContent | null
  /** `view`: to read only. `over`: the next save goes over `base`. `line`: it starts a new line. */
  mode: 'view' | 'over' | 'line'
  work: Work
  /** What `base` says, to tell what was changed. */
  saved: Work
  /** Work from before that was found again, and when it was kept; until it is dismissed or discarded. */
  restoredAt: string | null
  /** Unsaved work elsewhere in the same tool, while another version is being looked at. */
  unsavedElsewhere: Output<'editor.open'>['unsaved']
  /** Text that was given up for somebody else's, in case it is missed. */
  setAside: Work | null
  conflict: Conflict | null
  busy: 'saving' | 'submitting' | null
}

export type EditorState = { status: 'loading' } | { status: 'failed'; failure: Failure } | EditorReady
export type EditorStore = StoreApi<EditorState>

export function createEditorStore(): EditorStore {
  return createStore<EditorState>(() => ({ status: 'loading' }))
}

export function isDirty(state: EditorReady): boolean {
  return state.mode !== 'view' && !sameWork(state.work, state.saved)
}

/** Whether there is anything that a save would write: unlike a summary alone, or nothing at all. */
export function hasContentChanges(state: EditorReady): boolean {
  return !sameWork({ ...state.work, change_summary: '' }, { ...state.saved, change_summary: '' })
}

/** Changes a ready state; whoever calls knows that it is one. */
export function patch(store: EditorStore, change: Partial<EditorReady>): void {
  store.setState((state) => (state.status === 'ready' ? { ...state, ...change } : state))
}

export function ready(store: EditorStore): EditorReady {
  const state = store.getState()
  if (state.status !== 'ready') throw new Error('the editor is not open')
  return state
}

/** Opens a tool at its newest draft, or one of its versions to look at. */
export async function openEditor(store: EditorStore, tool: string, versionReference: string | null): Promise<void> {
  const opened = await call('editor.open', { tool })
  if (!opened.ok) return store.setState({ status: 'failed', failure: opened.error }, true)
  const { data } = opened
  const state = versionReference === null ? await startingPoint(data) : await viewOf(data, versionReference)
  store.setState(state, true)
}

async function viewOf(opened: Output<'editor.open'>, versionReference: string): Promise<EditorState> {
  const envelope = await call('versions.get', { version: versionReference })
  if (!envelope.ok) return { status: 'failed', failure: envelope.error }
  const version = envelope.data
  // The newest head opened by its number is the same as the tool opened by its name.
  if (version.id === opened.version?.id) return startingPoint(opened)
  return { ...fresh(opened.tool, version), unsavedElsewhere: opened.unsaved }
}

async function startingPoint(opened: Output<'editor.open'>): Promise<EditorState> {
  const { tool, version, starter, unsaved } = opened
  const untouched: EditorReady =
    version === null
      ? { ...blank(tool, workOfStarter(starter)), mode: tool.may.create_draft ? 'line' : 'view' }
      : fresh(tool, version)
  if (unsaved === null) return untouched

  // What was typed belongs to the version that it was typed on, also when that isn't the newest any more: saving will
  // then say so, and show both.
  const base =
    unsaved.base_version_id === version?.id || unsaved.base_version_id === null
      ? untouched
      : await baseOf(opened, unsaved.base_version_id)
  const work = workOfUnsaved(unsaved, base.saved)
  if (sameWork(work, base.saved)) return base
  return { ...base, mode: base.mode === 'view' ? 'line' : base.mode, work, restoredAt: unsaved.updated_at }
}

async function baseOf(opened: Output<'editor.open'>, versionId: string): Promise<EditorReady> {
  const envelope = await call('versions.get', { version: versionId })
  if (!envelope.ok) return { ...blank(opened.tool, workOfStarter(opened.starter)), mode: 'line' }
  const base = fresh(opened.tool, envelope.data)
  return envelope.data.state === 'draft' ? { ...base, mode: 'over' } : base
}

/** A version as it was saved. The head of a draft line may be typed in; any other is to look at (VR-3). */
export function fresh(tool: ToolView, version: VersionWithContent): EditorReady {
  const work = workOfVersion(version)
  const mayType = version.state === 'draft' && version.is_head && version.may.save_over
  return { ...blank(tool, work), base: version, mode: mayType ? 'over' : 'view' }
}

function blank(tool: ToolView, work: Work): EditorReady {
  return {
    status: 'ready',
    tool,
    base: null,
    mode: 'view',
    work,
    saved: work,
    restoredAt: null,
    unsavedElsewhere: null,
    setAside: null,
    conflict: null,
    busy: null,
  }
}
