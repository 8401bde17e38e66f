import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconFolderDown, IconPlus, IconSearchOff, IconTools } from '@tabler/icons-react'
import { useState } from 'react'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { usePages } from '../../bridge/pages.ts'
import { useAppCommands } from '../../commands.ts'
import { useHasRole, useSession } from '../../session.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { Page, Toolbar } from '../../ui/page.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import { SearchBox } from '../../ui/search-box.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { TOOL_COLUMNS } from './columns.tsx'
import { DetailsDialog } from './details-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { MaintainersDialog } from './maintainers-dialog.tsx'
import { NewToolDialog } from './new-tool-dialog.tsx'
import { SeedDialog } from './seed-dialog.tsx'
import { useLibraryFilters, type LibraryFilters } from './state.ts'
import { ToolMenu } from './tool-menu.tsx'

type Dialog = { kind: 'new' | 'seed' } | { kind: 'details' | 'maintainers' | 'export'; tool: ToolView } | null

/** The tools that a member works on. */
export function LibraryScreen() {
  const { member } = useSession()
  const mayCreate = useHasRole('admin')
  const [filters, setFilters] = useLibraryFilters(member)
  const [dialog, setDialog] = useState<Dialog>(null)
  const tools = usePages('tools.list', {
    text: filters.text,
    mine: filters.mine,
    published: filters.shelf === 'all' ? null : filters.shelf === 'published',
  })
  const openNew = () => setDialog({ kind: 'new' })
  const openSeed = () => setDialog({ kind: 'seed' })
  useAppCommands(
    mayCreate
      ? [
          { id: 'tool.new', group: 'Tools', label: 'New tool', keys: 'n', keywords: ['create', 'add'], run: openNew },
          {
            id: 'tool.seed',
            group: 'Tools',
            label: 'Seed tools from a folder',
            keywords: ['import', 'script bank'],
            run: openSeed,
          },
        ]
      : [],
  )

  const newTool = mayCreate && (
    <Button leftSection={<IconPlus size={17} />} onClick={openNew}>
      New tool
    </Button>
  )
  const columns: Column<ToolView>[] = [
    ...TOOL_COLUMNS,
    {
      id: 'menu',
      label: 'Actions',
      track: '2rem',
      align: 'end',
      narrow: 'corner',
      cell: (tool) => (
        <ToolMenu
          tool={tool}
          onEditDetails={() => setDialog({ kind: 'details', tool })}
          onEditMaintainers={() => setDialog({ kind: 'maintainers', tool })}
          onExport={() => setDialog({ kind: 'export', tool })}
        />
      ),
    },
  ]
  const closeDialog = () => setDialog(null)

  const actions = mayCreate && (
    <>
      <Button variant="default" leftSection={<IconFolderDown size={17} />} onClick={openSeed}>
        Seed from a folder…
      </Button>
      {newTool}
    </>
  )
  return (
    <Page title="Tools" description="Write, try out and send tools to review." actions={actions || undefined}>
      <Toolbar label="Find tools">
        <SearchBox label="Search tools" value={filters.text} onChange={(text) => setFilters({ text })} />
        <SegmentedControl
          aria-label="Whose tools"
          value={filters.mine ? 'mine' : 'all'}
          onChange={(value) => setFilters({ mine: value === 'mine' })}
          data={[
            { value: 'mine', label: 'I maintain' },
            { value: 'all', label: 'All' },
          ]}
        />
        <Select
          aria-label="In the catalogue or not"
          w={160}
          allowDeselect={false}
          value={filters.shelf}
          onChange={(value) => setFilters({ shelf: (value ?? 'all') as LibraryFilters['shelf'] })}
          data={[
            { value: 'all', label: 'Published or not' },
            { value: 'published', label: 'Published' },
            { value: 'unpublished', label: 'Not published' },
          ]}
        />
      </Toolbar>

      <PagedList
        label="Tools"
        pages={tools}
        columns={columns}
        keyOf={(tool) => tool.id}
        empty={<NoTools filters={filters} mayCreate={mayCreate} onNew={openNew} onChange={setFilters} />}
      />

      <NewToolDialog isOpen={dialog?.kind === 'new'} onClose={closeDialog} />
      <DetailsDialog tool={dialog?.kind === 'details' ? dialog.tool : null} onClose={closeDialog} />
      <SeedDialog isOpen={dialog?.kind === 'seed'} onClose={closeDialog} />
      <ExportDialog tool={dialog?.kind === 'export' ? dialog.tool : null} onClose={closeDialog} />
      <MaintainersDialog tool={dialog?.kind === 'maintainers' ? dialog.tool : null} onClose={closeDialog} />
    </Page>
  )
}

interface NoToolsProps {
  filters: LibraryFilters
  mayCreate: boolean
  onNew(): void
  onChange(change: Partial<LibraryFilters>): void
}

function NoTools({ filters, mayCreate, onNew, onChange }: NoToolsProps) {
  if (filters.text !== '' || filters.shelf !== 'all') {
    return (
      <EmptyState
        icon={IconSearchOff}
        title="No tool matches"
        action={
          filters.mine ? (
            <Button variant="default" onClick={() => onChange({ mine: false })}>
              Look among all tools
            </Button>
          ) : (
            <Button variant="default" onClick={() => onChange({ shelf: 'all' })}>
              Published or not
            </Button>
          )
        }
      >
        Try fewer letters, or widen the filters.
      </EmptyState>
    )
  }
  if (filters.mine) {
    return (
      <EmptyState
        icon={IconTools}
        title="You maintain no tools yet"
        action={
          <Button variant="default" onClick={() => onChange({ mine: false })}>
            Show all tools
          </Button>
        }
      >
        {mayCreate ? 'Make one, or look at everybody’s.' : 'An admin can make you the maintainer of a tool.'}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={IconTools}
      title="No tools yet"
      action={
        mayCreate && (
          <Button leftSection={<IconPlus size={17} />} onClick={onNew}>
            New tool
          </Button>
        )
      }
    >
      {mayCreate
        ? 'A tool is a small Python script with a form in front of it. Make the first one.'
        : 'Once an admin makes one and you maintain it, it shows here.'}
    </EmptyState>
  )
}
