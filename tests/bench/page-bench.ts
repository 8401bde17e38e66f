import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { figures, summarise, type Figure } from './figure.ts'

const page = path.join(import.meta.dirname, '..', '..', 'out', 'renderer')
const BOUND_KB = 350

/** What the first screen loads: the scripts that index.html names, and all that they import before they run. */
export async function benchPage(): Promise<Figure[]> {
  const html = readFileSync(path.join(page, 'index.html'), 'utf8')
  const first = [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '')
  const scripts = new Set<string>()
  const add = (file: string): void => {
    if (scripts.has(file)) return
    scripts.add(file)
    const text = readFileSync(path.join(page, file), 'utf8')
    // Static imports only: `import"./x.js"` and `from"./x.js"`; an `import()` is loaded when it is needed.
    for (const match of text.matchAll(/(?:from|import)\s*"(\.\/[^"]+\.js)"/g))
      add(path.posix.join('assets', match[1] ?? ''))
  }
  for (const file of first) add(file)
  const bytes = [...scripts].reduce(
    (sum, file) => sum + gzipSync(readFileSync(path.join(page, file)), { level: 9 }).length,
    0,
  )
  return figures('initial page script, gzip, without the editor', 'kB', summarise([bytes / 1000]), [
    { with: `${BOUND_KB} kB`, median: BOUND_KB, wantedRatio: 1 },
  ])
}
