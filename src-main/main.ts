import { join, resolve } from 'node:path'
import { app, dialog, ipcMain, session as sessions, type BrowserWindow } from 'electron'
import type { Core } from './app/core.ts'
import { openCore } from './compose.ts'
import { connectPage } from './shell/electron/ipc-bridge.ts'
import { systemKeychain } from './shell/electron/keychain.ts'
import { setMenu } from './shell/electron/menu.ts'
import { restrictSession } from './shell/electron/permissions.ts'
import { declareSchemes, isPageAddress, PAGE_ADDRESS, servePage, servePreviews } from './shell/electron/protocol.ts'
import { bringToFront, createWindow } from './shell/electron/window.ts'
import { defaultDataDir, pageDir } from './shell/shared/locations.ts'
import { developmentServer } from './shell/shared/page-policy.ts'

const dataDir = app.commandLine.hasSwitch('data-dir')
  ? resolve(app.commandLine.getSwitchValue('data-dir'))
  : defaultDataDir(process.env)
const development = app.isPackaged ? null : developmentServer(process.env['ELECTRON_RENDERER_URL'])
const isOurs = (url: string) => isPageAddress(url, development)
const preloadFile = join(import.meta.dirname, '..', 'preload', 'preload.cjs')

// Electron keeps its own things, and its lock against a second instance, in here: so there is one lock for each folder.
app.setPath('userData', join(dataDir, 'window-profile'))
declareSchemes()

let core: Core | null = null
let window: BrowserWindow | null = null

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => window !== null && bringToFront(window))
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', closeCoreFirst)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
  process.on('disconnect', () => app.quit())
  void app.whenReady().then(start)
} else {
  app.quit()
}

async function start(): Promise<void> {
  const session = sessions.fromPartition('persist:scriptorium')
  restrictSession(session, isOurs, development)
  servePage(session, pageDir(import.meta.dirname))
  const opened = await openCore({
    dataDir,
    asWindow: true,
    preview: servePreviews(session),
    keychain: systemKeychain(),
  })
  if (!opened.ok) return refuse(opened.failure.message)
  core = opened.value
  const acting = core.openSession({ shell: 'electron' })
  if (!acting.ok) return refuse(acting.failure.message)
  setMenu({ isDevelopment: development !== null })
  window = createWindow({ session, preloadFile, address: development?.href ?? PAGE_ADDRESS, isOurs })
  const disconnect = connectPage({ core, ipc: ipcMain, page: window.webContents, session: acting.value, isOurs })
  window.on('closed', () => {
    disconnect()
    window = null
  })
}

function refuse(message: string): void {
  dialog.showErrorBox('Scriptorium cannot open its data folder', message)
  app.quit()
}

/** Runs that are under way are ended and recorded before the process ends (RN-7). */
function closeCoreFirst(event: Electron.Event): void {
  if (core === null) return
  event.preventDefault()
  const closing = core
  core = null
  void closing.close().finally(() => app.quit())
}
