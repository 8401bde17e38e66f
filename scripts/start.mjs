// `npm start`: builds when needed and opens the window, in Electron where its binary is to be had, else in a browser.
// What follows `--` is passed on: `npm start -- --data-dir DIR --port N --no-open`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale, nodeBinary, root } from './build-when-stale.mjs'
import { findOrFetchElectron } from './electron-binary.mjs'
import { runToEnd } from './processes.mjs'

const say = (line) => console.error(`scriptorium: ${line}`)
const words = process.argv.slice(2)
/** These two only mean something to the window in a browser. */
const wantsBrowser = words.some((word) => word === '--no-open' || word.startsWith('--port'))

if (!existsSync(nodeBinary)) {
  say('the packages are not installed: run `npm ci` first, or start with `npm start`.')
  process.exit(1)
}

try {
  await buildWhenStale('window', say)
  const electron = wantsBrowser || !hasScreen() ? null : await findOrFetchElectron(say)
  process.exitCode =
    electron === null
      ? await runToEnd(nodeBinary, [join(root, 'out/main/serve.js'), ...words])
      : await runToEnd(electron, [root, ...words], { env: withoutNodeMode() })
} catch (error) {
  say(error.message)
  process.exitCode = 1
}

/** Without a screen Electron has nowhere to show a window, while an address can still be opened elsewhere. */
function hasScreen() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Some editors start their terminals with this set, and Electron would then be a plain Node. */
function withoutNodeMode() {
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
  return environment
}
