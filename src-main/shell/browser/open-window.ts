import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Opens an address in a window of its own where a fitting browser is installed, else in the person's browser. */
export interface OpenedWindow {
  how: 'own window' | 'browser' | 'nothing'
  /** Settles when the window that we started is closed; never when it isn't ours to watch. */
  closed: Promise<void>
  /** Ends what was started here, and only that. */
  close(): void
}

const LINUX = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
]
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge']
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]

export function openWindow(address: string, profileDir: string, environment: NodeJS.ProcessEnv): OpenedWindow {
  if (!hasScreen(environment)) return { how: 'nothing', closed: never(), close: () => {} }
  const browser = findBrowser(environment)
  if (browser !== null) {
    const child = start(browser, [
      `--app=${address}`,
      `--user-data-dir=${profileDir}`,
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-extensions',
      '--disable-sync',
      '--disable-background-networking',
    ])
    return { how: 'own window', closed: ended(child), close: () => void (child.exitCode === null && child.kill()) }
  }
  const opener = defaultOpener(address, environment)
  if (opener === null) return { how: 'nothing', closed: never(), close: () => {} }
  start(opener.command, opener.arguments).unref()
  return { how: 'browser', closed: never(), close: () => {} }
}

function start(command: string, commandArguments: string[]): ChildProcess {
  const child = spawn(command, commandArguments, { stdio: 'ignore' })
  // A browser that can't be started is told by its end; the address was printed anyway.
  child.on('error', () => {})
  return child
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

function never(): Promise<void> {
  return new Promise(() => {})
}

function hasScreen(environment: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY'])
}

function findBrowser(environment: NodeJS.ProcessEnv): string | null {
  if (process.platform === 'darwin') {
    return MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`).find(isExecutable) ?? null
  }
  if (process.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
      .map((name) => environment[name])
      .filter((folder) => folder !== undefined)
    return folders.flatMap((folder) => WINDOWS.map((path) => join(folder, path))).find(isExecutable) ?? null
  }
  return LINUX.map((name) => findOnPath(name, environment)).find((path) => path !== null) ?? null
}

function defaultOpener(
  address: string,
  environment: NodeJS.ProcessEnv,
): { command: string; arguments: string[] } | null {
  if (process.platform === 'darwin') return { command: 'open', arguments: [address] }
  if (process.platform === 'win32') return { command: 'explorer.exe', arguments: [address] }
  const command = findOnPath('xdg-open', environment)
  return command === null ? null : { command, arguments: [address] }
}

function findOnPath(name: string, environment: NodeJS.ProcessEnv): string | null {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
