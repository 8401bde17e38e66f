import { Text } from '@mantine/core'
import { IconBooks, IconEye } from '@tabler/icons-react'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { toHref } from '../../routes.ts'
import { ToneBadge } from '../../ui/badges.tsx'
import { RowLink, type Column } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/formats.ts'
import { Tags } from '../../ui/tags.tsx'
import styles from './library.module.css'

export const TOOL_COLUMNS: readonly Column<ToolView>[] = [
  {
    id: 'tool',
    label: 'Tool',
    track: 'minmax(12rem, 2.4fr)',
    cell: (tool) => (
      <div className={styles['tool']}>
        <Text lineClamp={2} lh={1.35} title={tool.title}>
          <RowLink href={toHref({ screen: 'editor', tool: tool.slug })}>{tool.title}</RowLink>
        </Text>
        <div className={styles['under']}>
          <Text component="span" size="xs" c="dimmed" className="mono" truncate title={tool.slug}>
            {tool.slug}
          </Text>
          <Tags tags={tool.tags} />
        </div>
      </div>
    ),
  },
  {
    id: 'active',
    label: 'Active version',
    track: '7rem',
    cell: (tool) =>
      tool.active_version_number === null ? (
        <Text component="span" size="sm" c="dimmed">
          None yet
        </Text>
      ) : (
        <Text component="span" size="sm" className="numeric">
          v{tool.active_version_number}
        </Text>
      ),
  },
  { id: 'work', label: 'Under way', track: 'minmax(9rem, 1fr)', cell: (tool) => <WorkUnderWay tool={tool} /> },
  {
    id: 'catalogue',
    label: 'Catalogue',
    track: '8rem',
    cell: (tool) =>
      tool.is_published ? (
        <ToneBadge tone="info" icon={IconBooks}>
          Published
        </ToneBadge>
      ) : (
        <Text component="span" size="sm" c="dimmed">
          Not published
        </Text>
      ),
  },
  {
    id: 'maintainers',
    label: 'Maintainers',
    track: 'minmax(7rem, 1fr)',
    narrow: 'hide',
    cell: (tool) => {
      const names = tool.maintainers.map((maintainer) => maintainer.name).join(', ')
      return (
        <Text size="sm" c="dimmed" truncate title={names}>
          {names === '' ? 'Nobody' : names}
        </Text>
      )
    },
  },
]

function WorkUnderWay({ tool }: { tool: ToolView }) {
  if (tool.in_review_count === 0 && tool.draft_count === 0) return null
  return (
    <span className={styles['work']}>
      {tool.in_review_count > 0 && (
        <ToneBadge tone="warn" icon={IconEye}>
          {tool.in_review_count} in review
        </ToneBadge>
      )}
      {tool.draft_count > 0 && (
        <Text component="span" size="sm" c="dimmed">
          {formatCount(tool.draft_count, 'draft')}
        </Text>
      )}
    </span>
  )
}
