import { diff } from 'node:util'

/** A difference of two texts by lines, as `diff -u` shows it. */

const CONTEXT_LINES = 3
/** The comparison takes time and memory with the product of what differs; beyond this, all of it counts as replaced. */
const MAX_COMPARED_PAIRS = 25_000_000

type Edit = { sign: ' ' | '-' | '+'; line: string }

export function unifiedDifference(before: string, after: string, names: { before: string; after: string }): string {
  if (before === after) return ''
  const edits = compare(before.split('\n'), after.split('\n'))
  const hunks = hunksOf(edits)
  return [`--- ${names.before}`, `+++ ${names.after}`, ...hunks].join('\n')
}

function compare(before: string[], after: string[]): Edit[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const oldLines = before.slice(start, before.length - end)
  const newLines = after.slice(start, after.length - end)
  return [
    ...before.slice(0, start).map((line): Edit => ({ sign: ' ', line })),
    ...(oldLines.length * newLines.length > MAX_COMPARED_PAIRS
      ? replaced(oldLines, newLines)
      : compared(oldLines, newLines)),
    ...before.slice(before.length - end).map((line): Edit => ({ sign: ' ', line })),
  ]
}

function replaced(oldLines: string[], newLines: string[]): Edit[] {
  return [
    ...oldLines.map((line): Edit => ({ sign: '-', line })),
    ...newLines.map((line): Edit => ({ sign: '+', line })),
  ]
}

function compared(oldLines: string[], newLines: string[]): Edit[] {
  if (oldLines.length === 0 || newLines.length === 0) return replaced(oldLines, newLines)
  // Node's own numbers are those of an assertion: 1 is what only the first one has.
  const edits = diff(oldLines, newLines) as [number, string][]
  return edits.map(([kind, line]): Edit => ({ sign: kind === 0 ? ' ' : kind > 0 ? '-' : '+', line }))
}

function hunksOf(edits: Edit[]): string[] {
  const lines: string[] = []
  let oldLine = 1
  let newLine = 1
  let index = 0
  while (index < edits.length) {
    const next = edits.findIndex((edit, at) => at >= index && edit.sign !== ' ')
    if (next === -1) break
    const from = Math.max(index, next - CONTEXT_LINES)
    oldLine += from - index
    newLine += from - index
    const to = endOfHunk(edits, next)
    const hunk = edits.slice(from, to)
    const oldCount = hunk.filter((edit) => edit.sign !== '+').length
    const newCount = hunk.filter((edit) => edit.sign !== '-').length
    lines.push(`@@ -${oldLine},${oldCount} +${newLine},${newCount} @@`, ...hunk.map((edit) => edit.sign + edit.line))
    oldLine += oldCount
    newLine += newCount
    index = to
  }
  return lines
}

/** A hunk goes on while the next change is near enough for the lines between to be shown anyway. */
function endOfHunk(edits: Edit[], firstChange: number): number {
  let lastChange = firstChange
  for (let at = firstChange; at < edits.length && at - lastChange <= 2 * CONTEXT_LINES; at++) {
    if (edits[at]?.sign !== ' ') lastChange = at
  }
  return Math.min(edits.length, lastChange + CONTEXT_LINES + 1)
}
