import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { chromiumProblem } from './chromium.ts'
import { dockerAvailable } from './docker.ts'
import { recordNeed, type Need } from './record-need.ts'

/**
 * Whether this machine has what tests need, for `describe.skipIf(!docker.available)`. The closing lines of `npm test`
 * tell the reason, and SCRIPTORIUM_REQUIRE makes a skip for it a failure.
 */
export async function needs(need: Need): Promise<{ available: boolean; reason: string }> {
  // Docker's own check records what it finds, since suites ask it directly as well.
  const reason = need === 'docker' ? await dockerAvailable() : problemWith(need)
  if (need !== 'docker') recordNeed(need, reason)
  return { available: reason === null, reason: reason ?? '' }
}

function problemWith(need: Exclude<Need, 'docker'>): string | null {
  switch (need) {
    case 'chromium':
      return chromiumProblem()
    case 'electron':
      return electronProblem()
    case 'root':
      return process.getuid?.() === 0 ? null : 'not running as root'
  }
}

/** Looks without importing the package: that would fetch its binary. */
function electronProblem(): string | null {
  const folder = path.join(import.meta.dirname, '..', '..', 'node_modules', 'electron')
  const named = path.join(folder, 'path.txt')
  const given = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const name = existsSync(named) ? readFileSync(named, 'utf8') : 'electron'
  const binary = path.join(given ?? path.join(folder, 'dist'), name)
  return existsSync(binary) ? null : 'Electron’s binary is not installed'
}
