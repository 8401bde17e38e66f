// Builds the command line when needed and runs it on the Node that came with the packages.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildWhenStale, nodeBinary, root } from './build-when-stale.mjs'
import { runToEnd } from './processes.mjs'

const MIN_NODE_MAJOR = 24
const words = process.argv.slice(2)
const entry = join(root, 'out/main/cli.js')

if (!existsSync(nodeBinary))
  throw new Error('the packages are not installed: run `npm ci` in the folder of Scriptorium.')

// `serve` shows the page, everything else does without it.
const target = words.includes('serve') ? 'window' : 'cli'
await buildWhenStale(target, (line) => words.includes('--quiet') || console.error(`scriptorium: ${line}`))

if (Number(process.versions.node.split('.')[0]) >= MIN_NODE_MAJOR) await import(pathToFileURL(entry).href)
else process.exitCode = await runToEnd(nodeBinary, [entry, ...words])
