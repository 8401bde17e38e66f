// Installs what the app needs when it isn't there yet. Runs before anything is installed, on Node 20 or later: only
// Node's own modules, and no syntax that Node 20 doesn't know.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

const MIN_NODE_MAJOR = 20
const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')

function fail(message) {
  console.error(`scriptorium: ${message}`)
  process.exit(1)
}

/** npm writes this file last, so an install that was broken off counts as none. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const nodeBinary = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(installed) || !existsSync(nodeBinary)) return false
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function install() {
  const npm = process.env.npm_execpath
  const [command, before] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  console.error('scriptorium: installing what the app needs (once; some minutes on a slow line)…')
  const result = spawnSync(command, [...before, 'ci', '--no-audit', '--no-fund', '--progress=true'], {
    cwd: root,
    // npm's own lines are about progress: stdout stays free for what was asked for.
    stdio: ['ignore', process.stderr, process.stderr],
    shell: npm === undefined && process.platform === 'win32',
  })
  if (result.error !== undefined) fail(`npm could not be started: ${result.error.message}`)
  if (result.status !== 0) fail('the installation failed; the lines above say why. Run the same command to try again.')
}

if (Number(process.versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  fail(`this is Node ${process.versions.node}; Node ${MIN_NODE_MAJOR} or later is needed.`)
}
if (!isInstalled()) install()
