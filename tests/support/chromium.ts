import { constants, accessSync, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

const SYSTEM_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge']
const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]
const PACKAGE = '@sparticuz/chromium'
const LAUNCH_TIMEOUT_MS = 60_000
const CACHE_FOLDER = path.join(import.meta.dirname, '..', '..', '.cache')

/** A headless browser for tests: this machine's own Chrome or Chromium, else the one that came as a package. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const system = systemChromium()
  const browser = await chromium.launch({
    timeout: LAUNCH_TIMEOUT_MS,
    // Tests open pages of our own only, and a sandbox can't be had as root nor in most containers.
    chromiumSandbox: false,
    ...(system === null ? await packagedChromium() : { executablePath: system }),
    ...options,
  })
  process.stderr.write(`chromium ${browser.version()}: ${system ?? `from the package ${PACKAGE}`}\n`)
  return browser
}

/** Null when a browser can be launched here, else why not. */
export function chromiumProblem(): string | null {
  if (systemChromium() !== null) return null
  if (process.platform !== 'linux') return 'no Chrome or Chromium is installed'
  return packageFolder() === null ? `no Chrome or Chromium is installed, nor the package ${PACKAGE}` : null
}

function systemChromium(): string | null {
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .flatMap((folder) => (folder === '' ? [] : SYSTEM_NAMES.map((name) => path.join(folder, name))))
  return [...onPath, ...SYSTEM_PATHS].find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function packageFolder(): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
  } catch {
    const folder = path.join(import.meta.dirname, '..', '..', 'node_modules', PACKAGE)
    return existsSync(folder) ? folder : null
  }
}

/** What the package's browser needs is unpacked beside it: a bare machine has neither its libraries nor a font. */
async function packagedChromium(): Promise<LaunchOptions> {
  const folder = await unpackOnce()
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean)
  return {
    executablePath: path.join(folder, 'chromium'),
    args: ['--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...process.env,
      FONTCONFIG_FILE: process.env['FONTCONFIG_FILE'] ?? path.join(folder, 'fonts.conf'),
      LD_LIBRARY_PATH: libraries.join(path.delimiter),
    },
  }
}

/** Beside each other and then in one move, since several tests may come here at once. */
async function unpackOnce(): Promise<string> {
  const packaged = packageFolder()
  if (packaged === null) throw new Error(`the package ${PACKAGE} is not installed`)
  const { version } = createRequire(import.meta.url)(path.join(packaged, 'package.json')) as { version: string }
  const folder = path.join(CACHE_FOLDER, `chromium-${version}`)
  if (existsSync(path.join(folder, 'chromium'))) return folder
  await mkdir(CACHE_FOLDER, { recursive: true })
  const staging = await mkdtemp(`${folder}-`)
  try {
    await unpackInto(staging, path.join(packaged, 'bin'), folder)
    await rename(staging, folder)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    // Somebody else was faster.
    if (!existsSync(path.join(folder, 'chromium'))) throw error
  }
  return folder
}

async function unpackInto(staging: string, archives: string, folder: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const before = process.env['TMPDIR']
  // The package unpacks into the system's folder for temporary files, wherever that is while it starts.
  process.env['TMPDIR'] = staging
  try {
    const names = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
    const unpacking = names.map((name) => inflate(path.join(archives, name)))
    await Promise.all(unpacking)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  const fonts = `<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`
  await writeFile(path.join(staging, 'fonts.conf'), `<?xml version="1.0"?>\n${fonts}`)
}
