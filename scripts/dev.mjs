// `npm run dev`: the app with its page reloading as files change, and its main process starting again. Without
// Electron's binary the same goes on in a browser, at an address that is printed at each start.
import { createServer } from 'node:net'
import { join } from 'node:path'
import { nodeBinary, root } from './build-when-stale.mjs'
import { findElectron } from './electron-binary.mjs'
import { runToEnd } from './processes.mjs'

const words = process.argv.slice(2)
const environment = { ...process.env, SCRIPTORIUM_END_WITH_PARENT: '1' }
const passedOn = [...words]

if (findElectron() === null) {
  environment.ELECTRON_EXEC_PATH = nodeBinary
  environment.ELECTRON_ENTRY = join('out', 'main', 'serve.js')
  // One port for all starts, so that the address in the browser stays the same. Nothing is opened by itself: each
  // change of the main process would open one more window.
  if (!words.includes('--port')) passedOn.push('--port', String(await freePort()))
  if (!words.includes('--no-open')) passedOn.push('--no-open')
}
const electronVite = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
process.exitCode = await runToEnd(nodeBinary, [electronVite, 'dev', '--watch', '--', ...passedOn], {
  cwd: root,
  env: environment,
})

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
