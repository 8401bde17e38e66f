import { Button, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconLock, IconRefresh, IconShieldCheck, IconShieldLock } from '@tabler/icons-react'
import { useState } from 'react'
import type { KeyView } from '../../../src-preload/contract/members.ts'
import { useCommand } from '../../bridge/client.ts'
import { useAppCommands } from '../../commands.ts'
import { ToneBadge } from '../../ui/badges.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { Fingerprint } from './fingerprint.tsx'
import styles from './keys.module.css'
import { ProtectDialog } from './protect-dialog.tsx'
import { PROTECTIONS, type Protection } from './protection.ts'
import { RotateDialog } from './rotate-dialog.tsx'

/** The key that the member signs with on this device: what protects it, and replacing it. */
export function OwnKey({ ownKey }: { ownKey: KeyView }) {
  const protection = ownKey.protection ?? 'none'
  const { label, tone, meaning } = PROTECTIONS[protection]
  const [protecting, setProtecting] = useState<Protection | null>(null)
  const [rotating, setRotating] = useState<KeyView | null>(null)
  const lock = useCommand('session.lock')
  const protect = () => setProtecting(protection)
  useAppCommands([
    { id: 'key.protect', group: 'Keys', label: 'Protect my key', keywords: ['passphrase', 'keychain'], run: protect },
    { id: 'key.rotate', group: 'Keys', label: 'Replace my key', keywords: ['rotate'], run: () => setRotating(ownKey) },
  ])
  return (
    <section className={styles['own']} aria-labelledby="own-key">
      <div className={styles['ownHead']}>
        <Title order={2} id="own-key">
          Your key on this device
        </Title>
        <ToneBadge tone={tone} icon={protection === 'none' ? IconAlertTriangle : IconShieldCheck}>
          {label}
        </ToneBadge>
      </div>
      <Text size="sm">{meaning}</Text>
      {ownKey.is_unclaimed && (
        <Text size="sm">It was made for you by whoever added you, and counts as unclaimed until you protect it.</Text>
      )}
      <dl className={styles['facts']}>
        <dt>Fingerprint</dt>
        <dd>
          <Fingerprint id={ownKey.id} />
        </dd>
        <dt>Device</dt>
        <dd>{ownKey.device_name}</dd>
        <dt>In use since</dt>
        <dd>
          <TimeText at={ownKey.admitted_at} />
        </dd>
      </dl>
      <div className={styles['actions']}>
        <Button
          variant={protection === 'none' ? 'filled' : 'default'}
          leftSection={<IconShieldLock size={16} />}
          onClick={protect}
        >
          {protection === 'none' ? 'Protect it…' : protection === 'passphrase' ? 'Change the passphrase…' : 'Change…'}
        </Button>
        {protection === 'passphrase' && (
          <Button variant="default" leftSection={<IconLock size={16} />} onClick={() => void lock.run({})}>
            Lock now
          </Button>
        )}
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => setRotating(ownKey)}>
          Replace it…
        </Button>
      </div>
      <ProtectDialog present={protecting} onClose={() => setProtecting(null)} />
      <RotateDialog ownKey={rotating} onClose={() => setRotating(null)} onRotated={() => setProtecting('none')} />
    </section>
  )
}
