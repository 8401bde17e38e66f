import { Anchor } from '@mantine/core'
import type { CSSProperties } from 'react'
import type { Decision, Place } from '../../src-main/domain/decision/decision.ts'
import { formatCount } from '../ui/formats.ts'
import styles from './evidence.module.css'
import { RiskBadge, toneOfRisk } from './risk-badge.tsx'

type Detail = Decision['details'][string]
type Locate = (line: number, column: number) => void

interface DecisionPanelProps {
  decision: Decision
  /** A version that may run yet, or a run that was judged before it began. */
  of: 'version' | 'run'
  /** Of a run: it was refused by this decision. */
  isBlocked?: boolean
  /** Goes to a place in the script; without it the places are only said. */
  onLocate?: Locate | undefined
}

/** Why a script is trusted or not: the level, what hit and where, and what to change. Quiet when nothing did. */
export function DecisionPanel({ decision, of, isBlocked = false, onLocate }: DecisionPanelProps) {
  const hits = Object.entries(decision.details).sort(
    ([aId, a], [bId, b]) => b.weight - a.weight || (aId < bId ? -1 : 1),
  )
  const weighty = hits.filter(([, { weight }]) => weight > 0)
  const noted = hits.filter(([, { weight }]) => weight === 0)
  const meaning = meaningOf(decision, of, isBlocked)
  const isQuiet = decision.risk_level === 'GREEN'
  const judgement = (
    <>
      {weighty.length > 0 && <Hits hits={weighty} onLocate={onLocate} />}
      {noted.length > 0 && (
        <details className={styles['noted']}>
          <summary>{formatCount(noted.length, 'thing')} noted without points</summary>
          <Hits hits={noted} onLocate={onLocate} />
        </details>
      )}
      <Policy decision={decision} />
    </>
  )
  return (
    <section className={styles['decision']} aria-label="Risk decision">
      <div className={styles['decisionHead']}>
        <RiskBadge level={decision.risk_level} />
        {decision.risk_level !== 'ERROR' && <Score decision={decision} />}
      </div>
      {meaning !== null && <p className={styles['meaning']}>{meaning}</p>}
      {isQuiet ? (
        <details className={styles['noted']}>
          <summary>
            {hits.length === 0 ? 'How it was judged' : `${formatCount(hits.length, 'small thing')} noted`}
          </summary>
          {judgement}
        </details>
      ) : (
        judgement
      )}
    </section>
  )
}

function meaningOf({ risk_level, block_reason }: Decision, of: 'version' | 'run', isBlocked: boolean): string | null {
  const what = of === 'version' ? 'script' : 'run'
  switch (risk_level) {
    case 'GREEN':
      return 'Nothing in the script asks for caution.'
    case 'YELLOW':
      if (isBlocked) return 'This workspace blocks scripts that ask for caution.'
      return of === 'run'
        ? 'It was allowed to run, with a warning.'
        : 'It asks for caution: look at what is named here before it is used.'
    case 'RED':
      if (of === 'version') return 'It can’t run or be published as it is.'
      return isBlocked ? null : 'The rules refuse it; it ran because an override was approved.'
    case 'ERROR':
      return block_reason ?? `The ${what} couldn’t be judged, so it can’t go on.`
  }
}

function Score({ decision: { score, risk_level } }: { decision: Decision }) {
  const bar = { '--part': `${score}%`, '--tone': `var(--app-tone-${toneOfRisk(risk_level)})` } as CSSProperties
  return (
    <span className={styles['score']}>
      <span className={styles['track']} style={bar} aria-hidden />
      <span className="numeric">Score {score} of 100</span>
    </span>
  )
}

function Hits({ hits, onLocate }: { hits: readonly [string, Detail][]; onLocate: Locate | undefined }) {
  return (
    <ul className={styles['hits']}>
      {hits.map(([id, detail]) => (
        <li key={id}>
          <div className={styles['hitHead']}>
            <strong>{detail.reason}</strong>
            <span className={styles['rule']}>
              <code>{id}</code> · {formatCount(detail.weight, 'point')}
            </span>
          </div>
          <div>
            <Places detail={detail} onLocate={onLocate} />
          </div>
          <div className={styles['fix']}>
            <span className="visually-hidden">What to change: </span>
            {detail.fix}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Places({ detail: { places, count }, onLocate }: { detail: Detail; onLocate: Locate | undefined }) {
  const lines = places.filter((place, index) => places.findIndex(({ line }) => line === place.line) === index)
  return (
    <span className={styles['places']}>
      {lines.map((place) => (
        <PlaceLink key={place.line} place={place} onLocate={onLocate} />
      ))}
      {count > places.length && <span>and {count - places.length} more</span>}
    </span>
  )
}

function PlaceLink({ place: { line, column }, onLocate }: { place: Place; onLocate: Locate | undefined }) {
  if (onLocate === undefined) return <span>Line {line}</span>
  return (
    <Anchor component="button" type="button" inherit onClick={() => onLocate(line, column)}>
      Line {line}
    </Anchor>
  )
}

function Policy({ decision: { policy_id, policy_version, compared_with } }: { decision: Decision }) {
  return (
    <div className={styles['policy']}>
      Judged by {policy_id}, version {policy_version}
      {compared_with === null ? (
        ', with no active version to compare with.'
      ) : (
        <>
          , compared with the active content <code title={compared_with}>{compared_with.slice(0, 12)}…</code>
        </>
      )}
    </div>
  )
}
