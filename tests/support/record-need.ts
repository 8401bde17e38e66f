import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export const NEEDS = ['docker', 'chromium', 'electron', 'root'] as const
export type Need = (typeof NEEDS)[number]

/** One line in the folder that `npm test` gives, so that its closing lines can say why something didn't run. */
export interface RecordedNeed {
  need: Need
  file: string
  /** Null when it is there. */
  reason: string | null
}

export const NEEDS_FILE = 'needs.jsonl'

/** Says that tests of this file need something, and whether it is there. */
export function recordNeed(need: Need, reason: string | null): void {
  const folder = process.env['SCRIPTORIUM_TEST_REPORT']
  const file = expect.getState().testPath
  if (folder === undefined || file === undefined) return
  const line: RecordedNeed = { need, file, reason }
  appendFileSync(join(folder, NEEDS_FILE), `${JSON.stringify(line)}\n`)
}
