import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RunDetailView } from '../../../src-preload/contract/runs.ts'
import { RiskBadge } from '../../evidence/risk-badge.tsx'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { formatBytes, formatDuration, formatExactTime } from '../../ui/formats.ts'
import { isolationText } from '../../ui/isolation.ts'
import styles from './run-facts.module.css'

/** What is on record about a run besides its results. Members see less of it than those who look after the tool. */
export function RunFacts({ run }: { run: RunDetailView }) {
  return (
    <section className={styles['facts']} aria-labelledby="run-facts">
      <h2 id="run-facts" className={styles['title']}>
        On record
      </h2>
      <dl className={styles['list']}>
        <Lineage run={run} />
        <Fact label="Started">{formatExactTime(new Date(run.started_at))}</Fact>
        {run.finished_at !== null && <Fact label="Ended">{formatExactTime(new Date(run.finished_at))}</Fact>}
        {run.inputs.length > 0 && (
          <Fact label="Input files">
            {run.inputs.map((input) => (
              <div key={`${input.name} ${input.sha256}`}>
                {input.name}{' '}
                <small>
                  {formatBytes(input.bytes)}, SHA-256 {shortened(input.sha256)}
                </small>
              </div>
            ))}
          </Fact>
        )}
        {run.view === 'full' && run.decision !== null && (
          <Fact label="Risk decision">
            <RiskBadge level={run.decision.risk_level} />{' '}
            <small>
              score {run.decision.score} of 100, {run.decision.policy_id} version {run.decision.policy_version}
            </small>
          </Fact>
        )}
        <Fact label="Content that ran">
          <code title={run.manifest_hash}>{shortened(run.manifest_hash)}</code>
        </Fact>
        <Fact label="Run id">
          <code>{run.id}</code>
        </Fact>
      </dl>
      {run.view === 'full' && <EngineFacts run={run} />}
    </section>
  )
}

/** What it came from: the tool, the version, and the run that it is an action, a rerun or a reverification of. */
function Lineage({ run }: { run: RunDetailView }) {
  const isContributor = useHasRole('contributor')
  const version = run.version_number === null ? 'a pending version' : `version ${run.version_number}`
  const reference = `${run.tool_slug}@${run.version_number ?? run.version_id}`
  const showsSource = isContributor && run.view === 'full'
  return (
    <>
      <Fact label="Ran">
        {showsSource ? (
          <>
            <Anchor inherit href={toHref({ screen: 'version-history', tool: run.tool_slug })}>
              {run.tool_title}
            </Anchor>
            ,{' '}
            <Anchor inherit href={toHref({ screen: 'editor', tool: reference })}>
              {version}
            </Anchor>
          </>
        ) : (
          `${run.tool_title}, ${version}`
        )}
      </Fact>
      {run.parent_run_id !== null && (
        <Fact label="Came of">
          <Anchor inherit href={toHref({ screen: 'run', run: run.parent_run_id })}>
            {run.action_id === null ? 'an earlier run, run again' : 'an earlier run that offered this step'}
          </Anchor>
        </Fact>
      )}
    </>
  )
}

function EngineFacts({ run }: { run: Extract<RunDetailView, { view: 'full' }> }) {
  const { runner, limits } = run
  const effective = Object.entries(runner?.effective ?? {})
  return (
    <details className={styles['engine']}>
      <summary>Runner and limits</summary>
      <dl className={styles['list']}>
        {runner !== null && (
          <>
            <Fact label="Ran in">
              {runner.kind === 'docker' ? 'Docker' : 'Embedded Python'} {runner.version}{' '}
              <small>{isolationText(runner.isolation)}</small>
            </Fact>
            {runner.image_id !== null && (
              <Fact label="Image">
                <code>{runner.image_id}</code>
              </Fact>
            )}
          </>
        )}
        {run.exit_code !== null && (
          <Fact label="Exit code">
            {run.exit_code}
            {run.oom && ' (out of memory)'}
          </Fact>
        )}
        {run.signal !== null && <Fact label="Ended by signal">{run.signal}</Fact>}
        <Fact label="Time limit">{formatDuration(limits.timeout_ms)}</Fact>
        <Fact label="Memory">{formatBytes(limits.memory_bytes)}</Fact>
        <Fact label="Processor">{limits.cpus} CPU</Fact>
        <Fact label="Processes">{limits.pids}</Fact>
        <Fact label="Room to work in">
          {formatBytes(limits.work_bytes)} <small>and {formatBytes(limits.tmp_bytes)} for temporary files</small>
        </Fact>
        {effective.length > 0 && (
          <Fact label="Read back">
            <small>What the runner said was really in force</small>
            <ul className={styles['effective']}>
              {effective.map(([name, value]) => (
                <li key={name}>
                  <code>
                    {name}: {typeof value === 'string' ? value : JSON.stringify(value)}
                  </code>
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </details>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function shortened(hash: string): string {
  return `${hash.slice(0, 12)}…`
}
