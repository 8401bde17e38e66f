import type { Marker } from './marker.ts'

/** SC-1: the script must define its entrypoint at its top level. Null when it does. */
export function entrypointProblem(source: string, entrypoint: string): Marker | null {
  if (!/^[A-Za-z_]\w*$/.test(entrypoint)) return null
  const lines = source.split('\n')
  const defined = new RegExp(
    `^(?:def\\s+${entrypoint}\\b|${entrypoint}\\s*(?::[^=]+)?=|(?:from|import)\\b.*\\b${entrypoint}\\b)`,
  )
  if (lines.some((line) => defined.test(line))) return null
  const asynchronous = lines.findIndex((line) => new RegExp(`^async\\s+def\\s+${entrypoint}\\b`).test(line))
  const index = Math.max(asynchronous, 0)
  return {
    severity: 'error',
    code: 'entrypoint',
    message:
      asynchronous >= 0
        ? `${entrypoint} is the entrypoint and must be a plain function: remove “async”.`
        : `There is no function ${entrypoint}. At the top level, write: def ${entrypoint}(input_dir, output_dir)`,
    line: index + 1,
    column: 1,
    endLine: index + 1,
    endColumn: (lines[index] ?? '').length + 1,
  }
}
