import { Anchor } from '@mantine/core'
import type { Output } from '../../src-preload/contract/contract.ts'
import { toHref } from '../routes.ts'
import { ToneBadge } from '../ui/badges.tsx'
import { formatCount } from '../ui/formats.ts'
import styles from './evidence.module.css'

export type VerifyProblem = Output<'runs.verify'>['problems'][number]

const PROBLEMS: Record<VerifyProblem['problem'], string> = {
  missing: 'Missing',
  altered: 'Altered',
  not_a_file: 'Replaced',
  unreadable: 'Unreadable',
}

/** What of a record can't be checked any more, since only its hash is left. */
export function prunedText(count: number): string {
  if (count === 0) return ''
  const [were, hashes] = count === 1 ? ['was', 'its hash'] : ['were', 'their hashes']
  return `${formatCount(count, 'file')} ${were} pruned or never kept; the record has ${hashes}.`
}

interface VerifyProblemsProps {
  problems: readonly VerifyProblem[]
  /** Where problems of many runs stand together, each leads to its own. */
  linksRun?: boolean
}

/** Files that are missing or not what was recorded, each with what to do. */
export function VerifyProblems({ problems, linksRun = false }: VerifyProblemsProps) {
  return (
    <ul className={styles['problems']} aria-label="Problems">
      {problems.map(({ run_id, kind, name, problem, message }) => (
        <li key={`${run_id} ${kind} ${name}`}>
          <ToneBadge tone="bad">{PROBLEMS[problem]}</ToneBadge> {message}
          {linksRun && (
            <>
              {' '}
              <Anchor inherit href={toHref({ screen: 'run', run: run_id })}>
                Open the run
              </Anchor>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
