import { Button, Text } from '@mantine/core'
import {
  IconDatabaseExport,
  IconDatabaseOff,
  IconRestore,
  IconShieldCheck,
  IconShieldQuestion,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { BackupView } from '../../../src-preload/contract/backups.ts'
import { useQuery } from '../../bridge/client.ts'
import { useAppCommands } from '../../commands.ts'
import { Banner } from '../../run/banner.tsx'
import { CopyAction } from '../../run/copy-action.tsx'
import { useHasRole } from '../../session.tsx'
import { ToneBadge } from '../../ui/badges.tsx'
import { DataList, type Column } from '../../ui/data-list.tsx'
import { formatBytes, formatCount, formatExactTime } from '../../ui/formats.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './backups.module.css'
import { CreateBackupDialog } from './create-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { useRestored } from './state.ts'

const ABOUT =
  'The app makes one each day and before it changes its tables, and keeps those of 7 days and 4 weeks. ' +
  'Copy them to another disk now and then.'

/** Copies of the whole workspace: those that the app makes by itself, and those made by hand. */
export function BackupsScreen() {
  const mayRestore = useHasRole('superuser')
  const backups = useQuery('backups.list', {})
  const { restored } = useRestored()
  const [isCreating, setIsCreating] = useState(false)
  const [restoring, setRestoring] = useState<string | null>(null)
  const create = () => setIsCreating(true)
  useAppCommands([
    { id: 'backup.create', group: 'Backups', label: 'Make a backup', keys: 'n', run: create },
    ...(mayRestore
      ? [{ id: 'backup.restore', group: 'Backups', label: 'Restore a backup from a file', run: () => setRestoring('') }]
      : []),
  ])
  const createButton = (
    <Button leftSection={<IconDatabaseExport size={17} aria-hidden />} onClick={create}>
      Make a backup
    </Button>
  )
  return (
    <Page
      title="Backups"
      description={ABOUT}
      actions={
        <>
          {mayRestore && (
            <Button variant="default" onClick={() => setRestoring('')}>
              Restore from a file…
            </Button>
          )}
          {createButton}
        </>
      }
    >
      {restored !== null && (
        <div role="status">
          <Banner tone="warn" title="Close the app and start it again to go on with the backup">
            {formatCount(restored.restored_events, 'event')} were verified and take their place at the next start. What
            you do until then stays in the present history, which is kept as <code>{restored.kept_as}</code>.
          </Banner>
        </div>
      )}
      {backups.data === undefined ? (
        backups.error === undefined ? (
          <LoadingState rows={4} rowHeight_px={52} label="Loading backups" />
        ) : (
          <ErrorState failure={backups.error} onRetry={backups.reload} />
        )
      ) : backups.data.items.length === 0 ? (
        <EmptyState icon={IconDatabaseOff} title="No backup yet" action={createButton}>
          The first one is made by itself within a day. You can also make one now.
        </EmptyState>
      ) : (
        <DataList
          label="Backups"
          columns={columnsFor(mayRestore ? setRestoring : null)}
          items={backups.data.items}
          keyOf={(backup) => backup.path}
        />
      )}
      <CreateBackupDialog isOpen={isCreating} onClose={() => setIsCreating(false)} onCreated={backups.reload} />
      <RestoreDialog
        path={restoring}
        onClose={() => setRestoring(null)}
        onRestored={(answer) => useRestored.setState({ restored: answer })}
      />
    </Page>
  )
}

function columnsFor(onRestore: ((path: string) => void) | null): Column<BackupView>[] {
  return [
    {
      id: 'when',
      label: 'Made',
      track: 'minmax(10.5rem, 1fr)',
      cell: ({ created_at }) => (
        <div>
          <Text size="sm" fw={560}>
            {formatExactTime(new Date(created_at))}
          </Text>
          <Text size="xs" c="dimmed">
            <TimeText at={created_at} />
          </Text>
        </div>
      ),
    },
    {
      id: 'what',
      label: 'Holds',
      track: '6rem',
      cell: ({ events, bytes }) => (
        <div>
          {events > 0 && (
            <Text size="sm" className="numeric">
              {formatCount(events, 'event')}
            </Text>
          )}
          <Text size="xs" c="dimmed" className="numeric">
            {formatBytes(bytes)}
          </Text>
        </div>
      ),
    },
    {
      id: 'verified',
      label: 'Checked',
      track: '7rem',
      cell: ({ verified }) =>
        verified ? (
          <ToneBadge tone="good" icon={IconShieldCheck}>
            Verified
          </ToneBadge>
        ) : (
          <ToneBadge tone="warn" icon={IconShieldQuestion}>
            Not verified
          </ToneBadge>
        ),
    },
    {
      id: 'where',
      label: 'File',
      track: 'minmax(8rem, 3fr)',
      cell: ({ path }) => (
        <span className={styles['path']}>
          <Text component="code" size="xs" truncate title={path}>
            {nameOf(path)}
          </Text>
          <CopyAction label={`Copy the path of ${nameOf(path)}`} text={() => path} />
        </span>
      ),
    },
    ...(onRestore === null ? [] : [restoreColumn(onRestore)]),
  ]
}

function restoreColumn(onRestore: (path: string) => void): Column<BackupView> {
  return {
    id: 'restore',
    label: 'Actions',
    track: '8rem',
    align: 'end',
    cell: ({ path }) => (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconRestore size={14} aria-hidden />}
        aria-label={`Restore ${nameOf(path)}`}
        onClick={() => onRestore(path)}
      >
        Restore…
      </Button>
    ),
  }
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
