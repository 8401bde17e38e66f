import { IconArrowBackUp, IconChecks, IconHistoryToggle, IconMessage2, IconSend, type Icon } from '@tabler/icons-react'
import type { Output } from '../../src-preload/contract/contract.ts'
import type { Tone } from './badges.tsx'

export type Verdict = Output<'versions.decisions'>['items'][number]['verdict']

interface VerdictText {
  /** After the name of who did it. */
  did: string
  icon: Icon
  tone: Tone
}

export const VERDICTS: Record<Verdict, VerdictText> = {
  submitted: { did: 'sent it to review', icon: IconSend, tone: 'info' },
  changes_requested: { did: 'asked for changes', icon: IconMessage2, tone: 'warn' },
  published: { did: 'published it', icon: IconChecks, tone: 'good' },
  withdrawn: { did: 'withdrew it', icon: IconArrowBackUp, tone: 'neutral' },
  rolled_back: { did: 'rolled back to it', icon: IconHistoryToggle, tone: 'warn' },
}
