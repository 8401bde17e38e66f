import { ActionIcon, Text } from '@mantine/core'
import { IconDevices, IconHelpCircle, IconKeyOff, IconPlugX } from '@tabler/icons-react'
import type { KeyView } from '../../../src-preload/contract/members.ts'
import { ToneBadge } from '../../ui/badges.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { ShortFingerprint } from './fingerprint.tsx'
import styles from './keys.module.css'
import { PROTECTIONS } from './protection.ts'
import { ownerOf, type Device } from './revoke-dialogs.tsx'

export function keyColumns(ownKeyId: string | null, onRevoke: ((key: KeyView) => void) | null): Column<KeyView>[] {
  return [
    {
      id: 'owner',
      label: 'Whose',
      track: 'minmax(9rem, 1.6fr)',
      cell: (key) => (
        <div className={styles[key.status]}>
          <Text component="span" size="sm" fw={560}>
            {ownerOf(key)}
          </Text>
          {key.id === ownKeyId && (
            <Text component="span" size="sm" c="dimmed">
              {' '}
              (yours here)
            </Text>
          )}
          {key.kind === 'system' && (
            <Text size="xs" c="dimmed">
              The device’s own, for what it records by itself
            </Text>
          )}
        </div>
      ),
    },
    { id: 'fingerprint', label: 'Fingerprint', track: '9.5rem', cell: (key) => <ShortFingerprint id={key.id} /> },
    {
      id: 'device',
      label: 'Device',
      track: 'minmax(4rem, 0.8fr)',
      cell: (key) => (
        <Text component="span" size="sm">
          {key.device_name}
        </Text>
      ),
    },
    { id: 'state', label: 'State', track: 'minmax(14.5rem, 1.2fr)', cell: (key) => <KeyState keyView={key} /> },
    {
      id: 'since',
      label: 'Admitted',
      track: '7.5rem',
      align: 'end',
      narrow: 'hide',
      cell: (key) => (
        <Text component="span" size="sm" c="dimmed">
          <TimeText at={key.admitted_at} />
        </Text>
      ),
    },
    {
      id: 'menu',
      label: 'Actions',
      track: '2rem',
      align: 'end',
      narrow: 'corner',
      cell: (key) =>
        onRevoke !== null &&
        key.status === 'active' &&
        key.kind === 'member' && (
          <ActionIcon aria-label={`End the key of ${ownerOf(key)}`} title="End the key" onClick={() => onRevoke(key)}>
            <IconKeyOff size={18} />
          </ActionIcon>
        ),
    },
  ]
}

function KeyState({ keyView }: { keyView: KeyView }) {
  const { status, is_unclaimed, protection, revoked_at, kind } = keyView
  if (status === 'revoked') {
    return (
      <span className={styles['state']}>
        <ToneBadge tone="neutral" icon={IconKeyOff}>
          Ended
        </ToneBadge>
        {revoked_at !== null && (
          <Text component="span" size="xs" c="dimmed">
            <TimeText at={revoked_at} />
          </Text>
        )}
      </span>
    )
  }
  return (
    <span className={styles['state']}>
      {is_unclaimed && (
        <ToneBadge
          tone="warn"
          icon={IconHelpCircle}
          title="Made for the member by somebody else; they haven’t protected it yet"
        >
          Unclaimed
        </ToneBadge>
      )}
      {protection !== null && kind === 'member' ? (
        <ToneBadge tone={PROTECTIONS[protection].tone}>{PROTECTIONS[protection].label}</ToneBadge>
      ) : (
        !is_unclaimed && <ToneBadge tone="good">In use</ToneBadge>
      )}
    </span>
  )
}

export function deviceColumns(onRevoke: ((device: Device) => void) | null): Column<Device>[] {
  return [
    {
      id: 'name',
      label: 'Device',
      track: 'minmax(9rem, 2fr)',
      cell: (device) => (
        <span className={styles['state']}>
          <IconDevices size={17} aria-hidden />
          <Text component="span" size="sm" fw={560} className={styles[device.status]}>
            {device.name}
          </Text>
          {device.is_this_device && (
            <Text component="span" size="sm" c="dimmed">
              this device
            </Text>
          )}
        </span>
      ),
    },
    {
      id: 'state',
      label: 'State',
      track: '9rem',
      cell: (device) =>
        device.status === 'active' ? (
          <ToneBadge tone="good">Takes part</ToneBadge>
        ) : (
          <ToneBadge tone="neutral" icon={IconPlugX}>
            Ended
          </ToneBadge>
        ),
    },
    {
      id: 'since',
      label: 'Admitted',
      track: '7.5rem',
      align: 'end',
      cell: (device) => (
        <Text component="span" size="sm" c="dimmed">
          <TimeText at={device.admitted_at} />
        </Text>
      ),
    },
    {
      id: 'menu',
      label: 'Actions',
      track: '2rem',
      align: 'end',
      narrow: 'corner',
      cell: (device) =>
        onRevoke !== null &&
        device.status === 'active' && (
          <ActionIcon
            aria-label={`End the part of ${device.name}`}
            title="End its part"
            onClick={() => onRevoke(device)}
          >
            <IconPlugX size={18} />
          </ActionIcon>
        ),
    },
  ]
}
