import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { _electron, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { askForAddress } from '../../src-main/shell/browser/control-file.ts'
import { launchChromium } from './chromium.ts'
import { startCore, type CoreProcess } from './core-process.ts'
import { watchPage, type Watcher } from './window-watch.ts'

/**
 * The real app, built, with a data folder of its own and a page to work in: on loopback in Chromium, or in Electron
 * where its binary is there. Whatever goes wrong in the page fails the test when the app is closed.
 */
export interface App {
  readonly shell: Shell
  /** Removed when the app is closed; the data folder is in it. */
  readonly folder: string
  readonly dataDir: string
  readonly page: Page
  readonly watcher: Watcher
  /** What the process has said so far. */
  said(): string
  /** One more page onto the same app, in a browser session of its own. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** A process beside the window on the same data folder, as a command line is. */
  beside(): CoreProcess
  /** Ends the app's process and starts it again on the same folder; the page is opened anew. */
  restart(): Promise<void>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Freezes the app's process, as a machine that sleeps does, and wakes it. */
  freeze(): void
  thaw(): void
  /** Ends everything that was started, and throws if anything went wrong in a page meanwhile. */
  close(): Promise<void>
}

export type Shell = 'browser' | 'electron'

export interface AppOptions {
  shell?: Shell
  /** The engine's address. Null: there is no engine. */
  dockerHost?: string | null | undefined
  environment?: Record<string, string>
  context?: BrowserContextOptions
  /** Prepares the data folder before the window opens on it; without this the first start makes one. */
  prepare?: (dataDir: string) => Promise<void>
}

export const root = path.join(import.meta.dirname, '..', '..')
const START_LIMIT_MS = 120_000
const END_LIMIT_MS = 60_000
const WIDE: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'light', locale: 'en-GB' }

let browser: Promise<Browser> | null = null

/** One browser for all apps of a test file. */
function sharedBrowser(): Promise<Browser> {
  return (browser ??= launchChromium())
}

export async function closeBrowser(): Promise<void> {
  const opened = browser
  browser = null
  await (await opened)?.close()
}

export async function openApp(options: AppOptions = {}): Promise<App> {
  const shell = options.shell ?? 'browser'
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-window-'))
  const dataDir = path.join(folder, 'data')
  const environment = environmentOf(options, folder)
  const watcher = watchPage()
  const contexts = new Set<BrowserContext>()
  const cores = new Set<CoreProcess>()

  async function browserPage(address: string, settings: BrowserContextOptions = {}): Promise<Page> {
    const context = await (await sharedBrowser()).newContext({ ...WIDE, ...options.context, ...settings })
    contexts.add(context)
    const page = await context.newPage()
    await watcher.watch(page)
    await page.goto(address)
    return page
  }

  const open = shell === 'electron' ? openElectron : openServed
  await options.prepare?.(dataDir)
  let running = await open({ dataDir, environment, watcher, browserPage })

  async function endAll(): Promise<void> {
    for (const core of cores) await core.close()
    cores.clear()
    await Promise.all([...contexts].map((context) => context.close()))
    contexts.clear()
    await running.end()
  }

  return {
    shell,
    folder,
    dataDir,
    watcher,
    get page() {
      return running.page
    },
    said: () => running.said(),
    async newPage(settings = {}) {
      if (shell === 'electron') throw new Error('Electron has one window')
      // As a second start on the same folder would.
      const address = await askForAddress(dataDir)
      if (address === null) throw new Error('the window gave no further address')
      return browserPage(address, settings)
    },
    beside() {
      const core = startCore({ dataDir, environment })
      cores.add(core)
      return core
    },
    async restart() {
      await endAll()
      running = await open({ dataDir, environment, watcher, browserPage })
    },
    kill: () => running.kill(),
    freeze: () => running.signal('SIGSTOP'),
    thaw: () => running.signal('SIGCONT'),
    async close() {
      try {
        await endAll()
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      }
      watcher.throwIfAny()
    },
  }
}

interface Running {
  page: Page
  said(): string
  signal(signal: NodeJS.Signals): void
  kill(): Promise<void>
  end(): Promise<void>
}

interface Opening {
  dataDir: string
  environment: NodeJS.ProcessEnv & Record<string, string>
  watcher: Watcher
  browserPage(address: string): Promise<Page>
}

/** What this process has, without what would lead to somebody's own folder or engine. */
function environmentOf({ dockerHost, environment = {} }: AppOptions, folder: string): Opening['environment'] {
  const noEngine = `unix://${path.join(folder, 'no-engine.sock')}`
  const given = Object.entries(process.env).filter(([name]) => !name.startsWith('SCRIPTORIUM_') && name !== 'DISPLAY')
  const kept = Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined))
  return { ...kept, SCRIPTORIUM_CHECK_OUTPUT: '1', DOCKER_HOST: dockerHost ?? noEngine, ...environment }
}

async function openServed({ dataDir, environment, browserPage }: Opening): Promise<Running> {
  const served = await serve(['--data-dir', dataDir], environment)
  try {
    return { ...served, page: await browserPage(served.address) }
  } catch (error) {
    await served.end()
    throw error
  }
}

export interface Served extends Omit<Running, 'page'> {
  address: string
  child: ChildProcess
}

/** Starts the built app without opening anything, and waits for the address that it prints. */
export async function serve(words: string[], environment: NodeJS.ProcessEnv = process.env): Promise<Served> {
  const entry = path.join(root, 'out', 'main', 'serve.js')
  if (!existsSync(entry)) throw new Error('the app is not built: run `npm run build`')
  return startServing(process.execPath, [entry, '--no-open', ...words], environment)
}

export async function startServing(program: string, words: string[], environment: NodeJS.ProcessEnv): Promise<Served> {
  const child = spawn(program, words, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const address = await new Promise<string>((resolve, reject) => {
    const giveUp = (why: string) => reject(new Error(`${why}\n${said}`))
    const timer = setTimeout(() => giveUp('the app printed no address in time'), START_LIMIT_MS)
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const found = /http:\/\/127\.0\.0\.1:\d+\/#code=\S+/.exec(printed)
      if (found === null) return
      clearTimeout(timer)
      resolve(found[0])
    })
    child.once('error', reject)
    void ended.then(() => giveUp(`the app ended with ${child.exitCode ?? child.signalCode}`))
  }).catch(async (error: unknown) => {
    await kill()
    throw error
  })
  return {
    address,
    child,
    said: () => said,
    signal: (signal) => void child.kill(signal),
    kill,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS)
      await ended
      clearTimeout(timer)
      if (child.signalCode === 'SIGKILL') throw new Error(`the app did not end when it was asked to\n${said}`)
    },
  }
}

/** Electron on a screen; as root it needs its own sandbox off, as Chromium does. */
async function openElectron({ dataDir, environment, watcher }: Opening): Promise<Running> {
  const folder = path.join(root, 'node_modules', 'electron')
  const executablePath = path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8').trim())
  const display = process.env['DISPLAY']
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--data-dir=${dataDir}`, root],
    env: { ...environment, ...(display === undefined ? {} : { DISPLAY: display }) },
    timeout: START_LIMIT_MS,
  })
  const child = app.process()
  const page = await app.firstWindow({ timeout: START_LIMIT_MS })
  await watcher.watch(page)
  // What happened before anybody watched happens again.
  await page.reload()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    page,
    said: () => '',
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    end: () => app.close(),
  }
}
