import { call } from '../../bridge/client.ts'
import { navigate, toHref, type Route } from '../../routes.ts'
import { openEditor, patch } from './state.ts'
import type { Desk } from './use-desk.ts'
import { workOfUnsaved } from './work.ts'

/**
 * What is shown becomes the start of a new line. There is one place for unsaved work: work that is there goes
 * first.
 */
export function newDraftFromThis({ store, state }: Desk): void {
  if (state.unsavedElsewhere === null) patch(store, { mode: 'line' })
  else document.getElementById(UNSAVED_ELSEWHERE_ID)?.focus()
}

export const UNSAVED_ELSEWHERE_ID = 'unsaved-elsewhere'

/** The tool as it opens by its name: at unsaved work, else at the newest draft. */
export function openNewest({ store, state }: Desk): void {
  const newest: Route = { screen: 'editor', tool: state.tool.slug }
  if (location.hash === toHref(newest)) void openEditor(store, state.tool.slug, null)
  else navigate(newest)
}

/** It can be brought back until something new is typed. */
export async function discardUnsavedElsewhere({ store, state }: Desk): Promise<void> {
  const unsaved = state.unsavedElsewhere
  const envelope = await call('editor.keep', { tool: state.tool.slug, unsaved: null })
  if (!envelope.ok || unsaved === null) return
  patch(store, { unsavedElsewhere: null, mode: 'line', setAside: workOfUnsaved(unsaved, state.saved) })
}
