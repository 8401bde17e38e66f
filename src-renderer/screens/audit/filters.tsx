import { Button, Select } from '@mantine/core'
import { useQuery } from '../../bridge/client.ts'
import { MemberFilter } from '../../ui/member-filter.tsx'
import { Toolbar } from '../../ui/page.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { TimeSpanFilter } from '../../ui/time-span-filter.tsx'
import { ToolFilter } from '../run-history/tool-filter.tsx'
import { EVENT_TYPES } from './event-types.ts'
import { NO_AUDIT_FILTERS, useAuditFilters } from './state.ts'

interface AuditFilterBarProps {
  isFiltered: boolean
  /** The search box keeps what is typed to itself, so that clearing has to start it anew. */
  generation: number
  onClear(): void
}

export function AuditFilterBar({ isFiltered, generation, onClear }: AuditFilterBarProps) {
  const { tool, member_id, type, span, text } = useAuditFilters()
  const set = useAuditFilters.setState
  const members = useQuery('members.list', {})
  return (
    <Toolbar label="Filter events">
      <SearchBox key={generation} label="Search events" value={text} onChange={(value) => set({ text: value })} />
      <ToolFilter value={tool} onChange={(value) => set({ tool: value })} />
      <MemberFilter
        label="Member"
        members={members.data?.items ?? []}
        placeholder="Anybody"
        value={member_id}
        onChange={(value) => set({ member_id: value })}
      />
      <Select
        aria-label="Type"
        placeholder="Any type"
        w={220}
        clearable
        searchable
        value={type}
        onChange={(value) => set({ type: value })}
        nothingFoundMessage="No type matches"
        data={EVENT_TYPES}
      />
      <TimeSpanFilter value={span} onChange={(value) => set({ span: value })} />
      {isFiltered && (
        <Button variant="subtle" color="gray" onClick={onClear}>
          Clear
        </Button>
      )}
    </Toolbar>
  )
}

export function clearAuditFilters(): void {
  useAuditFilters.setState(NO_AUDIT_FILTERS)
}
