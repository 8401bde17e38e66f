import { Alert, Text, Title } from '@mantine/core'
import { IconKeyOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { KeyView } from '../../../src-preload/contract/members.ts'
import { useQuery } from '../../bridge/client.ts'
import { useHasRole, useSession } from '../../session.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import styles from './keys.module.css'
import { deviceColumns, keyColumns } from './lists.tsx'
import { OwnKey } from './own-key.tsx'
import { RevokeDeviceDialog, RevokeKeyDialog, type Device } from './revoke-dialogs.tsx'

/** What one signs with, and, for admins and above, all keys and devices of the workspace. */
export function KeysScreen() {
  const { member, workspace } = useSession()
  const isAdmin = useHasRole('admin')
  const keys = useQuery('keys.list', {})
  const items = keys.data?.items ?? []
  const own = items.find(
    (key) => key.member_id === member.id && key.device_id === workspace.device.id && key.status === 'active',
  )
  return (
    <Page
      title={isAdmin ? 'Keys and devices' : 'My key'}
      description="Whatever you do is signed with your key, so that anyone can later see that it was you."
      width={isAdmin ? 'list' : 'reading'}
    >
      {keys.data === undefined ? (
        keys.error === undefined ? (
          <LoadingState rows={4} rowHeight_px={52} label="Loading keys" />
        ) : (
          <ErrorState failure={keys.error} onRetry={keys.reload} />
        )
      ) : (
        <>
          {own === undefined ? (
            <Alert icon={<IconKeyOff size={18} />} color="gray" variant="light" title="You have no key on this device">
              It was ended, so that you can read here but sign nothing. A superuser can add you again.
            </Alert>
          ) : (
            <OwnKey ownKey={own} />
          )}
          {isAdmin && <AllKeys keys={items} ownKeyId={own?.id ?? null} />}
          {isAdmin && <AllDevices />}
        </>
      )}
    </Page>
  )
}

function AllKeys({ keys, ownKeyId }: { keys: readonly KeyView[]; ownKeyId: string | null }) {
  const mayRevoke = useHasRole('superuser')
  const [ending, setEnding] = useState<KeyView | null>(null)
  const inOrder = keys.toSorted((a, b) => Number(a.status === 'revoked') - Number(b.status === 'revoked'))
  return (
    <section className={styles['section']} aria-labelledby="all-keys">
      <div>
        <Title order={2} id="all-keys">
          All keys
        </Title>
        <Text size="sm" c="dimmed">
          One for each member on each device.{' '}
          {mayRevoke ? 'What an ended key signed stays valid.' : 'Only a superuser can end one.'}
        </Text>
      </div>
      <DataList
        label="All keys"
        columns={keyColumns(ownKeyId, mayRevoke ? setEnding : null)}
        items={inOrder}
        keyOf={(key) => key.id}
      />
      <RevokeKeyDialog subject={ending} onClose={() => setEnding(null)} />
    </section>
  )
}

function AllDevices() {
  const mayRevoke = useHasRole('superuser')
  const devices = useQuery('devices.list', {})
  const [ending, setEnding] = useState<Device | null>(null)
  return (
    <section className={styles['section']} aria-labelledby="all-devices">
      <Title order={2} id="all-devices">
        Devices
      </Title>
      {devices.data !== undefined ? (
        <DataList
          label="Devices"
          columns={deviceColumns(mayRevoke ? setEnding : null)}
          items={devices.data.items}
          keyOf={(device) => device.id}
        />
      ) : devices.error !== undefined ? (
        <ErrorState failure={devices.error} onRetry={devices.reload} />
      ) : (
        <LoadingState rows={1} rowHeight_px={52} label="Loading devices" />
      )}
      <RevokeDeviceDialog subject={ending} onClose={() => setEnding(null)} />
    </section>
  )
}
