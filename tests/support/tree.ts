import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const treeRoot = path.join(import.meta.dirname, '..', '..')

/** What is made rather than written. */
const NOT_OURS = new Set(['node_modules', 'out', '.git', '.cache', '__pycache__'])

export interface TreeFile {
  /** From the root, with forward slashes. */
  name: string
  text: string
}

/** Every file of the tree in these folders, or this one file, whose name ends in one of the endings. */
export function treeFiles(places: readonly string[], endings: readonly string[]): TreeFile[] {
  return places
    .flatMap(namesIn)
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => ({ name, text: readFileSync(path.join(treeRoot, name), 'utf8') }))
}

function namesIn(place: string): string[] {
  const folder = path.join(treeRoot, place)
  if (!existsSync(folder)) return []
  if (/\.\w+$/.test(place) && !place.startsWith('.')) return [place]
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const name = path.posix.join(place, entry.name)
    if (entry.isDirectory()) return namesIn(name)
    return entry.isFile() ? [name] : []
  })
}

/** `file:line` of each line that the check finds fault with, and the line. */
export function linesWhere(files: readonly TreeFile[], isFaulty: (line: string) => boolean): string[] {
  return files.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, index) => (isFaulty(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])),
  )
}
