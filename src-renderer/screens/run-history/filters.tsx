import { Button, Select } from '@mantine/core'
import type { RiskLevel } from '../../../src-main/domain/decision/decision.ts'
import type { RunContext, RunStatus } from '../../../src-main/domain/run.ts'
import { useQuery } from '../../bridge/client.ts'
import { RISK_LABELS } from '../../evidence/risk-badge.tsx'
import { useHasRole } from '../../session.tsx'
import { MemberFilter } from '../../ui/member-filter.tsx'
import { Toolbar } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { TimeSpanFilter } from '../../ui/time-span-filter.tsx'
import { clearRunFilters, isFiltered, useRunFilters } from './state.ts'
import { ToolFilter } from './tool-filter.tsx'
import { VersionFilter } from './version-filter.tsx'

export function RunFilters() {
  const filters = useRunFilters()
  const { tool, version, member_id, status, context, risk, text, span, clearings } = filters
  const set = useRunFilters.setState
  const members = useQuery('members.list', {})
  // Only admins see the runs of others.
  const seesOthers = useHasRole('admin')
  return (
    <Toolbar label="Filter runs">
      <SearchBox key={clearings} label="Search runs" value={text} onChange={(value) => set({ text: value })} />
      <ToolFilter value={tool} onChange={(value) => set({ tool: value, version: null })} />
      <VersionFilter tool={tool} value={version} onChange={(value) => set({ version: value })} />
      {seesOthers && (
        <MemberFilter
          label="Member"
          members={members.data?.items ?? []}
          placeholder="Anybody"
          value={member_id}
          onChange={(value) => set({ member_id: value })}
        />
      )}
      <Select
        aria-label="Status"
        placeholder="Any status"
        w={130}
        clearable
        value={status}
        onChange={(value) => set({ status: value as RunStatus | null })}
        data={[
          { value: 'running', label: 'Running' },
          { value: 'succeeded', label: 'Succeeded' },
          { value: 'failed', label: 'Failed' },
          { value: 'timed_out', label: 'Timed out' },
        ]}
      />
      <Select
        aria-label="Context"
        placeholder="Any context"
        w={135}
        clearable
        value={context}
        onChange={(value) => set({ context: value as RunContext | null })}
        data={[
          { value: 'sandbox', label: 'Sandbox' },
          { value: 'production', label: 'Production' },
        ]}
      />
      <Select
        aria-label="Risk"
        placeholder="Any risk"
        w={125}
        clearable
        value={risk}
        onChange={(value) => set({ risk: value as RiskLevel | null })}
        data={Object.entries(RISK_LABELS).map(([value, label]) => ({ value, label }))}
      />
      <TimeSpanFilter value={span} onChange={(value) => set({ span: value })} />
      {isFiltered(filters) && (
        <Button variant="subtle" color="gray" onClick={clearRunFilters}>
          Clear
        </Button>
      )}
    </Toolbar>
  )
}
