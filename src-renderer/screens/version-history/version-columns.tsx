import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconArrowBackUp, IconDots, IconEye, IconGitCompare, IconPackageExport, IconPencil } from '@tabler/icons-react'
import type { Output } from '../../../src-preload/contract/contract.ts'
import type { VersionView } from '../../../src-preload/contract/views.ts'
import { toHref } from '../../routes.ts'
import { StateBadge } from '../../ui/badges.tsx'
import { RowLink, type Column } from '../../ui/data-list.tsx'
import { TimeText } from '../../ui/time-text.tsx'

type Decision = Output<'versions.decisions'>['items'][number]

interface ColumnOptions {
  decisions: readonly Decision[]
  activeId: string | null
  onCompare(from: string, to: string): void
  onRollBack(version: VersionView): void
  onPack(version: VersionView): void
}

export function versionColumns({ decisions, ...menu }: ColumnOptions): Column<VersionView>[] {
  return [
    {
      id: 'version',
      label: 'Version',
      track: '3.5rem',
      cell: (version) => (
        <RowLink href={editorHref(version)}>
          {version.version_number === null ? 'pending' : `v${version.version_number}`}
        </RowLink>
      ),
    },
    { id: 'state', label: 'State', track: '7rem', cell: (version) => <StateBadge state={version.state} /> },
    {
      id: 'what',
      label: 'What changed',
      track: 'minmax(11rem, 3fr)',
      narrow: 'line',
      cell: (version) => <What version={version} decisions={decisions} />,
    },
    { id: 'by', label: 'By', track: 'minmax(6rem, 1fr)', cell: (version) => version.created_by_name },
    { id: 'at', label: 'When', track: '6.5rem', cell: (version) => <TimeText at={version.created_at} /> },
    {
      id: 'menu',
      label: 'Actions',
      track: '2rem',
      align: 'end',
      narrow: 'corner',
      cell: (version) => <VersionMenu version={version} {...menu} />,
    },
  ]
}

/** The summary, then what was said on the way: the submitter's note, the verdicts' messages. */
function What({ version, decisions }: { version: VersionView; decisions: readonly Decision[] }) {
  const messages = decisions.filter(
    ({ version_id, verdict, message }) =>
      version_id === version.id && verdict === 'changes_requested' && message !== null,
  )
  return (
    <div>
      <Text size="sm" {...(version.change_summary === null ? { c: 'dimmed' } : {})} lineClamp={2}>
        {version.change_summary ?? 'No summary'}
      </Text>
      {version.state === 'draft' && !version.is_head && (
        <Text size="xs" c="dimmed">
          Saved over by a later version
        </Text>
      )}
      {version.review_note !== null && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          Note: {version.review_note}
        </Text>
      )}
      {messages.map((decision) => (
        <Text key={decision.id} size="xs" c="dimmed" lineClamp={3}>
          {decision.by_name}: {decision.message}
        </Text>
      ))}
    </div>
  )
}

function VersionMenu({
  version,
  activeId,
  onCompare,
  onRollBack,
  onPack,
}: { version: VersionView } & Omit<ColumnOptions, 'decisions'>) {
  const parent = version.derived_from_version_id
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for version ${version.version_number ?? 'pending'}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={editorHref(version)} leftSection={<IconPencil size={15} />}>
          Open in the editor
        </Menu.Item>
        {version.submitted_for_review_at !== null && (
          <Menu.Item
            component="a"
            href={toHref({ screen: 'review', version: version.id })}
            leftSection={<IconEye size={15} />}
          >
            Open the review
          </Menu.Item>
        )}
        {activeId !== null && activeId !== version.id && (
          <Menu.Item leftSection={<IconGitCompare size={15} />} onClick={() => onCompare(activeId, version.id)}>
            Compare with the active version
          </Menu.Item>
        )}
        {parent !== null && (
          <Menu.Item leftSection={<IconGitCompare size={15} />} onClick={() => onCompare(parent, version.id)}>
            Compare with what it came from
          </Menu.Item>
        )}
        {version.may.roll_back_to && (
          <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => onRollBack(version)}>
            Roll back to this…
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPackageExport size={15} />} onClick={() => onPack(version)}>
          Export evidence pack…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** One version in the editor; a pending one has no number yet and is named by its id. */
function editorHref(version: VersionView): string {
  return toHref({ screen: 'editor', tool: `${version.tool_slug}@${version.version_number ?? version.id}` })
}
