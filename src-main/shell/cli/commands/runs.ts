import type { Command } from 'commander'
import { RISK_LEVELS, type RiskLevel } from '../../../domain/decision/decision.ts'
import { RUN_STATUSES, type RunContext, type RunnerKind, type RunStatus } from '../../../domain/run.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { memberId } from '../references.ts'
import { page, table } from '../text.ts'
import { saveArtifacts } from './run-artifacts.ts'
import { registerRunEvidence } from './run-evidence.ts'
import { startRun, type RunOptions } from './run-start.ts'
import { runText } from './run-text.ts'
import { collect, given, oneOf, seconds, wholeNumber, type Select } from './selection.ts'

interface ListOptions {
  tool?: string
  version?: string
  member?: string
  mine?: boolean
  context?: RunContext
  status?: RunStatus
  risk?: RiskLevel
  since?: string
  until?: string
  text?: string
  limit?: number
  after?: string
}

const RUNNERS: readonly RunnerKind[] = ['docker', 'embedded']
const CONTEXTS: readonly RunContext[] = ['sandbox', 'production']

export function registerRuns(program: Command, select: Select): void {
  const run = program.command('run').description('run scripts and look at what came of it')
  const sandbox = run
    .command('sandbox')
    .argument('<version>', 'an id, slug@number, slug@head or slug@active')
    .description('try a version out')
  withRunOptions(sandbox).action((version: string, options: RunOptions) =>
    select({ needs: 'core', run: (context) => startRun(context, { kind: 'sandbox', version }, options) }),
  )
  const tool = run.command('tool').argument('<tool>', 'slug or id').description('run a published tool')
  withRunOptions(tool).action((slug: string, options: RunOptions) =>
    select({ needs: 'core', run: (context) => startRun(context, { kind: 'tool', tool: slug }, options) }),
  )
  run
    .command('list')
    .option('--tool <tool>', 'slug or id')
    .option('--version <version>', 'runs of this version')
    .option('--member <member>', 'runs asked for by this member')
    .option('--mine', 'only your own')
    .option('--context <context>', CONTEXTS.join(' or '), oneOf(CONTEXTS))
    .option('--status <status>', RUN_STATUSES.join(', '), oneOf(RUN_STATUSES))
    .option('--risk <level>', RISK_LEVELS.join(', '), oneOf(RISK_LEVELS))
    .option('--text <words>', 'words of errors, of file names, or of what its tool or member is called')
    .option('--since <time>', 'RFC 3339, such as 2026-01-31T00:00:00Z')
    .option('--until <time>', 'RFC 3339')
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--after <cursor>', 'go on where a list ended')
    .description('runs that you may see, newest first')
    .action((options: ListOptions) => select({ needs: 'core', run: (context) => list(context, options) }))
  run
    .command('show')
    .argument('<run>', 'id')
    .description('one run, with what it printed and gave back')
    .action((id: string) =>
      select({
        needs: 'core',
        run: async (context) =>
          answer(await context.call('runs.get', { run: id }), (data) => runText(data, { logs: true })),
      }),
    )
  run
    .command('artifacts')
    .argument('<run>', 'id')
    .requiredOption('--out <folder>', 'where to put them')
    .description('write the files that a run made to a folder')
    .action((id: string, options: { out: string }) =>
      select({ needs: 'core', run: (context) => saveArtifacts(context, id, options.out) }),
    )
  run
    .command('cancel')
    .argument('<run>', 'id')
    .description('end a run, in whatever process it is')
    .action((id: string) => select({ needs: 'core', run: (context) => cancel(context, id) }))
  registerRunEvidence(run, select)
}

function withRunOptions(command: Command): Command {
  return command
    .option('--input <file>', 'an input file; may be given several times', collect)
    .option('--values <json>', 'values of the form, as JSON; @FILE reads a file')
    .option(
      '--action <json>',
      'an action that a run offered: {"parent_run_id", "action_id", "input"}; @FILE reads a file',
    )
    .option('--rerun-of <run>', 'repeat this run of the tool: its kept files are taken where none are given')
    .option('--case <name>', 'your saved inputs of this name: files and values are taken where none are given')
    .option('--timeout <seconds>', 'a lower limit than the workspace sets', seconds)
    .option('--runner <kind>', RUNNERS.join(' or '), oneOf(RUNNERS))
    .option('--exit-status', 'end with 10, 11 or 12 when the script failed, timed out or was blocked')
}

async function list(context: Context, options: ListOptions): Promise<Answer> {
  const { member, ...filters } = options
  const id = member === undefined ? undefined : await memberId(context, member)
  if (id !== undefined && !id.ok) return answer(id, () => '')
  const input = { ...given(filters), ...(id === undefined ? {} : { member_id: id.data }) }
  return answer(await context.call('runs.list', input), (data) =>
    page(
      table(
        ['started', 'tool', 'version', 'context', 'status', 'reason', 'risk', 'by', 'id'],
        data.items.map((item) => [
          item.started_at,
          item.tool_slug,
          item.version_number,
          item.context,
          item.status,
          item.reason,
          item.risk_level,
          item.requested_by_name,
          item.id,
        ]),
        'No runs.',
      ),
      data.next,
    ),
  )
}

async function cancel(context: Context, id: string): Promise<Answer> {
  return answer(await context.call('runs.cancel', { run: id }), (data) =>
    data.cancelled ? 'The run was cancelled.' : 'The run had ended already.',
  )
}
