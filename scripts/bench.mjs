// `npm run bench`: what a person waits for, measured side by side in one run. Not a test: nothing here passes or fails.
// `--only NAME` runs one part, `--list` names them, `--json FILE` writes every figure.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale, nodeBinary, root } from './build-when-stale.mjs'

if (!existsSync(nodeBinary)) {
  console.error('scriptorium: the packages are not installed: run `npm ci` first.')
  process.exit(1)
}
await buildWhenStale('window', (line) => console.error(`scriptorium: ${line}`))
// The parts are TypeScript, which the packaged Node reads as it is.
const { status } = spawnSync(
  nodeBinary,
  ['--expose-gc', join(root, 'tests', 'bench', 'bench.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: root,
  },
)
process.exit(status ?? 1)
