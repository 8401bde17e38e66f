import { useDebouncedValue } from '@mantine/hooks'
import { useMemo } from 'react'
import { RunPanel } from '../../run/run-panel.tsx'
import type { RunSubject } from '../../run/subject.ts'
import classes from './editor.module.css'
import { FormPart } from './form-part.tsx'
import { RiskPart } from './risk-part.tsx'
import { savedVersionToRun } from './save.ts'
import { UsagePart } from './usage-part.tsx'
import type { Desk } from './use-desk.ts'
import { validPackages } from './work.ts'

const SETTLED_MS = 600

/**
 * What goes with the code. The run panel stays while another part shows, so that a run and a filled form aren't
 * lost.
 */
export function SidePart({ desk, onBlur }: { desk: Desk; onBlur: () => void }) {
  const { state, store, fields, setTab } = desk
  const { slug } = state.tool
  const version = state.base?.id ?? null
  // Half a name would only be told to be missing.
  const [needs] = useDebouncedValue(state.work.packages_text, SETTLED_MS)
  const packages = useMemo(() => validPackages(needs), [needs])
  const subject = useMemo<RunSubject>(
    () => ({
      kind: 'sandbox',
      tool: slug,
      version,
      inputSchema: fields,
      packages,
      prepare: () => savedVersionToRun(store, () => setTab('form')),
    }),
    [slug, version, fields, packages, store, setTab],
  )
  return (
    <div className={classes.side} hidden={desk.tab === 'code'}>
      <div className={classes.scroll} hidden={desk.tab !== 'try'}>
        <RunPanel ref={desk.panel} subject={subject} onLocate={desk.locate} onReveal={() => setTab('try')} />
      </div>
      {desk.tab === 'form' && <FormPart desk={desk} onBlur={onBlur} />}
      {desk.tab === 'usage' && <UsagePart desk={desk} onBlur={onBlur} />}
      {desk.tab === 'risk' && <RiskPart desk={desk} />}
    </div>
  )
}
