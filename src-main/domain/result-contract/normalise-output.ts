import type { Output } from '../output.ts'
import type { Json, JsonObject } from '../result.ts'
import { RESULT_CAPS } from './caps.ts'
import { capJson, cleanJson, jsonDepth } from './json-value.ts'
import type { Normalised } from './next-action.ts'
import { isObject } from './read-result.ts'
import { cutText, jsonByteCount, TRUNCATED_LINE, TRUNCATED_SIGN } from './text.ts'

type Table = Extract<Output, { kind: 'table' }>
type Cell = Table['rows'][number][string]

/** Deeper than any chart; keeps what is stored well within what the reader of a result accepts. */
export const MAX_KEPT_DEPTH = 100
const MAX_KIND_LENGTH = 40
const NOTICE_LEVELS = ['info', 'success', 'warning', 'error'] as const

/** RC-6, RC-7: one output within its caps, or why it is left out. */
export function normaliseOutput(raw: unknown, allowVegaLite: boolean): Normalised<Output> {
  const output = cleanJson(raw)
  if (!isObject(output)) return { problem: 'is not an object' }
  const wasTruncated = output['truncated'] === true
  switch (output['kind']) {
    case 'notice': {
      const message = capText(output['message'], RESULT_CAPS.noticeBytes)
      if (message === null) return { problem: 'notice without a message' }
      const level = NOTICE_LEVELS.find((known) => known === output['level']) ?? 'info'
      return { kept: { kind: 'notice', level, message: message.text, ...mark(wasTruncated || message.truncated) } }
    }
    case 'markdown': {
      const markdown = capText(output['markdown'], RESULT_CAPS.markdownBytes)
      if (markdown === null) return { problem: 'markdown without text' }
      return { kept: { kind: 'markdown', markdown: markdown.text, ...mark(wasTruncated || markdown.truncated) } }
    }
    case 'html_sandboxed': {
      const html = capText(output['html'], RESULT_CAPS.htmlBytes)
      if (html === null) return { problem: 'html_sandboxed without html' }
      return { kept: { kind: 'html_sandboxed', html: html.text, ...mark(wasTruncated || html.truncated) } }
    }
    case 'json': {
      if (!Object.hasOwn(output, 'value')) return { problem: 'json without a value' }
      const title = capTitle(output['title'])
      const { value, truncated } = capJson(output['value'] ?? null)
      return { kept: { kind: 'json', title: title.text, value, ...mark(wasTruncated || truncated || title.truncated) } }
    }
    case 'table':
      return normaliseTable(output, wasTruncated)
    case 'vega_lite': {
      const { spec } = output
      if (!allowVegaLite) return { problem: 'vega_lite is not allowed in this workspace' }
      if (!isObject(spec)) return { problem: 'vega_lite without a spec' }
      const fits = jsonDepth(spec) <= MAX_KEPT_DEPTH && jsonByteCount(spec) <= RESULT_CAPS.vegaLiteBytes
      // Half a chart is no chart.
      return fits ? { kept: { kind: 'vega_lite', spec } } : { problem: 'vega_lite over 256 KiB or nested too deep' }
    }
    default:
      return { problem: `unknown kind ${quoted(output['kind'])}` }
  }
}

/** RC-7: the rows of a table that fit into `roomBytes` of JSON, or null if not even one does. */
export function tableWithin(table: Table, roomBytes: number): Table | null {
  const cut: Table = { ...table, rows: [], truncated: true }
  let bytes = jsonByteCount(cut)
  for (const row of table.rows) {
    bytes += jsonByteCount(row) + 1
    if (bytes > roomBytes) break
    cut.rows.push(row)
  }
  return cut.rows.length === 0 ? null : cut
}

/** Text of a script in words of ours: short, on one line, and without anything that could turn or close a quotation. */
export function plainWords(text: string): string {
  return text.replace(/[^\w .,:;()'/+-]/g, '?')
}

function normaliseTable(raw: JsonObject, wasTruncated: boolean): Normalised<Table> {
  const { columns: rawColumns, rows: rawRows } = raw
  if (!Array.isArray(rawColumns) || !Array.isArray(rawRows)) return { problem: 'table without columns or rows' }
  const title = capTitle(raw['title'])
  let truncated = wasTruncated || title.truncated || rawRows.length > RESULT_CAPS.tableRows
  const cap = (text: string): string => {
    const cut = cutText(text, RESULT_CAPS.cellBytes, TRUNCATED_SIGN)
    truncated ||= cut.truncated
    return cut.text
  }
  const columns: { key: string; label: string }[] = []
  const sourceKeys: string[] = []
  for (const column of rawColumns) {
    const sourceKey = isObject(column) ? textOf(column['key']) : null
    if (!isObject(column) || sourceKey === null) return { problem: 'table with a column that has no key' }
    const key = cap(sourceKey)
    // Of twins the first shows all that there is; `__proto__` is no key that a row could have.
    const isOdd = key === '__proto__' || columns.some((known) => known.key === key)
    if (isOdd || columns.length === RESULT_CAPS.tableColumns) {
      truncated = true
      continue
    }
    columns.push({ key, label: cap(textOf(column['label']) ?? sourceKey) })
    sourceKeys.push(sourceKey)
  }
  const rows: { [key: string]: Cell }[] = []
  for (const row of rawRows.slice(0, RESULT_CAPS.tableRows)) {
    if (!isObject(row)) return { problem: 'table with a row that is not an object' }
    rows.push(
      Object.fromEntries(
        columns.map(({ key }, index) => {
          const sourceKey = sourceKeys[index] ?? key
          return [key, normaliseCell(Object.hasOwn(row, sourceKey) ? row[sourceKey] : null, cap)]
        }),
      ),
    )
  }
  return { kept: { kind: 'table', title: title.text, columns, rows, ...mark(truncated) } }
}

function normaliseCell(value: Json | undefined, cap: (text: string) => string): Cell {
  if (typeof value === 'string') return cap(value)
  if (typeof value === 'object' && value !== null) return cap(JSON.stringify(value))
  return value ?? null
}

/** pandas names columns by number when nobody named them. */
function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

function capText(value: Json | undefined, maxBytes: number): { text: string; truncated: boolean } | null {
  return typeof value === 'string' ? cutText(value, maxBytes, TRUNCATED_LINE) : null
}

function capTitle(value: Json | undefined): { text: string | null; truncated: boolean } {
  if (typeof value !== 'string') return { text: null, truncated: false }
  return cutText(value, RESULT_CAPS.cellBytes, TRUNCATED_SIGN)
}

const mark = (truncated: boolean): { truncated?: true } => (truncated ? { truncated: true } : {})

const quoted = (kind: Json | undefined): string =>
  typeof kind === 'string' ? `"${plainWords(kind.slice(0, MAX_KIND_LENGTH))}"` : '(none)'
