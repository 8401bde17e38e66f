import { Group, Modal } from '@mantine/core'
import { useQuery } from '../../bridge/client.ts'
import { VersionDiff } from '../../code/version-diff.tsx'
import { StateBadge } from '../../ui/badges.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'

/** Two versions side by side. */
export function CompareDialog({ from, to, onClose }: { from: string; to: string; onClose: () => void }) {
  const before = useQuery('versions.get', { version: from })
  const after = useQuery('versions.get', { version: to })
  const failure = before.error ?? after.error
  return (
    <Modal opened onClose={onClose} size="min(1500px, 96vw)" title="Compare versions">
      <div style={{ display: 'flex', flexDirection: 'column', gap: 10, height: 'min(78vh, 1000px)' }}>
        {failure !== undefined ? (
          <ErrorState failure={failure} />
        ) : before.data === undefined || after.data === undefined ? (
          <LoadingState />
        ) : (
          <>
            <Group gap="lg" justify="space-between">
              <Side version={before.data} />
              <Side version={after.data} />
            </Group>
            {before.data.manifest_hash === after.data.manifest_hash && <span>They have the same content.</span>}
            <VersionDiff
              before={before.data}
              after={after.data}
              label={`${nameOf(before.data)} and ${nameOf(after.data)}`}
            />
          </>
        )}
      </div>
    </Modal>
  )
}

function Side({ version }: { version: VersionWithContent }) {
  return (
    <Group gap={8}>
      <StateBadge state={version.state} number={version.version_number} />
      <span>
        {version.created_by_name}, <TimeText at={version.created_at} />
      </span>
    </Group>
  )
}

function nameOf(version: VersionWithContent): string {
  return version.version_number === null ? 'pending version' : `v${version.version_number}`
}
