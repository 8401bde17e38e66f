/** Plain text for people: aligned tables, records, and nothing that could take over their terminal. */

export type Cell = string | number | boolean | null | undefined

const MAX_CELL_CHARACTERS = 80

/** Control characters other than line ends and tabs, and those that reorder text: a terminal would obey them. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Titles, messages and what scripts print may hold anything. What a terminal would obey is shown, not sent. */
export function plain(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(OBEYED, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The same JSON, for a terminal that may be reading it. */
export function plainJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replace(OBEYED, escaped)
}

export function cell(value: Cell): string {
  if (value === null || value === undefined) return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = plain(String(value)).replace(/[\n\t]+/g, ' ')
  return text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS - 1)}…` : text
}

/** Columns aligned, one row per line; what is empty says so. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[], empty = 'Nothing.'): string {
  if (rows.length === 0) return empty
  const lines = [headings.map((heading) => cell(heading).toUpperCase()), ...rows.map((row) => row.map(cell))]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `name: value` lines, aligned; what is undefined is left out. */
export function record(fields: Record<string, Cell>): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  const width = Math.max(0, ...known.map(([name]) => name.length + 1))
  return known.map(([name, value]) => `${`${name}:`.padEnd(width)} ${wide(value)}`).join('\n')
}

/** A page of a list, and how to go on. */
export function page(text: string, next: string | null): string {
  return next === null ? text : `${text}\n\nThere is more: go on with --after ${plain(next)}`
}

export function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function wide(value: Cell): string {
  return typeof value === 'string' ? plain(value).replaceAll('\n', '\n  ') : cell(value)
}
