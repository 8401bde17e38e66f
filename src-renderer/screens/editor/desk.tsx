import { useAppCommands } from '../../commands.ts'
import { useLint } from '../../code/use-lint.ts'
import { CodePart } from './code-part.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import classes from './editor.module.css'
import { FieldsBar } from './fields-bar.tsx'
import { Notices } from './notices.tsx'
import { SidePart } from './side-part.tsx'
import type { EditorStore } from './state.ts'
import { DeskTabs } from './tabs.tsx'
import { EditorToolbar } from './toolbar.tsx'
import { useDesk } from './use-desk.ts'
import { useKeep } from './use-keep.ts'

/** Everything on the editor's screen: the text at the left, what goes with it at the right, or one at a time. */
export function EditorDesk({ store }: { store: EditorStore }) {
  const desk = useDesk(store)
  const keep = useKeep(store)
  const work = desk?.state.work
  const markers = useLint(work?.source_code ?? '', work?.entrypoint ?? 'run_tool')
  useAppCommands(
    desk === null
      ? []
      : [
          ...(desk.state.mode === 'view'
            ? []
            : [{ id: 'editor.save', label: 'Save a version', group: 'Editor', keys: 'mod+S', run: desk.saveNow }]),
          { id: 'editor.run', label: 'Try it in the sandbox', group: 'Editor', keys: 'mod+Enter', run: desk.runNow },
          { id: 'editor.code', label: 'Go to the code', group: 'Editor', run: () => desk.locate(1, 1) },
          { id: 'editor.form', label: 'Edit the form fields', group: 'Editor', run: () => desk.setTab('form') },
          { id: 'editor.risk', label: 'Show the risk decision', group: 'Editor', run: () => desk.setTab('risk') },
          { id: 'editor.usage', label: 'Edit the instructions', group: 'Editor', run: () => desk.setTab('usage') },
        ],
  )
  if (desk === null) return null

  return (
    <div className={classes.screen}>
      <EditorToolbar desk={desk} />
      <FieldsBar desk={desk} />
      <Notices desk={desk} />
      {/* One tree for wide and narrow windows, so that neither text nor run nor filled form is lost in between. */}
      <div className={classes.body} data-wide={desk.wide || undefined}>
        <CodePart desk={desk} markers={markers} keep={keep} hidden={!desk.wide && desk.tab !== 'code'} />
        <DeskTabs desk={desk} />
        <SidePart desk={desk} onBlur={keep.keepNow} />
      </div>
      <ConflictDialog desk={desk} />
    </div>
  )
}
