import { IconCheck, IconHourglass, IconPencilCheck, IconX, type Icon } from '@tabler/icons-react'
import type { SuggestionView } from '../../../src-preload/contract/suggestions.ts'
import { ToneBadge, type Tone } from '../../ui/badges.tsx'

const STATUSES: Record<SuggestionView['status'], { label: string; tone: Tone; icon: Icon }> = {
  pending: { label: 'Waiting', tone: 'warn', icon: IconHourglass },
  accepted: { label: 'Accepted', tone: 'good', icon: IconCheck },
  modified: { label: 'Accepted, changed', tone: 'good', icon: IconPencilCheck },
  denied: { label: 'Denied', tone: 'neutral', icon: IconX },
}

export function SuggestionBadge({ status }: { status: SuggestionView['status'] }) {
  const { label, tone, icon } = STATUSES[status]
  return (
    <ToneBadge tone={tone} icon={icon}>
      {label}
    </ToneBadge>
  )
}
