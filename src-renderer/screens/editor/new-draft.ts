import { call } from '../../bridge/client.ts'
import { navigate } from '../../routes.ts'
import { patch } from './state.ts'
import type { Desk } from './use-desk.ts'

/**
 * What is shown becomes the start of a new line. There is one place for unsaved work: work that is there goes
 * first.
 */
export function newDraftFromThis({ store, state }: Desk): void {
  if (state.unsavedElsewhere === null) patch(store, { mode: 'line' })
  else document.getElementById(UNSAVED_ELSEWHERE_ID)?.focus()
}

export const UNSAVED_ELSEWHERE_ID = 'unsaved-elsewhere'

export function goToUnsaved({ state }: Desk): void {
  navigate({ screen: 'editor', tool: state.tool.slug })
}

export async function discardUnsavedElsewhere({ store, state }: Desk): Promise<void> {
  const envelope = await call('editor.keep', { tool: state.tool.slug, unsaved: null })
  if (envelope.ok) patch(store, { unsavedElsewhere: null, mode: 'line' })
}
