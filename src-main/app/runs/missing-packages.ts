import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import { missingPackages } from '../../domain/packages.ts'
import { success, type Result } from '../../domain/result.ts'
import { actingMember } from '../actor.ts'
import type { Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Runner } from '../runner-port.ts'
import { chooseRunner, runnerStatus } from './choose-runner.ts'

/**
 * VR-2: what a script says it needs and a runner lacks, told before anything is run. Of the runners as they are on this
 * device now; the decision on a version is the same everywhere and knows the curated libraries only.
 */
export async function listMissingPackages(
  context: Context,
  session: Session,
  input: ParsedInput<'runners.missing'>,
): Promise<Result<Output<'runners.missing'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const runners = await Promise.all(
    context.runners.map(async (runner) => {
      const { available, names } = await librariesOf(context, runner)
      const missing = names === null ? null : missingPackages(input.packages, names)
      return { kind: runner.kind, available, missing }
    }),
  )
  const chosen = await chooseRunner(context, input.context, null)
  return success({ runners, preferred: chosen.ok ? chosen.value.kind : null })
}

/** Names of the libraries that a run would find; null when nobody can tell now. */
async function librariesOf(context: Context, runner: Runner): Promise<{ available: boolean; names: string[] | null }> {
  const { available, ...status } = await runnerStatus(context, runner)
  // The embedded one has the standard library and nothing else, whether or not it starts.
  if (runner.kind === 'embedded') return { available, names: [] }
  const imageId = 'image_id' in status ? status.image_id : null
  return { available, names: imageId === null ? null : await context.image.libraryNames(imageId) }
}
