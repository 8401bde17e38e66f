import { ActionIcon, Button, Group, Select, Text, Title } from '@mantine/core'
import { IconPlus, IconUserOff, IconUserUp } from '@tabler/icons-react'
import { useState } from 'react'
import type { Member, Role } from '../../../src-main/domain/member.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useHasRole, useSession } from '../../session.tsx'
import { ToneBadge } from '../../ui/badges.tsx'
import { DataList, type Column } from '../../ui/data-list.tsx'
import { Initials } from '../../ui/initials.tsx'
import { Page } from '../../ui/page.tsx'
import { A_ROLE, ROLE_HINTS, ROLE_NAMES, ROLES_WEAKEST_FIRST } from '../../ui/roles.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { AddMemberDialog } from './add-member-dialog.tsx'
import { DistinctReviewerOffer } from './distinct-reviewer-offer.tsx'
import { NominateDialog, rolesAbove } from './nominate-dialog.tsx'
import { Nominations } from './nominations.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import styles from './members.module.css'

/** Who is in the workspace and what they may do. Superusers change it. */
export function MembersScreen() {
  const mayChange = useHasRole('superuser')
  const members = useQuery('members.list', {})
  // Whoever decides finds what waits for them before the long list, everybody else after it.
  const pending = useQuery('members.nominations', mayChange ? { status: 'pending', limit: 1 } : null)
  const isAwaited = (pending.data?.items.length ?? 0) > 0
  const [isAdding, setIsAdding] = useState(false)
  const [leaving, setLeaving] = useState<Member | null>(null)
  const [nominee, setNominee] = useState<Member | null>(null)

  // By key, so that a dialog stays where it is when the two change places.
  const nominations = <Nominations key="nominations" />
  const list =
    members.data !== undefined ? (
      <section key="members" className={isAwaited ? styles['section'] : undefined} aria-label="Everybody">
        {isAwaited && <Title order={2}>Everybody</Title>}
        <DataList
          label="Members"
          columns={columnsFor(mayChange, { revoke: setLeaving, nominate: setNominee })}
          items={members.data.items}
          keyOf={(member) => member.id}
        />
      </section>
    ) : members.error !== undefined ? (
      <ErrorState key="members" failure={members.error} onRetry={members.reload} />
    ) : (
      <LoadingState key="members" rows={4} rowHeight_px={52} label="Loading members" />
    )

  return (
    <Page
      title="Members"
      description={
        mayChange
          ? 'Everybody in this workspace. What they signed stays valid, whatever becomes of their membership.'
          : 'Everybody in this workspace. Only a superuser changes it; an admin may nominate somebody for a higher role.'
      }
      actions={
        mayChange && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setIsAdding(true)}>
            Add a member
          </Button>
        )
      }
    >
      {mayChange && members.data !== undefined && <DistinctReviewerOffer members={members.data.items} />}
      {isAwaited ? [nominations, list] : [list, nominations]}
      <NominateDialog member={nominee} onClose={() => setNominee(null)} />
      <AddMemberDialog isOpen={isAdding} onClose={() => setIsAdding(false)} />
      <RevokeDialog member={leaving} onClose={() => setLeaving(null)} />
    </Page>
  )
}

interface Actions {
  revoke(member: Member): void
  nominate(member: Member): void
}

function columnsFor(mayChange: boolean, actions: Actions): Column<Member>[] {
  return [
    { id: 'name', label: 'Name', track: 'minmax(10rem, 2fr)', cell: (member) => <Name member={member} /> },
    {
      id: 'role',
      label: 'Role',
      track: 'minmax(9rem, 1.6fr)',
      cell: (member) => <RoleCell member={member} mayChange={mayChange} />,
    },
    {
      id: 'since',
      label: 'Member since',
      track: '8rem',
      cell: (member) => (
        <Text component="span" size="sm" c="dimmed">
          <TimeText at={member.created_at} />
        </Text>
      ),
    },
    {
      id: 'revoke',
      label: 'Actions',
      track: '2rem',
      align: 'end',
      narrow: 'corner',
      cell: (member) =>
        member.status === 'active' &&
        (mayChange ? (
          <ActionIcon
            aria-label={`End the membership of ${member.name}`}
            title="End the membership"
            onClick={() => actions.revoke(member)}
          >
            <IconUserOff size={18} />
          </ActionIcon>
        ) : (
          rolesAbove(member.role).length > 0 && (
            <ActionIcon
              aria-label={`Nominate ${member.name} for a higher role`}
              title="Nominate for a higher role"
              onClick={() => actions.nominate(member)}
            >
              <IconUserUp size={18} />
            </ActionIcon>
          )
        )),
    },
  ]
}

function Name({ member }: { member: Member }) {
  const isMe = useSession().member.id === member.id
  return (
    <Group gap="sm" wrap="nowrap">
      <Initials name={member.name} size={32} />
      <Text component="span" size="md" fw={560} className={styles[member.status]}>
        {member.name}
        {isMe && (
          <Text component="span" inherit fw={400} c="dimmed">
            {' '}
            (you)
          </Text>
        )}
      </Text>
      {member.status === 'revoked' && (
        <ToneBadge tone="neutral" icon={IconUserOff}>
          Left
        </ToneBadge>
      )}
    </Group>
  )
}

function RoleCell({ member, mayChange }: { member: Member; mayChange: boolean }) {
  const { refresh, member: me } = useSession()
  const setRole = useCommand('members.setRole')
  if (!mayChange || member.status === 'revoked') {
    return (
      <Text component="span" size="sm" title={ROLE_HINTS[member.role]}>
        {ROLE_NAMES[member.role]}
      </Text>
    )
  }
  const change = async (role: Role) => {
    const answer = await setRole.run({ member_id: member.id, role })
    if (!answer.ok) return
    notifySuccess(`${member.name} is now ${A_ROLE[role]}`)
    if (member.id === me.id) refresh()
  }
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      w={150}
      allowDeselect={false}
      disabled={setRole.running}
      value={member.role}
      onChange={(role) => role !== null && role !== member.role && void change(role as Role)}
      data={ROLES_WEAKEST_FIRST.map((role) => ({ value: role, label: ROLE_NAMES[role] }))}
      maxDropdownHeight={320}
      comboboxProps={{ width: 280, position: 'bottom-start' }}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {ROLE_HINTS[option.value as Role]}
          </Text>
        </div>
      )}
    />
  )
}
