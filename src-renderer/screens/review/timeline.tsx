import { Text } from '@mantine/core'
import { useQuery } from '../../bridge/client.ts'
import { DecisionTimeline } from '../../ui/decision-timeline.tsx'

const MOST_NAMED = 200

/** Everything that was decided on the tool so far. */
export function Timeline({ tool }: { tool: string }) {
  const decisions = useQuery('versions.decisions', { tool })
  const versions = useQuery('versions.list', { tool, limit: MOST_NAMED })
  if (decisions.error !== undefined)
    return (
      <Text size="sm" c="dimmed">
        {decisions.error.message}
      </Text>
    )
  if (decisions.data === undefined) return null
  if (decisions.data.items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing was sent to review yet.
      </Text>
    )
  const numbers = new Map(versions.data?.items.map((version) => [version.id, version.version_number]))
  const nameOf = (id: string) => {
    const number = numbers.get(id)
    return number == null ? null : `v${number}`
  }
  return <DecisionTimeline decisions={decisions.data.items} nameOf={nameOf} />
}
