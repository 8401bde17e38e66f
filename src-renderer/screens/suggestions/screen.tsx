import { Anchor, Button, SegmentedControl, Text } from '@mantine/core'
import { IconBulb, IconBulbOff } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { SuggestionView } from '../../../src-preload/contract/suggestions.ts'
import { usePages } from '../../bridge/pages.ts'
import { useAppCommands } from '../../commands.ts'
import { toHref } from '../../routes.ts'
import { useHasRole, useSession } from '../../session.tsx'
import { RowButton, type Column } from '../../ui/data-list.tsx'
import { Page, Toolbar } from '../../ui/page.tsx'
import { PagedList } from '../../ui/paged-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Tags } from '../../ui/tags.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { useSuggestionFilter, type SuggestionFilter } from './state.ts'
import { SuggestionBadge } from './status-badge.tsx'
import { SuggestDialog } from './suggest-dialog.tsx'
import { SuggestionDialog } from './suggestion-dialog.tsx'
import styles from './suggestions.module.css'

/** Proposals for new tools, from what was wished for to the tool that it became. */
export function SuggestionsScreen() {
  const { member } = useSession()
  const seesAll = useHasRole('admin')
  const [filter, setFilter] = useSuggestionFilter(member)
  const suggestions = usePages('suggestions.list', { status: filter === 'all' ? null : filter })
  const [isSuggesting, setIsSuggesting] = useState(false)
  const [opened, setOpened] = useState<SuggestionView | null>(null)
  const suggest = () => setIsSuggesting(true)
  useAppCommands([
    {
      id: 'suggestion.new',
      group: 'Suggestions',
      label: 'Suggest a tool',
      keys: 'n',
      keywords: ['propose', 'wish'],
      run: suggest,
    },
  ])
  const suggestButton = (
    <Button leftSection={<IconBulb size={17} />} onClick={suggest}>
      Suggest a tool
    </Button>
  )
  return (
    <Page
      title="Suggestions"
      description={
        seesAll ? 'What people wish for, and what became of it.' : 'What you wished for, and what became of it.'
      }
      actions={suggestButton}
    >
      <Toolbar label="Filter suggestions">
        <SegmentedControl
          aria-label="State"
          value={filter}
          onChange={(value) => setFilter(value as SuggestionFilter)}
          data={[
            { value: 'pending', label: 'Waiting' },
            { value: 'accepted', label: 'Accepted' },
            { value: 'modified', label: 'Changed' },
            { value: 'denied', label: 'Denied' },
            { value: 'all', label: 'All' },
          ]}
        />
      </Toolbar>
      <PagedList
        label="Suggestions"
        pages={suggestions}
        columns={columnsFor(filter, setOpened)}
        keyOf={(suggestion) => suggestion.id}
        empty={<NoSuggestions filter={filter} action={suggestButton} onShowAll={() => setFilter('all')} />}
      />
      <SuggestDialog
        isOpen={isSuggesting}
        onClose={() => setIsSuggesting(false)}
        onSubmitted={() => filter !== 'all' && setFilter('pending')}
      />
      <SuggestionDialog suggestion={opened} onClose={() => setOpened(null)} />
    </Page>
  )
}

const TOOL: Column<SuggestionView> = {
  id: 'tool',
  label: 'Tool',
  track: 'minmax(6rem, 1fr)',
  cell: ({ tool_slug }) =>
    tool_slug !== null && (
      <Anchor size="sm" className="mono" href={toHref({ screen: 'editor', tool: tool_slug })}>
        {tool_slug}
      </Anchor>
    ),
}

function columnsFor(filter: SuggestionFilter, onOpen: (suggestion: SuggestionView) => void): Column<SuggestionView>[] {
  const hasTools = filter !== 'pending' && filter !== 'denied'
  return [
    {
      id: 'suggestion',
      label: 'Suggestion',
      track: 'minmax(12rem, 3fr)',
      cell: (suggestion) => (
        <div className={styles['cell']}>
          <RowButton onClick={() => onOpen(suggestion)}>{suggestion.title}</RowButton>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {suggestion.description}
          </Text>
        </div>
      ),
    },
    {
      id: 'state',
      label: 'State',
      track: '10.5rem',
      cell: (suggestion) => <SuggestionBadge status={suggestion.status} />,
    },
    ...(hasTools ? [TOOL] : []),
    {
      id: 'for',
      label: 'For',
      track: 'minmax(6rem, 1.2fr)',
      narrow: 'hide',
      cell: ({ professions }) => <Tags tags={professions} label="Professions" />,
    },
    {
      id: 'by',
      label: 'By',
      track: 'minmax(5rem, 0.8fr)',
      cell: (suggestion) => (
        <Text component="span" size="sm">
          {suggestion.submitted_by_name}
        </Text>
      ),
    },
    {
      id: 'at',
      label: 'Suggested',
      track: '7.5rem',
      align: 'end',
      cell: (suggestion) => (
        <Text component="span" size="sm" c="dimmed">
          <TimeText at={suggestion.submitted_at} />
        </Text>
      ),
    },
  ]
}

interface NoSuggestionsProps {
  filter: SuggestionFilter
  action: ReactNode
  onShowAll(): void
}

function NoSuggestions({ filter, action, onShowAll }: NoSuggestionsProps) {
  if (filter === 'all') {
    return (
      <EmptyState icon={IconBulb} title="No suggestions yet" action={action}>
        A suggestion says what a new tool should do, and for whom. An admin decides; what is accepted becomes a tool.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={filter === 'pending' ? IconBulb : IconBulbOff}
      title={filter === 'pending' ? 'No suggestion waits' : 'None in this state'}
      action={
        <Button variant="default" onClick={onShowAll}>
          Show all
        </Button>
      }
    >
      {filter === 'pending' ? 'Everything that was suggested is decided.' : 'Others may be there.'}
    </EmptyState>
  )
}
