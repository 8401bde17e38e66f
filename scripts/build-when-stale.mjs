// Builds what is older than its sources. Runs on Node 20 or later; the build itself runs on the Node of node_modules.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that came with the packages: newer than the one that people need to have. */
export const nodeBinary = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const SHARED_SOURCES = [
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'migrations',
  'src-main',
  'src-preload',
]

/** What can be asked for. The command line needs no page, so it waits for none to be built. */
const TARGETS = {
  cli: {
    sources: SHARED_SOURCES,
    outputs: ['out/main/cli.js'],
    config: 'scripts/electron-vite.main.config.ts',
  },
  window: {
    sources: [...SHARED_SOURCES, 'src-renderer'],
    outputs: [
      'out/main/cli.js',
      'out/main/serve.js',
      'out/main/main.js',
      'out/preload/preload.cjs',
      'out/renderer/index.html',
    ],
    config: 'electron.vite.config.ts',
  },
}

const LOCK_WAIT_MS = 120_000
const LOCK_POLL_MS = 100

/** Builds the target unless it is fresh, one process at a time. `say` is told what takes long. */
export async function buildWhenStale(targetName, say) {
  const target = TARGETS[targetName]
  if (isFresh(target)) return
  const release = await takeLock(say)
  try {
    // Somebody else may have built it meanwhile.
    if (isFresh(target)) return
    say(`building${targetName === 'cli' ? ' the command line' : ' the app'} (once, after a change)…`)
    const startedAt = new Date()
    await build(target)
    // As old as the sources that were read: a file changed during the build makes it stale, as it should.
    for (const output of target.outputs) utimesSync(join(root, output), startedAt, startedAt)
  } finally {
    release()
  }
}

export function isFresh(target) {
  const built = target.outputs.map((output) => statSync(join(root, output), { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return Math.min(...built) >= Math.max(...target.sources.map((source) => newestMs(join(root, source))))
}

/** Folders count as well: their time tells of files that were removed. */
function newestMs(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const inside = readdirSync(path).map((name) => newestMs(join(path, name)))
  return Math.max(found.mtimeMs, ...inside)
}

function build(target) {
  const lines = []
  const child = spawn(
    nodeBinary,
    [
      join(root, 'node_modules/electron-vite/bin/electron-vite.js'),
      'build',
      '--config',
      target.config,
      '--logLevel',
      'warn',
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  child.stdout.on('data', (piece) => lines.push(piece))
  child.stderr.on('data', (piece) => lines.push(piece))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve()
      process.stderr.write(Buffer.concat(lines))
      reject(new Error('the build failed; the lines above say why'))
    })
  })
}

/** A folder is made by one process only, whoever else tries at the same time. */
async function takeLock(say) {
  const folder = join(root, 'node_modules/.cache/scriptorium')
  const lock = join(folder, 'build.lock')
  mkdirSync(folder, { recursive: true })
  const end = Date.now() + LOCK_WAIT_MS
  let hasSaid = false
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return () => rmSync(lock, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isHeld(lock)) {
      rmSync(lock, { force: true })
      continue
    }
    if (Date.now() > end)
      throw new Error(`another build has been under way for too long; if there is none, remove ${lock}`)
    if (!hasSaid) say('waiting for a build that is under way…')
    hasSaid = true
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
}

function isHeld(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    // Empty for the moment between being made and being written.
    if (!Number.isInteger(holder) || holder <= 0) return Date.now() - statSync(lock).mtimeMs < 1000
    process.kill(holder, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
