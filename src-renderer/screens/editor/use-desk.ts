import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Decision } from '../../../src-main/domain/decision/decision.ts'
import type { Field } from '../../../src-main/domain/field.ts'
import { useQuery, type Query } from '../../bridge/client.ts'
import type { CodeEditorHandle } from '../../code/code-editor.tsx'
import type { RunPanelHandle } from '../../run/run-panel.tsx'
import { parseFormSchema, type ParsedSchema } from './form-schema.ts'
import { save } from './save.ts'
import type { EditorReady, EditorStore } from './state.ts'

export type DeskTab = 'code' | 'try' | 'form' | 'usage' | 'risk'

/** What the parts of the editor share besides the text: which of them shows, and ways to lead from one to another. */
export interface Desk {
  store: EditorStore
  state: EditorReady
  wide: boolean
  tab: DeskTab
  setTab(tab: DeskTab): void
  schema: ParsedSchema
  /** The form as it was when it last made sense: what the run panel shows meanwhile. */
  fields: readonly Field[] | null
  /** The risk judgement on what was saved last. */
  decision: Query<Decision>
  code: React.RefObject<CodeEditorHandle | null>
  panel: React.RefObject<RunPanelHandle | null>
  locate(line: number, column: number): void
  saveNow(): void
  runNow(): void
}

const WIDE = '(min-width: 68rem)'

export function useDesk(store: EditorStore): Desk | null {
  const state = useStore(store)
  const wide = useMediaQuery(WIDE, window.matchMedia(WIDE).matches)
  const [chosen, setTab] = useState<DeskTab>('code')
  const code = useRef<CodeEditorHandle>(null)
  const panel = useRef<RunPanelHandle>(null)
  const schemaText = state.status === 'ready' ? state.work.input_schema_text : ''
  const schema = useMemo(() => parseFormSchema(schemaText), [schemaText])
  const lastFields = useRef<readonly Field[] | null>(null)
  if (schema.ok) lastFields.current = schema.fields
  const savedId = state.status === 'ready' ? (state.base?.id ?? null) : null
  const decision = useQuery('versions.decision', savedId === null ? null : { version: savedId }, { keepPrevious: true })

  if (state.status !== 'ready') return null
  const tab = wide && chosen === 'code' ? 'try' : chosen
  return {
    store,
    state,
    wide,
    tab,
    setTab,
    schema,
    fields: lastFields.current,
    decision,
    code,
    panel,
    locate(line, column) {
      setTab((now) => (wide ? now : 'code'))
      // Where it is narrow the text has to come into view before it can take the focus.
      setTimeout(() => code.current?.reveal(line, column), 0)
    },
    saveNow() {
      if (state.mode !== 'view') void save(store).then((outcome) => outcome === 'invalid_form' && setTab('form'))
    },
    runNow() {
      setTab('try')
      panel.current?.run()
    },
  }
}
