import { Button } from '@mantine/core'
import { CodeEditor } from '../../code/code-editor.tsx'
import { formatCount } from '../../ui/formats.ts'
import classes from './editor.module.css'
import { EXAMPLE_SCHEMA } from './form-schema.ts'
import { patch, ready } from './state.ts'
import type { Desk } from './use-desk.ts'
import { schemaText } from './work.ts'

/** The form's fields as JSON. What is wrong is said by the place, under the text. */
export function FormPart({ desk, onBlur }: { desk: Desk; onBlur: () => void }) {
  const { state, store, schema } = desk
  const change = (input_schema_text: string) => patch(store, { work: { ...ready(store).work, input_schema_text } })
  const isEmpty = state.work.input_schema_text.trim() === ''
  return (
    <div className={classes.fill}>
      <div className={classes.fillHead}>
        <span>A list of fields as JSON. People fill them in before each run.</span>
        {isEmpty && state.mode !== 'view' && (
          <Button size="compact-xs" variant="default" onClick={() => change(schemaText(EXAMPLE_SCHEMA))}>
            Insert an example
          </Button>
        )}
      </div>
      <CodeEditor
        value={state.work.input_schema_text}
        onChange={change}
        onBlur={onBlur}
        language="json"
        label="Form fields as JSON"
        readOnly={state.mode === 'view'}
      />
      <div className={classes.fillFoot} role="status">
        {schema.ok ? (
          <span>
            {schema.fields === null
              ? 'No form: people can only add files.'
              : `${formatCount(schema.fields.length, 'field')}. “Try it” shows the form.`}
          </span>
        ) : (
          <ul className={classes.problemList}>
            {schema.problems.map((problem, index) => (
              <li key={index}>
                {problem.path !== '' && <span className={classes.path}>{problem.path}: </span>}
                {problem.message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}
