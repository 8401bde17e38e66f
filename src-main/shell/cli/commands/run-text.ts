import type { Output as ChannelOutput } from '../../../../src-preload/contract/contract.ts'
import { unreachable } from '../../../domain/result.ts'
import { megabytes, plain, record, table } from '../text.ts'

type RunDetail = ChannelOutput<'runs.wait'>
type RunOutput = RunDetail['outputs'][number]

/** A run for people. `logs` is false where what the script printed was shown as it came. */
export function runText(run: RunDetail, show: { logs: boolean }): string {
  const parts = [summary(run), ...run.outputs.map(outputText)]
  if (show.logs && run.view === 'full') {
    if (run.stdout) parts.push(`stdout:\n${plain(run.stdout)}`)
    if (run.stderr) parts.push(`stderr:\n${plain(run.stderr)}`)
  }
  if (run.artifacts.length > 0) {
    parts.push(
      table(
        ['file', 'size'],
        run.artifacts.map((artifact) => [artifact.path, megabytes(artifact.bytes)]),
      ),
    )
  }
  if (run.next_actions.length > 0) {
    parts.push(
      table(
        ['action', 'label'],
        run.next_actions.map((action) => [action.action_id, action.label]),
      ),
    )
  }
  return parts.join('\n\n')
}

function summary(run: RunDetail): string {
  return record({
    run: run.id,
    tool: `${run.tool_slug}@${run.version_number ?? 'pending'}`,
    context: run.context,
    status: run.status,
    reason: run.reason ?? undefined,
    problem: run.error_summary ?? undefined,
    took: run.duration_ms === null ? undefined : `${(run.duration_ms / 1000).toFixed(2)} s`,
    runner: run.view === 'full' ? (run.runner?.kind ?? undefined) : undefined,
    'exit code': run.view === 'full' ? (run.exit_code ?? undefined) : undefined,
  })
}

function outputText(output: RunOutput): string {
  switch (output.kind) {
    case 'notice':
      return `[${output.level}] ${plain(output.message)}`
    case 'markdown':
      return plain(output.markdown)
    case 'table': {
      const rows = output.rows.map((row) => output.columns.map((column) => row[column.key]))
      return titled(
        output.title,
        table(
          output.columns.map((column) => column.label),
          rows,
        ),
      )
    }
    case 'json':
      return titled(output.title, plain(JSON.stringify(output.value, null, 2)))
    case 'html_sandboxed':
      return `(HTML of ${megabytes(Buffer.byteLength(output.html))}: open the run in the window to see it)`
    case 'vega_lite':
      return '(a chart: open the run in the window to see it)'
    default:
      return unreachable(output)
  }
}

function titled(title: string | null, text: string): string {
  return title === null ? text : `${plain(title)}\n${text}`
}
