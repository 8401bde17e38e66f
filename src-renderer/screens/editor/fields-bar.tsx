import { TextInput } from '@mantine/core'
import { useId } from 'react'
import { entrypointSchema } from '../../../src-main/domain/version.ts'
import classes from './editor.module.css'
import { patch, ready } from './state.ts'
import type { Desk } from './use-desk.ts'
import { arePackages, type Work } from './work.ts'

const ABOUT_PACKAGES = 'Libraries that the script can’t run without, by name'
const MAX_SUMMARY_LENGTH = 2000
const MAX_PACKAGES_LENGTH = 5000

/** Entrypoint, needs and change summary: short, and looked at before every save. */
export function FieldsBar({ desk }: { desk: Desk }) {
  return (
    <div className={classes.fields}>
      {desk.state.mode === 'view' ? <ShownFields desk={desk} /> : <EditedFields desk={desk} />}
    </div>
  )
}

/** As text, since none of it can be changed. */
function ShownFields({ desk: { state } }: { desk: Desk }) {
  const { entrypoint, packages_text } = state.work
  const summary = state.base?.change_summary ?? null
  return (
    <>
      <div className={classes.field}>
        <span>Entrypoint</span>
        <code className={classes.shown}>{entrypoint}</code>
      </div>
      {packages_text !== '' && (
        <div className={classes.field}>
          <span title={ABOUT_PACKAGES}>Needs</span>
          <span className={classes.shown} title={packages_text}>
            {packages_text}
          </span>
        </div>
      )}
      {summary !== null && (
        <div className={`${classes.field} ${classes.grow}`}>
          <span>What changed</span>
          <span className={classes.shown} title={summary}>
            {summary}
          </span>
        </div>
      )}
    </>
  )
}

function EditedFields({ desk: { state, store } }: { desk: Desk }) {
  const entrypointId = useId()
  const packagesId = useId()
  const summaryId = useId()
  const change = (part: Partial<Work>) => patch(store, { work: { ...ready(store).work, ...part } })
  const isEntrypoint = entrypointSchema.safeParse(state.work.entrypoint).success
  return (
    <>
      <div className={classes.field}>
        <label htmlFor={entrypointId}>Entrypoint</label>
        <TextInput
          id={entrypointId}
          size="xs"
          w={150}
          className="mono"
          value={state.work.entrypoint}
          error={!isEntrypoint && 'Not the name of a Python function'}
          spellCheck={false}
          onChange={(event) => change({ entrypoint: event.currentTarget.value })}
        />
      </div>
      <div className={classes.field}>
        <label htmlFor={packagesId} title={ABOUT_PACKAGES}>
          Needs
        </label>
        <TextInput
          id={packagesId}
          size="xs"
          w={190}
          value={state.work.packages_text}
          error={!arePackages(state.work.packages_text) && 'Not the names of packages'}
          maxLength={MAX_PACKAGES_LENGTH}
          placeholder="Libraries, such as pandas"
          spellCheck={false}
          onChange={(event) => change({ packages_text: event.currentTarget.value })}
        />
      </div>
      <div className={`${classes.field} ${classes.grow}`}>
        <label htmlFor={summaryId}>What changed</label>
        <TextInput
          id={summaryId}
          size="xs"
          value={state.work.change_summary}
          maxLength={MAX_SUMMARY_LENGTH}
          placeholder="Optional: one line for the history"
          onChange={(event) => change({ change_summary: event.currentTarget.value })}
        />
      </div>
    </>
  )
}
