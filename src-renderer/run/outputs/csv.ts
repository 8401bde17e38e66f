import type { Output } from '../../../src-main/domain/output.ts'

export type TableOutput = Extract<Output, { kind: 'table' }>
export type Cell = TableOutput['rows'][number][string]

/**
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front: rows come from a script,
 * and the copy is usually pasted into one.
 */
export function tableToCsv(columns: TableOutput['columns'], rows: TableOutput['rows']): string {
  const lines = [
    columns.map((column) => quoted(column.label)),
    ...rows.map((row) => columns.map((column) => cellText(row[column.key]))),
  ]
  return lines.map((line) => line.join(',')).join('\r\n')
}

function cellText(value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? quoted(value) : String(value)
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Numbers by value, texts by the reader's language, empty cells last. */
export function compareCells(a: Cell | undefined, b: Cell | undefined): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1
  if (b === null || b === undefined) return -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}
