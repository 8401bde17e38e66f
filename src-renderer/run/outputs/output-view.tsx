import { unreachable } from '../../../src-main/domain/result.ts'
import type { Output } from '../../../src-main/domain/output.ts'
import { Markdown } from '../../ui/markdown.tsx'
import { Banner, type BannerTone } from '../banner.tsx'
import { CopyAction } from '../copy-action.tsx'
import { HtmlOutput } from './html-output.tsx'
import { JsonTree } from './json-tree.tsx'
import classes from './outputs.module.css'
import { TableOutput } from './table-output.tsx'

const TONES: Record<string, BannerTone> = { info: 'info', success: 'good', warning: 'warn', error: 'bad' }

/** One thing that a run shows, by its kind (RC-6). */
export function OutputView({ runId, index, output }: { runId: string; index: number; output: Output }) {
  switch (output.kind) {
    case 'notice':
      return (
        <Banner tone={TONES[output.level] ?? 'info'}>
          <span className={classes.message}>
            {output.message}
            {output.truncated === true && ' … (truncated)'}
          </span>
        </Banner>
      )
    case 'markdown':
      return (
        <div className={classes.output}>
          <Markdown text={output.markdown} />
          {output.truncated === true && <span className={classes.note}>The text was too long and was truncated.</span>}
        </div>
      )
    case 'table':
      return <TableOutput output={output} />
    case 'json':
      return (
        <JsonOutput
          title={output.title ?? 'JSON'}
          value={output.value}
          note={output.truncated === true ? 'truncated' : ''}
        />
      )
    case 'html_sandboxed':
      return <HtmlOutput runId={runId} index={index} truncated={output.truncated === true} />
    case 'vega_lite':
      return (
        <JsonOutput
          title="Chart"
          value={output.spec}
          note="Charts aren’t drawn yet; this is the chart’s Vega-Lite specification."
        />
      )
    default:
      return unreachable(output)
  }
}

function JsonOutput({
  title,
  value,
  note,
}: {
  title: string
  value: Parameters<typeof JsonTree>[0]['value']
  note: string
}) {
  return (
    <div className={classes.output}>
      <div className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        <CopyAction label="Copy as JSON" text={() => JSON.stringify(value, null, 2)} />
      </div>
      {note !== '' && <div className={classes.note}>{note}</div>}
      <JsonTree value={value} />
    </div>
  )
}
