import { IconAlertTriangle, IconShieldCheck, IconShieldQuestion, IconShieldX, type Icon } from '@tabler/icons-react'
import type { RiskLevel } from '../../src-main/domain/decision/decision.ts'
import { ToneBadge, type Tone } from '../ui/badges.tsx'

const LEVELS: Record<RiskLevel, { label: string; tone: Tone; icon: Icon }> = {
  GREEN: { label: 'Low risk', tone: 'good', icon: IconShieldCheck },
  YELLOW: { label: 'Caution', tone: 'warn', icon: IconAlertTriangle },
  RED: { label: 'High risk', tone: 'bad', icon: IconShieldX },
  ERROR: { label: 'Not judged', tone: 'bad', icon: IconShieldQuestion },
}

export const RISK_LABELS: Record<RiskLevel, string> = {
  GREEN: LEVELS.GREEN.label,
  YELLOW: LEVELS.YELLOW.label,
  RED: LEVELS.RED.label,
  ERROR: LEVELS.ERROR.label,
}

/** The level of a risk decision: a word and an icon, with a tone for those who see it. */
export function RiskBadge({ level }: { level: RiskLevel }) {
  const { label, tone, icon } = LEVELS[level]
  return (
    <ToneBadge tone={tone} icon={icon}>
      {label}
    </ToneBadge>
  )
}

export function toneOfRisk(level: RiskLevel): Tone {
  return LEVELS[level].tone
}
