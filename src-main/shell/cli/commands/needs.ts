import type { Output } from '../../../../src-preload/contract/contract.ts'
import type { RunContext, RunnerKind } from '../../../domain/run.ts'
import type { Context } from '../context.ts'
import type { Cell } from '../text.ts'

/** VR-2: what a version needs, and what of it the runner that would be used lacks. */
export interface Needs {
  packages: string[]
  /** Null when nothing could run it now. */
  runner: RunnerKind | null
  /** Null when the runner can't tell now. */
  missing: string[] | null
}

/** Null for what needs nothing: then no engine is asked either. */
export async function needsOf(context: Context, packages: string[], runContext: RunContext): Promise<Needs | null> {
  if (packages.length === 0) return null
  const answer = await context.call('runners.missing', { packages, context: runContext })
  if (!answer.ok) return { packages, runner: null, missing: null }
  const { preferred, runners } = answer.data
  return { packages, runner: preferred, missing: missingOf(runners, preferred) }
}

function missingOf(runners: Output<'runners.missing'>['runners'], preferred: RunnerKind | null): string[] | null {
  return runners.find((runner) => runner.kind === preferred)?.missing ?? null
}

export function needsText(needs: Needs | null): Record<string, Cell> {
  if (needs === null) return {}
  const { packages, runner, missing } = needs
  const lacks = missing === null ? 'not known' : missing.length === 0 ? 'nothing of it' : missing.join(', ')
  return { needs: packages.join(', '), [`${runner ?? 'runner'} lacks`]: lacks }
}
