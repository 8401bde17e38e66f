import { VersionDecision } from '../../evidence/version-decision.tsx'
import classes from './editor.module.css'
import { hasContentChanges } from './state.ts'
import type { Desk } from './use-desk.ts'

/** The risk judgement on the saved version; what is typed since is judged when it is saved. */
export function RiskPart({ desk }: { desk: Desk }) {
  const { base } = desk.state
  const isTyped = desk.state.mode !== 'view' && hasContentChanges(desk.state)
  if (base === null) return <div className={classes.scroll}>Save a version: then it is judged here.</div>
  return (
    <div className={classes.scroll}>
      <h2 className="visually-hidden">Risk decision</h2>
      {isTyped && (
        <p className={classes.hint}>
          {base.version_number === null ? 'The saved version' : `v${base.version_number}`} as it was saved. Save to
          judge what you changed since.
        </p>
      )}
      <VersionDecision decision={desk.decision} onLocate={desk.locate} />
    </div>
  )
}
