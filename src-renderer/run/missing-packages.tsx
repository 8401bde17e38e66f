import { packageList } from '../../src-main/domain/packages.ts'
import type { RunContext, RunnerKind } from '../../src-main/domain/run.ts'
import { useQuery } from '../bridge/client.ts'
import { Banner } from './banner.tsx'

const NAMES: Record<RunnerKind, string> = { docker: 'Docker’s image', embedded: 'The embedded Python' }

interface MissingPackagesProps {
  /** What the script says it needs. */
  packages: readonly string[]
  context: RunContext
  /** The runner that was chosen; null for the one that would be used by itself. */
  runner: RunnerKind | null
}

/** Before anything is run: what the script needs and the runner lacks, by name. Quiet where nothing is amiss. */
export function MissingPackages({ packages, context, runner }: MissingPackagesProps) {
  const input = packages.length === 0 ? null : { packages: [...packages], context }
  const { data } = useQuery('runners.missing', input, { keepPrevious: true })
  if (input === null || data === undefined) return null
  const kind = runner ?? data.preferred
  const used = data.runners.find((candidate) => candidate.kind === kind)
  // That nothing can run is said by whoever offers to run it.
  if (used === undefined || !used.available) return null
  const name = NAMES[used.kind]
  if (used.missing === null) {
    return (
      <Banner tone="info" title={`It needs ${packageList(packages)}`}>
        Whether {name.charAt(0).toLowerCase() + name.slice(1)} has that can’t be told now.
      </Banner>
    )
  }
  if (used.missing.length === 0) return null
  const other = data.runners.find((candidate) => candidate.available && candidate.missing?.length === 0)
  return (
    <Banner tone="warn" title={`${name} lacks ${packageList(used.missing)}`}>
      The script says that it needs {used.missing.length === 1 ? 'it' : 'them'}, so the run will most likely fail.{' '}
      {other === undefined ? adviceFor(used.kind) : `${NAMES[other.kind]} has everything: choose it as the runner.`}
    </Banner>
  )
}

function adviceFor(kind: RunnerKind): string {
  return kind === 'embedded'
    ? 'Start Docker, whose image has more libraries.'
    : 'Ask for a runner image that has more libraries, or do without.'
}
