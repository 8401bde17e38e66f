import { Menu, Text, UnstyledButton } from '@mantine/core'
import { IconCheck, IconKey, IconLock, IconSelector } from '@tabler/icons-react'
import { useCommand } from '../bridge/client.ts'
import { toHref } from '../routes.ts'
import { useSession } from '../session.tsx'
import { Initials } from '../ui/initials.tsx'
import { ROLE_NAMES } from '../ui/roles.ts'
import styles from './member-menu.module.css'

/** Who is acting, and the others who may act on this device. */
export function MemberMenu() {
  const { status, member, refresh } = useSession()
  const use = useCommand('session.use')
  const lock = useCommand('session.lock')

  const actAs = async (memberId: string) => {
    if (memberId === member.id) return
    const answer = await use.run({ member_id: memberId })
    if (answer.ok) refresh()
  }

  return (
    <Menu position="top-start" width={260} shadow="md" styles={{ itemLabel: { minWidth: 0 } }}>
      <Menu.Target>
        <UnstyledButton className={styles['button']}>
          <Initials name={member.name} />
          <span className={styles['who']}>
            <Text component="span" display="block" size="sm" fw={560} truncate>
              <span className="visually-hidden">Acting as </span>
              {member.name}
            </Text>
            <Text component="span" display="block" size="xs" c="dimmed">
              {ROLE_NAMES[member.role]}
            </Text>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Act on this device as</Menu.Label>
        <div className={styles['others']}>
          {status.local_members.map((other) => (
            <Menu.Item
              key={other.id}
              leftSection={<Initials name={other.name} />}
              rightSection={other.id === member.id ? <IconCheck size={15} aria-label="now" /> : null}
              onClick={() => void actAs(other.id)}
            >
              <Text size="sm" truncate>
                {other.name}
              </Text>
              <Text size="xs" c="dimmed">
                {ROLE_NAMES[other.role]}
              </Text>
            </Menu.Item>
          ))}
        </div>
        <Menu.Divider />
        <Menu.Item component="a" href={toHref({ screen: 'keys' })} leftSection={<IconKey size={16} />}>
          My key
        </Menu.Item>
        {status.key_protection === 'passphrase' && (
          <Menu.Item leftSection={<IconLock size={16} />} onClick={() => void lock.run({})}>
            Lock my key
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
