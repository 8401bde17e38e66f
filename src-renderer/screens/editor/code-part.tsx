import { Anchor } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircleX } from '@tabler/icons-react'
import { CodeEditor } from '../../code/code-editor.tsx'
import type { Marker } from '../../code/marker.ts'
import { formatCount } from '../../ui/formats.ts'
import classes from './editor.module.css'
import { isDirty, patch, ready } from './state.ts'
import type { Desk } from './use-desk.ts'
import type { KeepState } from './use-keep.ts'

interface CodePartProps {
  desk: Desk
  markers: readonly Marker[]
  keep: { state: KeepState; keepNow: () => void }
  hidden: boolean
}

export function CodePart({ desk, markers, keep, hidden }: CodePartProps) {
  const { state, store } = desk
  return (
    <div className={classes.code} hidden={hidden}>
      <CodeEditor
        ref={desk.code}
        value={state.work.source_code}
        onChange={(source_code) => patch(store, { work: { ...ready(store).work, source_code } })}
        onBlur={keep.keepNow}
        language="python"
        label={`Script of ${state.tool.title}`}
        readOnly={state.mode === 'view'}
        markers={markers}
      />
      <div className={classes.foot}>
        <ProblemSummary markers={markers} onLocate={desk.locate} />
        <span role="status">{keepText(desk, keep.state)}</span>
      </div>
    </div>
  )
}

function ProblemSummary({ markers, onLocate }: { markers: readonly Marker[]; onLocate: Desk['locate'] }) {
  const weight = { error: 0, warning: 1, hint: 2 }
  const first = markers.toSorted((a, b) => weight[a.severity] - weight[b.severity] || a.line - b.line)[0]
  if (first === undefined) {
    return (
      <span className={classes.footMessage}>
        <IconCheck size={13} aria-hidden /> No problems found
      </span>
    )
  }
  const SeverityIcon = first.severity === 'error' ? IconCircleX : IconAlertTriangle
  const tone = { error: 'bad', warning: 'warn', hint: 'neutral' }[first.severity]
  return (
    <span className={classes.footMessage} title={first.message}>
      <SeverityIcon size={13} aria-hidden color={`var(--app-tone-${tone})`} /> {formatCount(markers.length, 'problem')}{' '}
      ·{' '}
      <Anchor component="button" type="button" inherit onClick={() => onLocate(first.line, first.column)}>
        line {first.line}
      </Anchor>
      : {first.message}
    </span>
  )
}

function keepText(desk: Desk, keep: KeepState): string {
  const { state } = desk
  if (state.mode === 'view') return 'Read only'
  if (state.busy === 'saving') return 'Saving…'
  if (!isDirty(state)) return state.base === null ? 'Not saved yet' : 'All saved'
  if (keep === 'failed') return 'Unsaved, and it can’t be kept on this device'
  return keep === 'kept' ? 'Unsaved, kept on this device' : 'Unsaved'
}
