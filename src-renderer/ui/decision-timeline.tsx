import { Button, Text } from '@mantine/core'
import { IconArrowNarrowRight } from '@tabler/icons-react'
import { useState, type CSSProperties } from 'react'
import type { Output } from '../../src-preload/contract/contract.ts'
import styles from './decision-timeline.module.css'
import { TextLines } from './text-lines.tsx'
import { TimeText } from './time-text.tsx'
import { VERDICTS } from './verdicts.tsx'

export type ReviewDecision = Output<'versions.decisions'>['items'][number]

interface DecisionTimelineProps {
  decisions: readonly ReviewDecision[]
  /** `v3`; null when it can't be told. */
  nameOf(versionId: string): string | null
}

const SHOWN_AT_FIRST = 12

/** Submissions and verdicts, the newest first, with what was said. */
export function DecisionTimeline({ decisions, nameOf }: DecisionTimelineProps) {
  const [showsAll, setShowsAll] = useState(false)
  const newestFirst = decisions.toSorted(byTime).toReversed()
  const shown = showsAll ? newestFirst : newestFirst.slice(0, SHOWN_AT_FIRST)
  const hidden = newestFirst.length - shown.length
  return (
    <>
      <ol className={styles['timeline']} aria-label="Submissions and verdicts, newest first">
        {shown.map((decision) => (
          <Entry key={decision.id} decision={decision} nameOf={nameOf} />
        ))}
      </ol>
      {hidden > 0 && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setShowsAll(true)}>
          Show {hidden} older
        </Button>
      )}
    </>
  )
}

/** Ids begin with their time; two of one device never share one. */
export function byTime(a: ReviewDecision, b: ReviewDecision): number {
  return a.id < b.id ? -1 : 1
}

function Entry({ decision, nameOf }: { decision: ReviewDecision; nameOf: DecisionTimelineProps['nameOf'] }) {
  const { did, icon: EntryIcon, tone } = VERDICTS[decision.verdict]
  const colours = { '--entry-text': `var(--app-tone-${tone})`, '--entry-ground': `var(--app-tone-${tone}-ground)` }
  const result = decision.resulting_version_id === null ? null : nameOf(decision.resulting_version_id)
  return (
    <li className={styles['entry']} style={colours as CSSProperties}>
      <span className={styles['icon']}>
        <EntryIcon size={14} aria-hidden />
      </span>
      <div className={styles['body']}>
        <Text size="sm">
          <strong>{decision.by_name}</strong> {did}
          <Text component="span" inherit c="dimmed">
            {' · '}
            {nameOf(decision.version_id) ?? 'a version'}
            {result !== null && (
              <>
                <IconArrowNarrowRight size={14} aria-label="became" className={styles['arrow']} />
                {result}
              </>
            )}
            {' · '}
            <TimeText at={decision.at} />
          </Text>
        </Text>
        {decision.message !== null && (
          <div className={styles['message']}>
            <TextLines text={decision.message} />
          </div>
        )}
      </div>
    </li>
  )
}
