// Finds Electron's binary, which comes from outside of the package registry and may be out of reach. Asking for it is
// bounded, and done once: whoever works without a network shouldn't wait for it at every start.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, root } from './build-when-stale.mjs'

const FETCH_TIMEOUT_MS = 60_000
const electronDir = join(root, 'node_modules/electron')
const cacheDir = join(root, 'node_modules/.cache/scriptorium')

/** The path of the binary, or null when it isn't there. */
export function findElectron() {
  const pathFile = join(electronDir, 'path.txt')
  if (!existsSync(pathFile)) return null
  const binary = join(electronDir, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

/** Finds it, or tries once for this version to fetch it. */
export async function findOrFetchElectron(say) {
  const found = findElectron()
  if (found !== null || !existsSync(join(electronDir, 'install.js'))) return found
  const { version } = JSON.parse(readFileSync(join(electronDir, 'package.json'), 'utf8'))
  const tried = join(cacheDir, `electron-${version}.tried`)
  if (existsSync(tried)) return null
  say('fetching Electron (once; without it the window opens in a browser)…')
  mkdirSync(cacheDir, { recursive: true })
  writeFileSync(tried, new Date().toISOString())
  await fetchBinary()
  const fetched = findElectron()
  if (fetched === null) say('Electron could not be fetched; the window opens in a browser instead.')
  return fetched
}

function fetchBinary() {
  const child = spawn(nodeBinary, [join(electronDir, 'install.js')], { cwd: root, stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), FETCH_TIMEOUT_MS)
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      process.off('exit', end)
      resolve()
    }
    child.once('error', finish)
    child.once('exit', finish)
  })
}
