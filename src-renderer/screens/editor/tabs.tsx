import { Tabs } from '@mantine/core'
import classes from './editor.module.css'
import type { Desk, DeskTab } from './use-desk.ts'

export function DeskTabs({ desk }: { desk: Desk }) {
  return (
    <Tabs value={desk.tab} onChange={(tab) => desk.setTab((tab ?? 'try') as DeskTab)} className={classes.tabs}>
      <Tabs.List aria-label="Parts of the tool">
        {!desk.wide && <Tabs.Tab value="code">Code</Tabs.Tab>}
        <Tabs.Tab value="try">Try it</Tabs.Tab>
        <Tabs.Tab value="form">
          Form{!desk.schema.ok && <span className={classes.dot} role="img" aria-label="has problems" />}
        </Tabs.Tab>
        <Tabs.Tab value="usage">Instructions</Tabs.Tab>
        <Tabs.Tab value="risk">
          Risk
          {(desk.decision.data?.risk_level ?? 'GREEN') !== 'GREEN' && (
            <span className={classes.dot} role="img" aria-label="asks for caution" />
          )}
        </Tabs.Tab>
      </Tabs.List>
    </Tabs>
  )
}
