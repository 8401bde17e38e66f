import { IconAlertTriangle, IconCheck, IconShieldX, type Icon } from '@tabler/icons-react'
import type { AuditEvent } from '../../../src-preload/contract/audit.ts'
import { ToneBadge, type Tone } from '../../ui/badges.tsx'

const OUTCOMES: Record<AuditEvent['outcome'], { label: string; tone: Tone; icon: Icon; meaning: string }> = {
  applied: { label: 'Applied', tone: 'good', icon: IconCheck, meaning: 'It took effect.' },
  conflict: {
    label: 'Conflict',
    tone: 'warn',
    icon: IconAlertTriangle,
    meaning: 'What it was based on no longer held at its place in the order. It is kept, and changed nothing.',
  },
  invalid: {
    label: 'Quarantined',
    tone: 'bad',
    icon: IconShieldX,
    meaning: 'It could never have been right. It keeps its place, and changed nothing.',
  },
}

export function OutcomeBadge({ outcome }: { outcome: AuditEvent['outcome'] }) {
  const { label, tone, icon, meaning } = OUTCOMES[outcome]
  return (
    <ToneBadge tone={tone} icon={icon} title={meaning}>
      {label}
    </ToneBadge>
  )
}

export function outcomeMeaning(outcome: AuditEvent['outcome']): string {
  return OUTCOMES[outcome].meaning
}
