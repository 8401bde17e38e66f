import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { CodeEditor } from '../../code/code-editor.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import classes from './editor.module.css'
import { patch, ready } from './state.ts'
import type { Desk } from './use-desk.ts'

/** What people read before they run the tool, as Markdown and as it will look. */
export function UsagePart({ desk, onBlur }: { desk: Desk; onBlur: () => void }) {
  const { state, store } = desk
  const [shown, setShown] = useState(state.mode === 'view' ? 'preview' : 'write')
  const text = state.work.usage_instructions
  return (
    <div className={classes.fill}>
      <div className={classes.fillHead}>
        <span>Shown beside the form in the catalogue.</span>
        <SegmentedControl
          size="xs"
          data={[
            { value: 'write', label: 'Markdown' },
            { value: 'preview', label: 'Preview' },
          ]}
          value={shown}
          onChange={setShown}
          flex="none"
          aria-label="Markdown or preview"
        />
      </div>
      {shown === 'write' ? (
        <CodeEditor
          value={text}
          onChange={(usage_instructions) => patch(store, { work: { ...ready(store).work, usage_instructions } })}
          onBlur={onBlur}
          language="markdown"
          label="Instructions as Markdown"
          readOnly={state.mode === 'view'}
        />
      ) : (
        <div className={classes.scroll}>
          <h2 className="visually-hidden">Preview</h2>
          {text.trim() === '' ? 'No instructions yet.' : <Markdown text={text} />}
        </div>
      )}
    </div>
  )
}
