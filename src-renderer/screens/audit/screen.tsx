import { Anchor, Button, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconFileExport, IconFileSearch, IconListSearch, IconShieldCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { AuditEvent } from '../../../src-preload/contract/audit.ts'
import { usePages } from '../../bridge/pages.ts'
import { useAppCommands } from '../../commands.ts'
import { toHref } from '../../routes.ts'
import { RowButton, type Column } from '../../ui/data-list.tsx'
import { Page } from '../../ui/page.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './audit.module.css'
import { CheckFileDialog } from './check-file-dialog.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { eventLabel } from '../../../src-main/domain/event-words.ts'
import { ExportDialog } from './export-dialog.tsx'
import { AuditFilterBar, clearAuditFilters } from './filters.tsx'
import { OutcomeBadge } from './outcome-badge.tsx'
import { useAuditFilters } from './state.ts'
import { useVerification } from './use-verification.ts'
import { VerificationBanner, VerifyingBanner } from './verification-banner.tsx'

/** Everything that ever happened, as it was signed, and the proof that it is whole (TR-7). */
export function AuditScreen() {
  const { tool, member_id, type, span, text } = useAuditFilters()
  const events = usePages('audit.list', { tool, member_id, type, since: span.since, until: span.until, text })
  const isFiltered = tool !== null || member_id !== null || type !== null || span.preset !== 'any' || text !== ''
  const [generation, setGeneration] = useState(0)
  const [opened, setOpened] = useState<AuditEvent | null>(null)
  const [dialog, setDialog] = useState<'export' | 'check' | null>(null)
  const { state, verify, dismiss } = useVerification()
  const clear = () => {
    clearAuditFilters()
    setGeneration((before) => before + 1)
  }
  useAppCommands([
    { id: 'audit.verify', group: 'Audit', label: 'Verify the history', keywords: ['proof', 'signatures'], run: verify },
    { id: 'audit.export', group: 'Audit', label: 'Export the history', run: () => setDialog('export') },
    { id: 'audit.check', group: 'Audit', label: 'Check an exported history', run: () => setDialog('check') },
  ])
  return (
    <Page
      title="Audit"
      description="Every change ever made here, signed by whoever made it, newest first."
      actions={
        <>
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={15} aria-hidden />}>
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconFileExport size={16} />} onClick={() => setDialog('export')}>
                Export the history…
              </Menu.Item>
              <Menu.Item leftSection={<IconFileSearch size={16} />} onClick={() => setDialog('check')}>
                Check an exported history…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button
            leftSection={<IconShieldCheck size={17} aria-hidden />}
            loading={state.kind === 'running'}
            onClick={verify}
          >
            Verify the history
          </Button>
        </>
      }
    >
      {state.kind === 'running' && <VerifyingBanner sinceMs={state.sinceMs} />}
      {state.kind === 'done' && (
        <VerificationBanner verification={state.verification} subject="The history" onDismiss={dismiss} />
      )}
      <AuditFilterBar isFiltered={isFiltered} generation={generation} onClear={clear} />
      <PagedList
        label="Events"
        pages={events}
        columns={columnsFor(setOpened)}
        keyOf={(event) => event.id}
        empty={
          <EmptyState
            icon={IconListSearch}
            title="No event matches"
            action={
              isFiltered && (
                <Button variant="default" onClick={clear}>
                  Clear the filters
                </Button>
              )
            }
          >
            Widen the filters to see more.
          </EmptyState>
        }
      />
      <EventDrawer event={opened} onClose={() => setOpened(null)} />
      <ExportDialog isOpen={dialog === 'export'} onClose={() => setDialog(null)} />
      <CheckFileDialog isOpen={dialog === 'check'} onClose={() => setDialog(null)} />
    </Page>
  )
}

function columnsFor(onOpen: (event: AuditEvent) => void): Column<AuditEvent>[] {
  return [
    {
      id: 'what',
      label: 'What happened',
      track: 'minmax(14rem, 4fr)',
      cell: (event) => (
        <div>
          <div className={styles['sentence']}>
            <RowButton onClick={() => onOpen(event)}>
              <span className={styles['who']}>{event.member_name}</span> {event.summary}
            </RowButton>
          </div>
          <Text size="xs" c="dimmed">
            <span className="numeric">{event.order_number}</span> · {eventLabel(event.type)}
          </Text>
        </div>
      ),
    },
    {
      id: 'tool',
      label: 'Tool',
      track: 'minmax(6rem, 1fr)',
      cell: ({ tool_slug }) =>
        tool_slug !== null && (
          <Anchor size="sm" className="mono" href={toHref({ screen: 'version-history', tool: tool_slug })}>
            {tool_slug}
          </Anchor>
        ),
    },
    {
      id: 'outcome',
      label: 'Outcome',
      track: '8rem',
      cell: ({ outcome }) =>
        outcome === 'applied' ? (
          <Text component="span" size="sm" c="dimmed">
            Applied
          </Text>
        ) : (
          <OutcomeBadge outcome={outcome} />
        ),
    },
    {
      id: 'at',
      label: 'When',
      track: '7.5rem',
      align: 'end',
      cell: ({ at }) => (
        <Text component="span" size="sm" c="dimmed">
          <TimeText at={at} />
        </Text>
      ),
    },
  ]
}
