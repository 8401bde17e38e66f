import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { Member } from '../../../src-main/domain/member.ts'
import { useCommand, useQuery } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { Banner } from '../../run/banner.tsx'
import { useSession } from '../../session.tsx'

const SETTING = 'require_distinct_reviewer'

/** Once there are two who may review, another than the author can be asked for (RB-5). Answered once on a device. */
export function DistinctReviewerOffer({ members }: { members: readonly Member[] }) {
  const { workspace } = useSession()
  const answered = `scriptorium.${SETTING}.${workspace.id}`
  const [isAnswered, setIsAnswered] = useState(() => localStorage.getItem(answered) !== null)
  const isReviewer = ({ status, role }: Member) => status === 'active' && (role === 'admin' || role === 'superuser')
  const reviewers = members.filter(isReviewer)
  const settings = useQuery('settings.list', isAnswered || reviewers.length < 2 ? null : {})
  const set = useCommand('settings.set')
  const setting = settings.data?.items.find(({ key }) => key === SETTING)
  if (isAnswered || setting === undefined || setting.value === true) return null

  const answer = () => {
    localStorage.setItem(answered, 'answered')
    setIsAnswered(true)
  }
  const turnOn = async () => {
    const envelope = await set.run({ key: SETTING, value: true })
    if (!envelope.ok) return
    notifySuccess('From now on, another person publishes what somebody wrote')
    answer()
  }
  return (
    <Banner tone="info" title="There is more than one reviewer now">
      Shall another person publish than the one who wrote or submitted a version? It can be changed under Settings.
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" loading={set.running} onClick={() => void turnOn()}>
          Ask for another
        </Button>
        <Button size="compact-sm" variant="default" onClick={answer}>
          Leave it
        </Button>
      </Group>
    </Banner>
  )
}
